import type { WatchCache } from '../../cache/watch-cache.js'
import type { KubeObject } from '../../meta/object.js'
import { errors, StatusError } from '../../meta/status.js'
import type { AdmissionRequest } from '../../registry/admission.js'
import type { Authorizer } from '../../registry/authorizer.js'
import type { Registry } from '../../registry/registry.js'
import type { Resource } from '../../registry/resource.js'
import type { Matcher, NamespaceLookup } from '../matching/matcher.js'
import { objectsIn } from '../objects-in.js'
import { type CompiledPolicy, compilePolicy } from './compile-policy.js'
import { type Denial, decide } from './decide.js'
import { ParamSource } from './params.js'
import { type Binding, constraintsOf, type PolicySpec } from './policy-config.js'

export interface PolicyContext {
  readonly cache: Pick<WatchCache, 'peek' | 'peekAll'>
  readonly registry: Registry
  readonly authorizer: Authorizer
  readonly matcher: Matcher
  readonly namespaceOf: NamespaceLookup
}

const codes: Readonly<Record<string, number>> = { Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413 }

interface Denied {
  readonly policy: string
  readonly binding: string | undefined
  readonly denial: Denial
}

/** ValidatingAdmissionPolicies (API-SEMANTICS A91): what users forbid by expressions. */
export class ValidatingPolicies {
  readonly #compiled = new WeakMap<KubeObject, CompiledPolicy>()
  readonly #params: ParamSource

  constructor(private readonly context: PolicyContext) {
    this.#params = new ParamSource(context.cache, context.registry)
  }

  /** @throws StatusError of the first denial */
  async validate(
    policies: readonly KubeObject[],
    bindings: readonly Binding[],
    request: AdmissionRequest,
  ): Promise<void> {
    const denied: Denied[] = []
    for (const policy of policies) {
      const name = policy.metadata.name ?? ''
      const bound = bindings.filter(({ policyName }) => policyName === name)
      const spec = (policy.spec ?? {}) as PolicySpec
      const seen = bound.length > 0 && this.context.matcher.match(constraintsOf(spec.matchConstraints ?? {}), request)
      if (!seen) continue
      try {
        if (spec.paramKind) this.#params.check(spec.paramKind)
      } catch (error) {
        denied.push(...misconfigured(spec, name, undefined, error))
        continue
      }
      for (const binding of bound) denied.push(...(await this.#ofBinding(policy, spec, binding, request, seen)))
    }
    const [first] = denied
    if (first) throw denial(request, first)
  }

  async #ofBinding(
    policy: KubeObject,
    spec: PolicySpec,
    binding: Binding,
    request: AdmissionRequest,
    seen: Resource,
  ): Promise<Denied[]> {
    const name = policy.metadata.name ?? ''
    const { matcher, authorizer } = this.context
    if (binding.constraints && !matcher.match(binding.constraints, request)) return []
    let params: readonly (KubeObject | undefined)[]
    try {
      params = await this.#params.of(spec.paramKind, binding.paramRef, request.namespace)
    } catch (error) {
      return misconfigured(spec, name, binding.name, error)
    }
    if (params.length === 0) return []
    const compiled = this.#compiled.get(policy) ?? compilePolicy(spec)
    this.#compiled.set(policy, compiled)
    const objects = await objectsIn(request, seen)
    const namespace = this.#namespaceOf(request)
    const found: Denied[] = []
    for (const param of params) {
      const subject = { request, seen, ...objects, params: param, namespace }
      for (const one of await decide(compiled, subject, authorizer)) {
        if (binding.validationActions.includes('Deny')) found.push({ policy: name, binding: binding.name, denial: one })
        if (!binding.validationActions.includes('Warn')) continue
        const by = `ValidatingAdmissionPolicy '${name}' with binding '${binding.name}'`
        request.warn(`Validation failed for ${by}: ${one.message}`)
      }
    }
    return found
  }

  /** A Namespace is in none. */
  #namespaceOf({ resource, namespace }: AdmissionRequest): KubeObject | undefined {
    if (namespace === '' || (resource.group === '' && resource.plural === 'namespaces')) return undefined
    return this.context.namespaceOf(namespace)
  }
}

/** A policy that can't be evaluated as it is bound. */
function misconfigured(spec: PolicySpec, policy: string, binding: string | undefined, error: unknown): Denied[] {
  if (spec.failurePolicy === 'Ignore') return []
  const message = `failed to configure ${binding === undefined ? 'policy' : 'binding'}: ${(error as Error).message}`
  return [{ policy, binding, denial: { message, reason: 'Invalid' } }]
}

function denial(
  { resource, name, object }: AdmissionRequest,
  { policy, binding, denial: { message, reason } }: Denied,
): StatusError {
  const by = `ValidatingAdmissionPolicy '${policy}'${binding === undefined ? '' : ` with binding '${binding}'`}`
  const why = `${by} denied request: ${message}`
  const shown = name || object?.metadata.generateName || ''
  const { status } = errors.forbidden(resource.groupResource, shown, why, [{ message: why }])
  return new StatusError({ ...status, reason, code: codes[reason] ?? 422 })
}
