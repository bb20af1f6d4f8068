import type { KubeObject } from '../../meta/object.js'
import type { AdmissionRequest } from '../../registry/admission.js'
import type { Authorizer } from '../../registry/authorizer.js'
import type { Resource } from '../../registry/resource.js'
import type { Declared } from '../../schema/admission/variables.js'
import { type Evaluated, type Expression, evaluate, evaluateWithin } from '../../schema/cel/expression.js'
import { jsonValue, LazyMap } from '../../schema/cel/json-value.js'
import {
  type AccessAnswer,
  type AccessQuestion,
  authorizerValue,
  requestResourceValue,
  Unanswered,
} from '../../schema/cel/library/access.js'
import type { Value } from '../../schema/cel/value.js'
import { requestObject } from '../matching/request-object.js'

const outOfBudget = 'validation failed due to running out of cost budget, no further validation rules will be run'

/** What a write's expressions are about. */
export interface Subject {
  readonly request: AdmissionRequest
  readonly seen: Resource
  readonly object: KubeObject | undefined
  readonly old: KubeObject | undefined
  readonly params?: KubeObject | undefined
  readonly namespace?: KubeObject | undefined
}

/** Nothing more can be evaluated: all together has cost too much. */
class OutOfBudget extends Error {}

/** Evaluates expressions of one policy or webhook about one write, within one budget of cost. */
export class Evaluation {
  readonly #values: ReadonlyMap<string, Value>
  readonly #answers = new Map<string, AccessAnswer>()
  #spentByVariables = 0

  constructor(
    private readonly subject: Subject,
    private readonly authorizer: Authorizer,
    variables: ReadonlyMap<string, Expression>,
    private readonly declared: Declared,
    private budget: number,
  ) {
    const { request, seen, object, old, params, namespace } = subject
    const ask = (question: AccessQuestion) => this.#answers.get(JSON.stringify(question))
    const { subresource, name } = request
    const target = { group: seen.group, resource: seen.plural, subresource, namespace: request.namespace, name }
    const values = new Map<string, Value>([
      ['object', jsonValue(object)],
      ['oldObject', jsonValue(old)],
      ['namespaceObject', jsonValue(namespace)],
      ['request', jsonValue(requestObject(request, seen))],
      ['params', jsonValue(params)],
      ['authorizer', authorizerValue(ask)],
      ['authorizer.requestResource', requestResourceValue(ask, target)],
    ])
    const members = Array.from(variables, ([key, expression]) => {
      const value = () =>
        evaluateWithin(key, expression, this.#arguments(), (cost) => {
          this.#spentByVariables += cost
        })
      return [key, value] as const
    })
    values.set('variables', new LazyMap(new Map(members)))
    this.#values = values
  }

  /** In the order in which the environment declares them. */
  #arguments(withAuthorizer = this.declared.authorizer): Value[] {
    const { params, variables } = this.declared
    const names = ['object', 'oldObject', 'namespaceObject', 'request']
    if (params) names.push('params')
    if (withAuthorizer) names.push('authorizer', 'authorizer.requestResource')
    if (variables) names.push('variables')
    return names.map((name) => this.#values.get(name) ?? null)
  }

  /** The value, or the text of why there is none. @throws OutOfBudget */
  async run(expression: Expression, withAuthorizer?: boolean): Promise<{ value: Value } | { error: string }> {
    if (!expression.program) return { error: `compilation error: ${expression.error}` }
    const outcome = await this.#answered(expression, withAuthorizer)
    const cost = outcome.cost + this.#spentByVariables
    this.#spentByVariables = 0
    if (cost > this.budget) throw new OutOfBudget(outOfBudget)
    this.budget -= cost
    if (!('failure' in outcome)) return { value: outcome.value }
    return { error: `expression '${expression.source}' resulted in error: ${outcome.failure.message}` }
  }

  /** Questions of access take time: each is answered, and the expression run again with the answer. */
  async #answered({ program }: Expression, withAuthorizer?: boolean): Promise<Evaluated> {
    for (;;) {
      const outcome = program ? evaluate(program, this.#arguments(withAuthorizer)) : undefined
      if (!outcome) throw new Error('no program')
      if (!('failure' in outcome) || !(outcome.failure instanceof Unanswered)) return outcome
      const { question } = outcome.failure
      this.#answers.set(JSON.stringify(question), await this.#decide(question))
      this.#spentByVariables = 0
    }
  }

  async #decide(question: AccessQuestion): Promise<AccessAnswer> {
    const { serviceAccount: account, path, verb, group, resource, subresource, namespace, name } = question
    const user = account
      ? {
          name: `system:serviceaccount:${account.namespace}:${account.name}`,
          groups: ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`, 'system:authenticated'],
        }
      : this.subject.request.user
    try {
      const attributes = { group, version: '*', resource, subresource, namespace, name }
      return await this.authorizer.authorize({
        user,
        verb,
        isResourceRequest: path === undefined,
        path: path ?? '',
        ...attributes,
      })
    } catch (error) {
      return { allowed: false, reason: '', error: (error as Error).message }
    }
  }
}
