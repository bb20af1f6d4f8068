import { patchJson } from '../../apply/json-patch.js'
import { goJson, inKeyOrder } from '../../codec/go-text.js'
import { quoteGo } from '../../meta/go-quote.js'
import { cloneJson } from '../../meta/json-clone.js'
import { jsonEquals } from '../../meta/json-equal.js'
import { isJsonObject, type KubeObject } from '../../meta/object.js'
import { errors } from '../../meta/status.js'
import type { CallWebhook } from '../../meta/webhook.js'
import type { AdmissionRequest } from '../../registry/admission.js'
import { inVersion } from '../../registry/read.js'
import type { Resource } from '../../registry/resource.js'
import type { Matcher } from '../matching/matcher.js'
import type { MutationState } from '../mutation-state.js'
import { readAgain } from '../read-again.js'
import { replaceContent } from '../replace-content.js'
import { CallFailed, callHook } from './call-hook.js'
import { objectsForHook } from './objects-for-hook.js'
import type { Hook } from './webhook-config.js'

/** Whether a hook's matchConditions hold. @throws StatusError when they fail and so does the write */
export type ConditionsHold = (hook: Hook, request: AdmissionRequest, seen: Resource) => Promise<boolean>

export interface DispatchContext {
  readonly matcher: Matcher
  readonly call: CallWebhook
  readonly conditionsHold: ConditionsHold
}

/**
 * Asks mutating webhooks one after the other, each with what those before it made. `again`: only those that are due
 * because of a later change. @throws StatusError
 */
export async function mutateByHooks(
  context: DispatchContext,
  hooks: readonly Hook[],
  request: AdmissionRequest,
  state: MutationState,
  again: boolean,
): Promise<void> {
  if (again) state.resume(request.object)
  for (const [index, hook] of hooks.entries()) {
    if (again && !state.isDue(hook.id)) continue
    const seen = context.matcher.match(hook.constraints, request)
    if (!seen || !(await context.conditionsHold(hook, request, seen))) continue
    const place = `round_${again ? 1 : 0}_index_${index}`
    const failedOpen = () => request.note(`failed-open.mutating.webhook.admission.k8s.io/${place}`, hook.webhook.name)
    const changed = await orIgnore(hook, () => mutateAndNote(context, hook, request, seen, place), failedOpen)
    if (changed) state.changed()
    if (hook.webhook.reinvocationPolicy === 'IfNeeded') state.asked(hook.id)
  }
  state.finish(request.object)
}

/** What the webhook did is in the audit log, also when it failed. `place`: of the call among all for the write. */
async function mutateAndNote(
  context: DispatchContext,
  hook: Hook,
  request: AdmissionRequest,
  seen: Resource,
  place: string,
): Promise<boolean> {
  const by = { configuration: hook.configuration, webhook: hook.webhook.name }
  const notePatch = (patch: readonly unknown[]) => {
    const text = goJson({ ...by, patch: inKeyOrder(patch), patchType: 'JSONPatch' })
    request.note(`patch.webhook.admission.k8s.io/${place}`, text, 'Request')
  }
  let mutated = false
  try {
    mutated = await mutateByHook(context, hook, request, seen, notePatch)
    return mutated
  } finally {
    request.note(`mutation.webhook.admission.k8s.io/${place}`, goJson({ ...by, mutated }))
  }
}

async function mutateByHook(
  context: DispatchContext,
  hook: Hook,
  request: AdmissionRequest,
  seen: Resource,
  notePatch: (patch: readonly unknown[]) => void,
): Promise<boolean> {
  const objects = await objectsForHook(request, seen)
  const { patch } = await callHook(context.call, hook.webhook, { request, seen, ...objects, mutating: true })
  if (!Array.isArray(patch) || patch.length === 0) return false
  const { object } = objects
  if (!object || !request.object) {
    const why = `admission webhook ${quoteGo(hook.webhook.name)} attempted to modify the object`
    throw errors.internal(`${why}, which is not supported for this operation`)
  }
  const patched = patchedObject(object, patch)
  if (request.operation !== 'CONNECT') readAgain(seen, patched)
  const next = seen === request.resource ? patched : await inVersion(request.resource, patched)
  const changed = !jsonEquals(next, request.object)
  replaceContent(request.object, next)
  notePatch(patch)
  return changed
}

function patchedObject(object: KubeObject, patch: unknown): KubeObject {
  try {
    const patched = cloneJson(patchJson(object, patch))
    if (isJsonObject(patched)) return { metadata: {}, ...patched } as KubeObject
  } catch (error) {
    throw errors.internal((error as Error).message)
  }
  throw errors.internal("Object 'Kind' is missing")
}

/** Asks validating webhooks at the same time. @throws StatusError the first in the order of the webhooks */
export async function validateByHooks(
  context: DispatchContext,
  hooks: readonly Hook[],
  request: AdmissionRequest,
): Promise<void> {
  const relevant: { hook: Hook; seen: Resource; index: number }[] = []
  for (const [index, hook] of hooks.entries()) {
    const seen = context.matcher.match(hook.constraints, request)
    if (seen && (await context.conditionsHold(hook, request, seen))) relevant.push({ hook, seen, index })
  }
  const asked = relevant.map(({ hook, seen, index }) => {
    const key = `failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}`
    const ask = async () => {
      const objects = await objectsForHook(request, seen)
      await callHook(context.call, hook.webhook, { request, seen, ...objects, mutating: false })
      return false
    }
    return orIgnore(hook, ask, () => request.note(key, hook.webhook.name))
  })
  const failed = (await Promise.allSettled(asked)).find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

/** A call that failed is as good as an answer that changes nothing, when the webhook's failurePolicy says so. */
async function orIgnore(hook: Hook, ask: () => Promise<boolean>, failedOpen: () => void): Promise<boolean> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error
    if (hook.webhook.failurePolicy !== 'Ignore') throw errors.internal(error.message)
    failedOpen()
    return false
  }
}
