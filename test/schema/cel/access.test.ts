import { describe, expect, it } from 'vitest'
import { compile } from '../../../src/schema/cel/compile.js'
import {
  type AccessAnswer,
  type AccessQuestion,
  authorizerValue,
  requestResourceValue,
  Unanswered,
} from '../../../src/schema/cel/library/access.js'
import { structType } from '../../../src/schema/cel/type.js'
import { Failure } from '../../../src/schema/cel/value.js'

const variables = new Map([
  ['authorizer', structType('kubernetes.authorization.Authorizer')],
  ['authorizer.requestResource', structType('kubernetes.authorization.ResourceCheck')],
])
const requested = { group: 'apps', resource: 'deployments', subresource: 'scale', namespace: 'ns', name: 'd' }

function run(source: string, answer: AccessAnswer | undefined) {
  const asked: AccessQuestion[] = []
  const ask = (question: AccessQuestion) => {
    asked.push(question)
    return answer
  }
  const found = compile(source, { variables })
  if (!('program' in found)) throw new Error(found.issues ?? found.problem)
  try {
    const values = [authorizerValue(ask), requestResourceValue(ask, requested)]
    return { asked, value: found.program.run(values, 1_000_000).value }
  } catch (error) {
    return { asked, error }
  }
}

const yes: AccessAnswer = { allowed: true, reason: 'so it is' }

describe('the authorizer of an expression', () => {
  it.each<[source: string, question: Partial<AccessQuestion>, value: unknown]>([
    ["authorizer.path('/healthz').check('get').allowed()", { path: '/healthz', verb: 'get' }, true],
    ["authorizer.group('').resource('pods').check('list').reason()", { resource: 'pods', verb: 'list' }, 'so it is'],
    [
      "authorizer.group('apps').resource('deployments').subresource('scale').namespace('a').name('b').check('get').errored()",
      { group: 'apps', resource: 'deployments', subresource: 'scale', namespace: 'a', name: 'b' },
      false,
    ],
    [
      "authorizer.serviceAccount('ns', 'sa').group('').resource('pods').check('get').error()",
      { serviceAccount: { namespace: 'ns', name: 'sa' } },
      '',
    ],
    [
      "authorizer.group('').resource('pods').labelSelector('a=b').fieldSelector('c=d').check('get').allowed()",
      {},
      true,
    ],
    ["authorizer.requestResource.check('patch').allowed()", { ...requested, verb: 'patch' }, true],
  ])('%s', (source, question, value) => {
    const done = run(source, yes)
    expect(done.asked).toMatchObject([question])
    expect(done.value).toBe(value)
  })

  it('ends an evaluation that needs an answer that is not there, whatever is around it', () => {
    const source = "authorizer.group('').resource('pods').check('list').allowed() || true"
    const { error } = run(source, undefined)
    expect(error).toBeInstanceOf(Unanswered)
    expect(error).toMatchObject({ question: { resource: 'pods', verb: 'list' } })
  })

  it('affords two questions', () => {
    const check = "authorizer.group('').resource('pods').check('list').allowed()"
    expect(run(`${check} && ${check}`, yes).value).toBe(true)
    const { error } = run(`${check} && ${check} && ${check}`, yes)
    expect(error).toBeInstanceOf(Failure)
    expect(error).toMatchObject({ message: 'operation cancelled: actual cost limit exceeded' })
  })
})
