import type { WatchCache } from '../cache/watch-cache.js'
import type { CallWebhook } from '../meta/webhook.js'
import type { Admission, AdmissionRequest } from '../registry/admission.js'
import type { Authorizer } from '../registry/authorizer.js'
import type { Registry } from '../registry/registry.js'
import { decodeStored } from '../store/encode.js'
import { storeKey } from '../store/keys.js'
import { isExempt, Matcher, type NamespaceLookup } from './matching/matcher.js'
import { StoredConfigs } from './stored-configs.js'
import { type DispatchContext, MutationState, mutateByHooks, validateByHooks } from './webhooks/dispatch.js'
import { hookConditions } from './webhooks/hook-conditions.js'
import { type Hook, hooksOf } from './webhooks/webhook-config.js'

const configGroup = 'admissionregistration.k8s.io'

export interface DynamicContext {
  readonly cache: Pick<WatchCache, 'peek' | 'peekAll'>
  readonly registry: Registry
  readonly authorizer: Authorizer
  readonly call: CallWebhook
}

/**
 * What users configure to change or refuse writes: webhooks (API-SEMANTICS A90). Where nothing is configured a write
 * costs a look into the cache more.
 */
export function dynamicAdmission({ cache, registry, authorizer, call }: DynamicContext): Admission {
  const hooks = (plural: string) =>
    new StoredConfigs<readonly Hook[]>(cache, storeKey(configGroup, plural, ''), hooksOf)
  const mutating = hooks('mutatingwebhookconfigurations')
  const validating = hooks('validatingwebhookconfigurations')
  const context: DispatchContext = {
    ...{ matcher: new Matcher(registry, namespaceLookup(cache)), call },
    conditionsHold: hookConditions(authorizer),
  }
  return {
    async mutate(request: AdmissionRequest) {
      if (isExempt(request)) return
      const all = mutating.all().flat()
      if (all.length === 0) return
      const state = new MutationState()
      await mutateByHooks(context, all, request, state, false)
      if (state.isAnyDue) await mutateByHooks(context, all, request, state, true)
    },
    async validate(request: AdmissionRequest) {
      if (isExempt(request)) return
      const all = validating.all().flat()
      if (all.length > 0) await validateByHooks(context, all, request)
    },
  }
}

function namespaceLookup(cache: Pick<WatchCache, 'peek'>): NamespaceLookup {
  return (name) => {
    const stored = cache.peek(storeKey('', 'namespaces', '', name))
    return stored && decodeStored(stored)
  }
}
