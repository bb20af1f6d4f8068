import type { KubeObject } from '../../meta/object.js'
import { errors, StatusError } from '../../meta/status.js'
import type { AdmissionRequest } from '../../registry/admission.js'
import { objectsIn } from '../objects-in.js'
import { type CompiledPolicy, compilePolicy } from './compile-policy.js'
import { type Denial, decide } from './decide.js'
import { type Invocation, invocationsOf, namespaceOfWrite, type PolicyContext } from './invocations.js'
import { ParamSource } from './params.js'
import type { Binding } from './policy-config.js'

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
    for (const one of await invocationsOf(this.context, this.#params, policies, bindings, request)) {
      if (!('error' in one)) denied.push(...(await this.#decide(one, request)))
      else if (one.spec.failurePolicy !== 'Ignore') {
        denied.push({ ...one, denial: { message: one.error, reason: 'Invalid' } })
      }
    }
    const [first] = denied
    if (first) throw denial(request, first)
  }

  async #decide({ policy, spec, binding, seen, param }: Invocation, request: AdmissionRequest): Promise<Denied[]> {
    const name = policy.metadata.name ?? ''
    const compiled = this.#compiled.get(policy) ?? compilePolicy(spec)
    this.#compiled.set(policy, compiled)
    const namespace = namespaceOfWrite(this.context, request)
    const subject = { request, seen, ...(await objectsIn(request, seen)), params: param, namespace }
    const denials = await decide(compiled, subject, this.context.authorizer)
    if (binding.validationActions.includes('Warn')) {
      const by = `ValidatingAdmissionPolicy '${name}' with binding '${binding.name}'`
      for (const { message } of denials) request.warn(`Validation failed for ${by}: ${message}`)
    }
    if (!binding.validationActions.includes('Deny')) return []
    return denials.map((one) => ({ policy: name, binding: binding.name, denial: one }))
  }
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
