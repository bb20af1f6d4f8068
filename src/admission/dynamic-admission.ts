import type { WatchCache } from '../cache/watch-cache.js'
import { formatFieldError } from '../meta/field-error.js'
import type { KubeObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import type { CallWebhook } from '../meta/webhook.js'
import type { Admission, AdmissionRequest } from '../registry/admission.js'
import type { Authorizer } from '../registry/authorizer.js'
import type { Registry } from '../registry/registry.js'
import { decodeStored } from '../store/encode.js'
import { storeKey } from '../store/keys.js'
import { isExempt, Matcher, type NamespaceLookup } from './matching/matcher.js'
import { bindingOf } from './policies/policy-config.js'
import type { ValidatingPolicies } from './policies/validating-policies.js'
import { StoredConfigs } from './stored-configs.js'
import { type DispatchContext, MutationState, mutateByHooks, validateByHooks } from './webhooks/dispatch.js'
import { hookConditions } from './webhooks/hook-conditions.js'
import { hooksOf } from './webhooks/webhook-config.js'

const configGroup = 'admissionregistration.k8s.io'

export interface DynamicContext {
  readonly cache: Pick<WatchCache, 'peek' | 'peekAll'>
  readonly registry: Registry
  readonly authorizer: Authorizer
  readonly call: CallWebhook
}

/**
 * What users configure to change or refuse writes: webhooks and policies (API-SEMANTICS A90, A91). Where nothing is
 * configured a write costs a few looks into the cache; the expression language is loaded with the first expression.
 */
export function dynamicAdmission({ cache, registry, authorizer, call }: DynamicContext): Admission {
  const configs = <T>(plural: string, make: (object: KubeObject) => T) =>
    new StoredConfigs<T>(cache, storeKey(configGroup, plural, ''), make)
  const mutating = configs('mutatingwebhookconfigurations', hooksOf)
  const validating = configs('validatingwebhookconfigurations', hooksOf)
  const policies = configs('validatingadmissionpolicies', (policy) => policy)
  const bindings = configs('validatingadmissionpolicybindings', bindingOf)
  const namespaceOf = namespaceLookup(cache)
  const matcher = new Matcher(registry, namespaceOf)
  const hooks: DispatchContext = { matcher, call, conditionsHold: hookConditions(authorizer) }
  let loaded: Promise<ValidatingPolicies> | undefined
  const validatingPolicies = () => {
    loaded ??= import('./policies/validating-policies.js').then(
      (module) => new module.ValidatingPolicies({ cache, registry, authorizer, matcher, namespaceOf }),
    )
    return loaded
  }
  return {
    async mutate(request: AdmissionRequest) {
      if (isExempt(request)) return
      const all = mutating.all().flat()
      if (all.length === 0) return
      const state = new MutationState()
      await mutateByHooks(hooks, all, request, state, false)
      if (state.isAnyDue) await mutateByHooks(hooks, all, request, state, true)
    },
    async validate(request: AdmissionRequest) {
      if (isExempt(request)) {
        await checkExpressions(request)
        return
      }
      const [bound, known] = [bindings.all(), policies.all()]
      if (bound.length > 0 && known.length > 0) await (await validatingPolicies()).validate(known, bound, request)
      const all = validating.all().flat()
      if (all.length > 0) await validateByHooks(hooks, all, request)
    },
  }
}

/** Expressions of what configures admission must compile. @throws StatusError Invalid */
async function checkExpressions({ resource, object, old }: AdmissionRequest): Promise<void> {
  const hasExpressions = /validatingadmissionpolicies|webhookconfigurations/.test(resource.plural)
  if (!object || !hasExpressions || !JSON.stringify(object).includes('xpression"')) return
  const { policyErrors, webhookErrors } = await import('./policies/check-policy.js')
  const check = resource.plural === 'validatingadmissionpolicies' ? policyErrors : webhookErrors
  const known = new Set((old ? check(old) : []).map(formatFieldError))
  const found = check(object).filter((error) => !known.has(formatFieldError(error)))
  if (found.length > 0) throw errors.invalid(resource.groupVersionKind, object.metadata.name ?? '', found)
}

function namespaceLookup(cache: Pick<WatchCache, 'peek'>): NamespaceLookup {
  return (name) => {
    const stored = cache.peek(storeKey('', 'namespaces', '', name))
    return stored && decodeStored(stored)
  }
}
