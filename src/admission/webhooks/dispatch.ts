import { applyJsonPatch } from '../../apply/json-patch.js'
import { quoteGo } from '../../codec/go-text.js'
import { cloneJson } from '../../meta/json-clone.js'
import { jsonEquals } from '../../meta/json-equal.js'
import { isJsonObject, type KubeObject } from '../../meta/object.js'
import { errors, StatusError } from '../../meta/status.js'
import type { CallWebhook } from '../../meta/webhook.js'
import type { AdmissionRequest } from '../../registry/admission.js'
import { inVersion, setDefaults } from '../../registry/read.js'
import type { Resource } from '../../registry/resource.js'
import type { Matcher } from '../matching/matcher.js'
import type { MutationState } from '../mutation-state.js'
import { objectsIn } from '../objects-in.js'
import { replaceContent } from '../replace-content.js'
import { CallFailed, callHook } from './call-hook.js'
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
  for (const hook of hooks) {
    if (again && !state.isDue(hook.id)) continue
    const seen = context.matcher.match(hook.constraints, request)
    if (!seen || !(await context.conditionsHold(hook, request, seen))) continue
    const changed = await orIgnore(hook, () => mutateByHook(context, hook, request, seen))
    if (changed) state.changed()
    if (hook.webhook.reinvocationPolicy === 'IfNeeded') state.asked(hook.id)
  }
  state.finish(request.object)
}

async function mutateByHook(
  context: DispatchContext,
  hook: Hook,
  request: AdmissionRequest,
  seen: Resource,
): Promise<boolean> {
  const objects = await objectsIn(request, seen)
  const { patch } = await callHook(context.call, hook.webhook, { request, seen, ...objects, mutating: true })
  if (!Array.isArray(patch) || patch.length === 0) return false
  const { object } = objects
  if (!object || !request.object) {
    const why = `admission webhook ${quoteGo(hook.webhook.name)} attempted to modify the object`
    throw errors.internal(`${why}, which is not supported for this operation`)
  }
  const patched = patchedObject(object, patch)
  setDefaults(seen.version, patched)
  const next = seen === request.resource ? patched : await inVersion(request.resource, patched)
  const changed = !jsonEquals(next, request.object)
  replaceContent(request.object, next)
  return changed
}

function patchedObject(object: KubeObject, patch: unknown): KubeObject {
  try {
    const patched = cloneJson(applyJsonPatch(object, patch))
    if (isJsonObject(patched) && isJsonObject(patched.metadata)) return patched as KubeObject
  } catch (error) {
    throw errors.internal(error instanceof StatusError ? error.message : String(error))
  }
  throw errors.internal("Object 'Kind' is missing")
}

/** Asks validating webhooks at the same time. @throws StatusError the first in the order of the webhooks */
export async function validateByHooks(
  context: DispatchContext,
  hooks: readonly Hook[],
  request: AdmissionRequest,
): Promise<void> {
  const relevant: { hook: Hook; seen: Resource }[] = []
  for (const hook of hooks) {
    const seen = context.matcher.match(hook.constraints, request)
    if (seen && (await context.conditionsHold(hook, request, seen))) relevant.push({ hook, seen })
  }
  const asked = relevant.map(({ hook, seen }) =>
    orIgnore(hook, async () => {
      const objects = await objectsIn(request, seen)
      await callHook(context.call, hook.webhook, { request, seen, ...objects, mutating: false })
      return false
    }),
  )
  const failed = (await Promise.allSettled(asked)).find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

/** A call that failed is as good as an answer that changes nothing, when the webhook's failurePolicy says so. */
async function orIgnore(hook: Hook, ask: () => Promise<boolean>): Promise<boolean> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error
    if (hook.webhook.failurePolicy === 'Ignore') return false
    throw errors.internal(error.message)
  }
}
