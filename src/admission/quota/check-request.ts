import type { KubeObject } from '../../meta/object.js'
import { compareQuantities } from '../../meta/quantity.js'
import type { AdmissionRequest } from '../../registry/admission.js'
import { refusal } from '../refuse.js'
import { type Amounts, addAmounts, increaseOf, readAmounts, selectAmounts, showAmounts } from './amounts.js'
import { type Evaluator, takenAt } from './evaluator.js'
import { meets, requirementsOf } from './scopes.js'

/** A ResourceQuota as admission reckons with it: by its status, which the controller keeps. */
export interface Quota {
  readonly object: KubeObject
  readonly hard: Amounts
  readonly used: Amounts
}

export function readQuota(object: KubeObject): Quota {
  const { hard, used } = (object.status ?? {}) as Partial<Record<'hard' | 'used', Record<string, string>>>
  return { object, hard: readAmounts(hard), used: readAmounts(used) }
}

/**
 * The quotas with what the write takes added to what is used; the very ones it takes nothing of.
 * @throws StatusError Forbidden when one of them has not so much left, or the object does not say how much it wants
 */
export function checkRequest(
  quotas: readonly Quota[],
  request: AdmissionRequest,
  evaluator: Evaluator,
  now: number,
): Quota[] {
  const measure = evaluator.measure(request.object as KubeObject)
  const before = request.old && evaluator.measure(request.old)
  const taken = takenAt(measure, now)
  const applies = quotas.map((quota) => {
    const names = Object.keys(quota.hard).filter(evaluator.measures)
    if (names.length === 0 || !meets(measure.scopes, requirementsOf(quota.object))) return false
    checkSaid(quota, request, evaluator, names)
    return true
  })
  return quotas.map((quota, i) => {
    if (!applies[i]) return quota
    const counted = before && meets(before.scopes, requirementsOf(quota.object))
    const more = counted ? increaseOf(taken, takenAt(before, now)) : taken
    const needed = selectAmounts(more, (name, { unscaled }) => unscaled !== 0n && Object.hasOwn(quota.hard, name))
    if (Object.keys(needed).length === 0) return quota
    return { ...quota, used: charge(quota, request, needed) }
  })
}

function checkSaid(
  { object, used }: Quota,
  request: AdmissionRequest,
  evaluator: Evaluator,
  names: readonly string[],
): void {
  const { name } = object.metadata
  const missing = evaluator.missing?.(request.object as KubeObject, names)
  if (missing) throw refusal(request, `failed quota: ${name}: ${missing}`)
  if (names.every((one) => Object.hasOwn(used, one))) return
  throw refusal(request, `status unknown for quota: ${name}, resources: ${[...names].sort().join(',')}`)
}

/** A status says what is so, and is not refused for it. */
function charge({ object, hard, used }: Quota, request: AdmissionRequest, needed: Amounts): Amounts {
  const sum = addAmounts(used, needed)
  const isExceeded = (name: string) => {
    const [now, limit] = [sum[name], hard[name]]
    return Object.hasOwn(needed, name) && !!now && !!limit && compareQuantities(now, limit) > 0
  }
  const exceeded = Object.keys(sum).filter(isExceeded)
  if (exceeded.length === 0 || request.subresource === 'status') return sum
  const show = (amounts: Amounts) => showAmounts(selectAmounts(amounts, (name) => exceeded.includes(name)))
  const why =
    `exceeded quota: ${object.metadata.name}, requested: ${show(needed)}, ` +
    `used: ${show(used)}, limited: ${show(hard)}`
  throw refusal(request, why)
}
