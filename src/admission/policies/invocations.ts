import type { WatchCache } from '../../cache/watch-cache.js'
import type { KubeObject } from '../../meta/object.js'
import type { AdmissionRequest } from '../../registry/admission.js'
import type { Authorizer } from '../../registry/authorizer.js'
import type { Registry } from '../../registry/registry.js'
import type { Resource } from '../../registry/resource.js'
import { type CompiledPolicy, compilePolicy } from '../../schema/admission/compile-policy.js'
import type { Subject } from '../expressions/evaluation.js'
import type { Matcher, NamespaceLookup } from '../matching/matcher.js'
import { objectsIn } from '../objects-in.js'
import type { ParamSource } from './params.js'
import { type Binding, constraintsOf, type PolicySpec } from './policy-config.js'

export interface PolicyContext {
  readonly cache: Pick<WatchCache, 'peek' | 'peekAll'>
  readonly registry: Registry
  readonly authorizer: Authorizer
  readonly matcher: Matcher
  readonly namespaceOf: NamespaceLookup
}

/** A policy that is about a write, as one binding has it, with one param. */
export interface Invocation {
  readonly policy: KubeObject
  readonly spec: PolicySpec
  readonly binding: Binding
  readonly seen: Resource
  readonly param: KubeObject | undefined
}

/** A policy that can't be evaluated as it is bound. */
export interface Misconfigured {
  readonly policy: string
  readonly spec: PolicySpec
  readonly binding: string | undefined
  readonly error: string
}

/** What of policies and bindings is about a write, in their order. */
export async function invocationsOf(
  { matcher }: PolicyContext,
  params: ParamSource,
  policies: readonly KubeObject[],
  bindings: readonly Binding[],
  request: AdmissionRequest,
): Promise<(Invocation | Misconfigured)[]> {
  const found: (Invocation | Misconfigured)[] = []
  for (const policy of policies) {
    const name = policy.metadata.name ?? ''
    const bound = bindings.filter(({ policyName }) => policyName === name)
    const spec = (policy.spec ?? {}) as PolicySpec
    const seen = bound.length > 0 && matcher.match(constraintsOf(spec.matchConstraints ?? {}), request)
    if (!seen) continue
    try {
      if (spec.paramKind) params.check(spec.paramKind)
    } catch (error) {
      found.push(misconfigured(name, spec, undefined, error))
      continue
    }
    for (const binding of bound) {
      if (binding.constraints && !matcher.match(binding.constraints, request)) continue
      try {
        const all = await params.of(spec.paramKind, binding.paramRef, request.namespace)
        found.push(...all.map((param) => ({ policy, spec, binding, seen, param })))
      } catch (error) {
        found.push(misconfigured(name, spec, binding.name, error))
      }
    }
  }
  return found
}

function misconfigured(policy: string, spec: PolicySpec, binding: string | undefined, error: unknown): Misconfigured {
  const what = binding === undefined ? 'policy' : 'binding'
  return { policy, spec, binding, error: `failed to configure ${what}: ${(error as Error).message}` }
}

/** The Namespace a write is in; a Namespace is in none. */
function namespaceOfWrite(
  { namespaceOf }: PolicyContext,
  { resource, namespace }: AdmissionRequest,
): KubeObject | undefined {
  if (namespace === '' || (resource.group === '' && resource.plural === 'namespaces')) return undefined
  return namespaceOf(namespace)
}

/** Compiled once for each state of a policy. */
const compiledPolicies = new WeakMap<KubeObject, CompiledPolicy>()

/** What is evaluated for an invocation, and what its expressions see. */
export async function prepared(
  context: PolicyContext,
  { policy, spec, binding, seen, param }: Invocation,
  request: AdmissionRequest,
): Promise<{ compiled: CompiledPolicy; subject: Subject } | Misconfigured> {
  const compiled = compiledPolicies.get(policy) ?? compilePolicy(spec)
  compiledPolicies.set(policy, compiled)
  const namespace = namespaceOfWrite(context, request)
  try {
    return { compiled, subject: { request, seen, ...(await objectsIn(request, seen)), params: param, namespace } }
  } catch (error) {
    const why = new Error(`failed to convert object version: ${(error as Error).message}`)
    return misconfigured(policy.metadata.name ?? '', spec, binding.name, why)
  }
}
