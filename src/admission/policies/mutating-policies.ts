import { jsonEquals } from '../../meta/json-equal.js'
import type { KubeObject } from '../../meta/object.js'
import { errors, StatusError } from '../../meta/status.js'
import type { AdmissionRequest } from '../../registry/admission.js'
import { inVersion } from '../../registry/read.js'
import type { CompiledPolicy } from '../../schema/admission/compile-policy.js'
import { Evaluation, type Subject } from '../expressions/evaluation.js'
import { conditionsHold } from '../expressions/match-conditions.js'
import type { MutationState } from '../mutation-state.js'
import { replaceContent } from '../replace-content.js'
import { type Invocation, invocationsOf, type Misconfigured, type PolicyContext, prepared } from './invocations.js'
import { mutated } from './mutate-object.js'
import { ParamSource } from './params.js'
import type { Binding, PolicySpec } from './policy-config.js'

/** What the expression of one mutation may cost, with the variables it uses. */
const mutationBudget = 10_000_000

interface Denied extends Pick<Misconfigured, 'policy' | 'spec' | 'binding' | 'error'> {
  readonly reason: string
}

/** MutatingAdmissionPolicies (API-SEMANTICS A91): what users change by expressions. */
export class MutatingPolicies {
  readonly #params: ParamSource

  constructor(private readonly context: PolicyContext) {
    this.#params = new ParamSource(context.cache, context.registry)
  }

  /** `again`: only those that are due because of a later change. @throws StatusError of all that failed */
  async mutate(
    policies: readonly KubeObject[],
    bindings: readonly Binding[],
    request: AdmissionRequest,
    state: MutationState,
    again: boolean,
  ): Promise<void> {
    if (!request.object || request.operation === 'CONNECT') return
    if (again) state.resume(request.object)
    const all = await invocationsOf(this.context, this.#params, policies, bindings, request)
    const denied: Denied[] = all.flatMap((one) => ('error' in one ? [{ ...one, reason: 'Forbidden' }] : []))
    for (const one of all) if (!('error' in one)) denied.push(...(await this.#invoke(one, request, state, again)))
    state.finish(request.object)
    const counting = denied.filter(({ spec }) => spec.failurePolicy !== 'Ignore')
    if (counting.length > 0) throw denial(request, counting)
  }

  async #invoke(one: Invocation, request: AdmissionRequest, state: MutationState, again: boolean): Promise<Denied[]> {
    const { policy, spec, binding, param } = one
    const ready = await prepared(this.context, one, request)
    if ('error' in ready) return [{ ...ready, reason: 'Forbidden' }]
    const { compiled, subject } = ready
    const denied = (error: unknown): Denied => {
      if (error instanceof StatusError) throw error
      const [name, by] = [policy.metadata.name ?? '', binding.name]
      return { policy: name, binding: by, spec, error: (error as Error).message, reason: 'Invalid' }
    }
    try {
      if (!(await this.#isAbout(compiled, spec, subject))) return []
    } catch (error) {
      return [denied(error)]
    }
    const id = [policy.metadata.name, binding.name, param?.metadata.namespace, param?.metadata.name].join('/')
    if (again && !state.isDue(id)) return []
    const outcome = await this.#mutateObject(compiled, subject, denied)
    if (outcome.changed) state.changed()
    if (spec.reinvocationPolicy === 'IfNeeded') state.asked(id)
    return outcome.denied
  }

  #isAbout({ conditions, declared }: CompiledPolicy, spec: PolicySpec, subject: Subject): Promise<boolean> {
    const known = { params: declared.params === true, authorizer: true }
    return conditionsHold(conditions, subject, this.context.authorizer, known, spec.failurePolicy ?? 'Fail')
  }

  /** One mutation after the other; those that fail change nothing. */
  async #mutateObject(
    { mutations, variables, declared }: CompiledPolicy,
    subject: Subject,
    failed: (error: unknown) => Denied,
  ): Promise<{ denied: Denied[]; changed: boolean }> {
    const { request, seen } = subject
    const denied: Denied[] = []
    let { object } = subject
    if (!object || !request.object) return { denied, changed: false }
    for (const { patchType, expression } of mutations) {
      try {
        const current = { ...subject, object }
        const evaluation = new Evaluation(current, this.context.authorizer, variables, declared, mutationBudget)
        const result = await evaluation.run(expression)
        if ('error' in result) denied.push(failed(new Error(result.error)))
        else object = mutated(object, seen, patchType, result.value)
      } catch (error) {
        denied.push(failed(error))
      }
    }
    if (object === subject.object) return { denied, changed: false }
    const next = seen === request.resource ? object : await inVersion(request.resource, object)
    const changed = !jsonEquals(next, request.object)
    replaceContent(request.object, next)
    return { denied, changed }
  }
}

/** The first one's text and reason; all are causes. */
function denial({ resource, name, object }: AdmissionRequest, all: readonly Denied[]): StatusError {
  const texts = all.map(({ policy, binding, error }) =>
    binding === undefined
      ? `policy "${policy}" denied request: ${error}`
      : `policy '${policy}' with binding '${binding}' denied request: ${error}`,
  )
  const shown = name || object?.metadata.generateName || ''
  const causes = texts.map((message) => ({ message }))
  const { status } = errors.forbidden(resource.groupResource, shown, 'admission request denied by policy', causes)
  const [message = ''] = texts
  return new StatusError({ ...status, message, reason: all[0]?.reason ?? 'Forbidden' })
}
