import { goJson } from '../../codec/go-text.js'
import type { KubeObject } from '../../meta/object.js'
import { errors, StatusError } from '../../meta/status.js'
import type { AdmissionRequest } from '../../registry/admission.js'
import { type Denial, decide } from './decide.js'
import { type Invocation, invocationsOf, type Misconfigured, type PolicyContext, prepared } from './invocations.js'
import { ParamSource } from './params.js'
import type { Binding } from './policy-config.js'

const codes: Readonly<Record<string, number>> = { Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413 }
const failureNote = 'validation.policy.admission.k8s.io/validation_failure'

interface Denied extends Pick<Denial, 'message' | 'reason'> {
  readonly policy: string
  readonly binding: string | undefined
}

/** ValidatingAdmissionPolicies (API-SEMANTICS A91): what users forbid by expressions. */
export class ValidatingPolicies {
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
    const notes = new Map<string, Set<string>>()
    for (const one of await invocationsOf(this.context, this.#params, policies, bindings, request)) {
      denied.push(...('error' in one ? unusable(one) : await this.#decide(one, request, notes)))
    }
    for (const [key, values] of notes) request.note(key, [...values].join(', '))
    const [first] = denied
    if (first) throw denial(request, first)
  }

  /** `notes`, by the keys they get in the audit log, are added to: bindings and params may each have a word for one. */
  async #decide(one: Invocation, request: AdmissionRequest, notes: Map<string, Set<string>>): Promise<Denied[]> {
    const { policy, spec, binding } = one
    const name = policy.metadata.name ?? ''
    const ready = await prepared(this.context, one, request)
    if ('error' in ready) return unusable(ready)
    const { compiled, subject } = ready
    const verdict = await decide(compiled, spec.failurePolicy ?? 'Fail', subject, this.context.authorizer)
    const denied = verdict.denials.flatMap((denial) => act(name, binding, denial, request))
    for (const { key, value } of verdict.notes) {
      const known = notes.get(`${name}/${key}`)
      if (known) known.add(value)
      else notes.set(`${name}/${key}`, new Set([value]))
    }
    const failures = verdict.failures.map((message) => ({ message, reason: 'Invalid' }))
    return [...denied, ...failures].map((denial) => ({ policy: name, binding: binding.name, ...denial }))
  }
}

/** What can't be evaluated denies, unless failurePolicy says not. */
function unusable(one: Misconfigured): Denied[] {
  return one.spec.failurePolicy === 'Ignore' ? [] : [{ ...one, message: one.error, reason: 'Invalid' }]
}

/** Does with a denial what the binding wants; what is left refuses the write. */
function act(policy: string, binding: Binding, denial: Denial, request: AdmissionRequest): Denial[] {
  const { message, index } = denial
  const { name, validationActions } = binding
  return validationActions.flatMap((action) => {
    if (action === 'Warn') {
      const by = `ValidatingAdmissionPolicy '${policy}' with binding '${name}'`
      request.warn(`Validation failed for ${by}: ${message}`)
    }
    if (action === 'Audit') {
      request.note(failureNote, goJson([{ message, policy, binding: name, expressionIndex: index, validationActions }]))
    }
    return action === 'Deny' ? [denial] : []
  })
}

function denial(
  { resource, name, object }: AdmissionRequest,
  { policy, binding, message, reason }: Denied,
): StatusError {
  const by = `ValidatingAdmissionPolicy '${policy}'${binding === undefined ? '' : ` with binding '${binding}'`}`
  const why = `${by} denied request: ${message}`
  const shown = name || object?.metadata.generateName || ''
  const { status } = errors.forbidden(resource.groupResource, shown, why, [{ message: why }])
  return new StatusError({ ...status, reason, code: codes[reason] ?? 422 })
}
