import type { WatchCache } from '../cache/watch-cache.js'
import type { KubeObject } from '../meta/object.js'
import type { CallWebhook } from '../meta/webhook.js'
import type { Admission, AdmissionRequest } from '../registry/admission.js'
import type { Authorizer } from '../registry/authorizer.js'
import type { Registry } from '../registry/registry.js'
import { decodeStored } from '../store/encode.js'
import { storeKey } from '../store/keys.js'
import { isExempt, Matcher, type NamespaceLookup } from './matching/matcher.js'
import { MutationState } from './mutation-state.js'
import type { MutatingPolicies } from './policies/mutating-policies.js'
import { bindingOf } from './policies/policy-config.js'
import type { ValidatingPolicies } from './policies/validating-policies.js'
import { StoredConfigs } from './stored-configs.js'
import { type DispatchContext, mutateByHooks, validateByHooks } from './webhooks/dispatch.js'
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
  const policies = {
    validating: configs('validatingadmissionpolicies', (policy) => policy),
    mutating: configs('mutatingadmissionpolicies', (policy) => policy),
  }
  const bindings = {
    validating: configs('validatingadmissionpolicybindings', bindingOf),
    mutating: configs('mutatingadmissionpolicybindings', bindingOf),
  }
  const namespaceOf = namespaceLookup(cache)
  const matcher = new Matcher(registry, namespaceOf)
  const hooks: DispatchContext = { matcher, call, conditionsHold: hookConditions(authorizer) }
  const policyContext = { cache, registry, authorizer, matcher, namespaceOf }
  let validator: Promise<ValidatingPolicies> | undefined
  let mutator: Promise<MutatingPolicies> | undefined
  const loadValidator = async () => {
    const { ValidatingPolicies } = await import('./policies/validating-policies.js')
    return new ValidatingPolicies(policyContext)
  }
  const loadMutator = async () => {
    const { MutatingPolicies } = await import('./policies/mutating-policies.js')
    return new MutatingPolicies(policyContext)
  }
  const mutate = async (request: AdmissionRequest) => {
    const all = mutating.all().flat()
    const bound = bindings.mutating.all()
    if (bound.length > 0) mutator ??= loadMutator()
    const policiesOfAll = bound.length > 0 ? policies.mutating.all() : []
    const [byPolicies, byHooks] = [new MutationState(), new MutationState()]
    const round = async (again: boolean) => {
      if (policiesOfAll.length > 0) await (await mutator)?.mutate(policiesOfAll, bound, request, byPolicies, again)
      await mutateByHooks(hooks, all, request, byHooks, again)
    }
    await round(false)
    if (byPolicies.hasChanged || byHooks.hasChanged) await round(true)
  }
  const validate = async (request: AdmissionRequest) => {
    const [bound, known] = [bindings.validating.all(), policies.validating.all()]
    if (bound.length > 0 && known.length > 0) {
      validator ??= loadValidator()
      await (await validator).validate(known, bound, request)
    }
    const all = validating.all().flat()
    if (all.length > 0) await validateByHooks(hooks, all, request)
  }
  return {
    concerns: (resource) => !isExempt(resource),
    mutate: (request) => (areNone(mutating, bindings.mutating) ? undefined : mutate(request)),
    validate: (request) => (areNone(validating, bindings.validating) ? undefined : validate(request)),
  }
}

const areNone = (...configs: readonly StoredConfigs<unknown>[]) => configs.every((one) => one.all().length === 0)

function namespaceLookup(cache: Pick<WatchCache, 'peek'>): NamespaceLookup {
  return (name) => {
    const stored = cache.peek(storeKey('', 'namespaces', '', name))
    return stored && decodeStored(stored)
  }
}
