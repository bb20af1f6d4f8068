import { compareQuantities, formatQuantity, parseQuantity, type Quantity } from '../meta/quantity.js'
import type { Resources } from './pods/pod.js'

/** core/v1 LimitRangeItem. */
export interface Limit {
  readonly type: string
  readonly min?: Readonly<Record<string, string>>
  readonly max?: Readonly<Record<string, string>>
  readonly default?: Readonly<Record<string, string>>
  readonly defaultRequest?: Readonly<Record<string, string>>
  readonly maxLimitRequestRatio?: Readonly<Record<string, string>>
}

/** What is wrong with amounts asked for, in upstream's words. `requestsOnly`: there is no limit to speak of. */
export function checkLimits(limit: Limit, resources: Resources = {}, requestsOnly = false): string[] {
  const of = (name: string): Asked => ({
    what: name,
    per: limit.type,
    request: amount(resources.requests, name),
    limit: requestsOnly ? undefined : amount(resources.limits, name),
  })
  const each = (
    list: Readonly<Record<string, string>> = {},
    check: (asked: Asked, bound: Quantity) => string | false,
  ) => Object.entries(list).flatMap(([name, text]) => check(of(name), parseQuantity(text)) || [])
  return [
    ...each(limit.min, checkMin),
    ...each(limit.max, requestsOnly ? checkMaxRequest : checkMax),
    ...each(limit.maxLimitRequestRatio, checkRatio),
  ]
}

interface Asked {
  readonly what: string
  readonly per: string
  readonly request: Quantity | undefined
  readonly limit: Quantity | undefined
}

function amount(list: Readonly<Record<string, string>> | undefined, name: string): Quantity | undefined {
  const text = list?.[name]
  return text === undefined ? undefined : parseQuantity(text)
}

const show = formatQuantity

function checkMin({ what, per, request, limit }: Asked, bound: Quantity): string | false {
  const rule = `minimum ${what} usage per ${per} is ${show(bound)}`
  if (!request) return `${rule}.  No request is specified`
  if (compareQuantities(request, bound) < 0) return `${rule}, but request is ${show(request)}`
  return !!limit && compareQuantities(limit, bound) < 0 && `${rule}, but limit is ${show(limit)}`
}

function checkMaxRequest({ what, per, request }: Asked, bound: Quantity): string | false {
  const rule = `maximum ${what} usage per ${per} is ${show(bound)}`
  if (!request) return `${rule}.  No request is specified`
  return compareQuantities(request, bound) > 0 && `${rule}, but request is ${show(request)}`
}

function checkMax({ what, per, request, limit }: Asked, bound: Quantity): string | false {
  const rule = `maximum ${what} usage per ${per} is ${show(bound)}`
  if (!limit) return `${rule}.  No limit is specified`
  if (compareQuantities(limit, bound) > 0) return `${rule}, but limit is ${show(limit)}`
  return !!request && compareQuantities(request, bound) > 0 && `${rule}, but request is ${show(request)}`
}

function checkRatio({ what, per, request, limit }: Asked, bound: Quantity): string | false {
  const rule = `${what} max limit to request ratio per ${per} is ${show(bound)}`
  if (!request || request.unscaled === 0n) return `${rule}, but no request is specified or request is 0`
  if (!limit || limit.unscaled === 0n) return `${rule}, but no limit is specified or limit is 0`
  const ratio = toNumber(limit) / toNumber(request)
  return ratio > toNumber(bound) && `${rule}, but provided ratio is ${ratio.toFixed(6)}`
}

const toNumber = ({ unscaled, scale }: Quantity) => Number(unscaled) * 10 ** scale
