import { add, exactly, listCost, perCharacter, type Range, structCost, times } from '../cost-range.js'
import { method, type Overload, type Price } from '../overload.js'
import { fixed } from '../price.js'
import { sizeOf } from '../size.js'
import { Failure, fail, OpaqueValue } from '../value.js'

/** What an expression wants to know: may someone do something. */
export interface AccessQuestion {
  readonly verb: string
  /** Who asks; undefined: the user of the request. */
  readonly serviceAccount?: { readonly namespace: string; readonly name: string }
  /** Of a question about a path of the server; then nothing below matters. */
  readonly path?: string
  readonly group: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
}

export interface AccessAnswer {
  readonly allowed: boolean
  readonly reason: string
  /** Why it could not be decided. */
  readonly error?: string
}

/** Answers at once; undefined: it is not known yet. */
export type AskAccess = (question: AccessQuestion) => AccessAnswer | undefined

/** Ends an evaluation that needs an answer that takes time: whoever runs it gets the answer and runs it again. */
export class Unanswered extends Failure {
  constructor(readonly question: AccessQuestion) {
    super('authorization is not decided yet', true)
  }
}

type Draft = Omit<AccessQuestion, 'verb'>

/** An authorizer, or a question that is being put together. */
class AccessValue extends OpaqueValue {
  constructor(
    readonly type: string,
    readonly ask: AskAccess,
    readonly draft: Draft,
  ) {
    super()
  }

  equals(): boolean {
    return fail('no such overload')
  }

  with(type: string, change: Partial<Draft>): AccessValue {
    return new AccessValue(type, this.ask, { ...this.draft, ...change })
  }
}

class DecisionValue extends OpaqueValue {
  readonly type = 'kubernetes.authorization.Decision'

  constructor(readonly answer: AccessAnswer) {
    super()
  }

  equals(): boolean {
    return fail('no such overload')
  }
}

const authorizer = 'kubernetes.authorization.Authorizer'
const pathCheck = 'kubernetes.authorization.PathCheck'
const groupCheck = 'kubernetes.authorization.GroupCheck'
const resourceCheck = 'kubernetes.authorization.ResourceCheck'
const decision = 'kubernetes.authorization.Decision'
const blank: Draft = { group: '', resource: '', subresource: '', namespace: '', name: '' }

/** The variable `authorizer`. */
export function authorizerValue(ask: AskAccess): OpaqueValue {
  return new AccessValue(authorizer, ask, blank)
}

/** The variable `authorizer.requestResource`: a question about what the request is for. */
export function requestResourceValue(ask: AskAccess, resource: Draft): OpaqueValue {
  return new AccessValue(resourceCheck, ask, resource)
}

function check(value: AccessValue, verb: string): OpaqueValue {
  const question = { ...value.draft, verb }
  const answer = value.ask(question)
  if (!answer) throw new Unanswered(question)
  return new DecisionValue(answer)
}

/** A selector is a text that is read into a list of requirements. */
function selectorCost(length: Range): Range {
  const requirements = times(times(length, 0.5), listCost + structCost)
  return add(add(exactly(listCost), times(length, perCharacter)), requirements)
}

const selecting: Price = {
  actual: ([, selector = null]) => selectorCost(exactly(sizeOf(selector))).max,
  estimate: ({ args }) => args[0] && { cost: selectorCost(args[0].size) },
}

/** Asking is dear: an expression can afford two questions. */
const asking = fixed(350_000)
const one = fixed(1)

export const access: readonly Overload[] = [
  method(
    `path(${authorizer}, string) ${pathCheck}`,
    (a: AccessValue, path: string) => {
      return path === '' ? fail('path must not be empty') : a.with(pathCheck, { path })
    },
    one,
  ),
  method(
    `group(${authorizer}, string) ${groupCheck}`,
    (a: AccessValue, group: string) => a.with(groupCheck, { group }),
    one,
  ),
  method(
    `serviceAccount(${authorizer}, string, string) ${authorizer}`,
    (a: AccessValue, namespace: string, name: string) => a.with(authorizer, { serviceAccount: { namespace, name } }),
    one,
  ),
  method(
    `resource(${groupCheck}, string) ${resourceCheck}`,
    (a: AccessValue, resource: string) => a.with(resourceCheck, { resource }),
    one,
  ),
  method(
    `subresource(${resourceCheck}, string) ${resourceCheck}`,
    (a: AccessValue, subresource: string) => a.with(resourceCheck, { subresource }),
    one,
  ),
  method(
    `namespace(${resourceCheck}, string) ${resourceCheck}`,
    (a: AccessValue, namespace: string) => a.with(resourceCheck, { namespace }),
    one,
  ),
  method(
    `name(${resourceCheck}, string) ${resourceCheck}`,
    (a: AccessValue, name: string) => a.with(resourceCheck, { name }),
    one,
  ),
  // Which objects a selector leaves is for authorizers that look at selectors; none here does.
  method(`fieldSelector(${resourceCheck}, string) ${resourceCheck}`, (a: AccessValue) => a, selecting),
  method(`labelSelector(${resourceCheck}, string) ${resourceCheck}`, (a: AccessValue) => a, selecting),
  method(`check(${pathCheck}, string) ${decision}`, check, asking),
  method(`check(${resourceCheck}, string) ${decision}`, check, asking),
  method(`allowed(${decision}) bool`, ({ answer }: DecisionValue) => answer.allowed, one),
  method(`reason(${decision}) string`, ({ answer }: DecisionValue) => answer.reason, one),
  method(`errored(${decision}) bool`, ({ answer }: DecisionValue) => answer.error !== undefined, one),
  method(`error(${decision}) string`, ({ answer }: DecisionValue) => answer.error ?? '', one),
]
