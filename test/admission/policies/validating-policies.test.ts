import { describe, expect } from 'vitest'
import type { Answer } from '../../support/http.js'
import { test as base } from '../../support/server-test.js'

const apiVersion = 'admissionregistration.k8s.io/v1'
const configs = `/apis/${apiVersion}`
let count = 0

interface Policy {
  readonly name: string
  /** Makes the policy about the test's ConfigMaps and binds it. */
  install(spec: Record<string, unknown>, binding?: Record<string, unknown>): Promise<void>
  define(spec: Record<string, unknown>): Promise<Answer>
  create(data?: Record<string, string>): Promise<Answer>
}

const test = base.extend('policy', async ({ api, namespace }, { onCleanup }): Promise<Policy> => {
  const name = `policy${++count}`
  const labels = { policy: name }
  onCleanup(async () => {
    await api.delete(`${configs}/validatingadmissionpolicybindings/${name}`)
    await api.delete(`${configs}/validatingadmissionpolicies/${name}`)
  })
  const define: Policy['define'] = (spec) =>
    api.post(`${configs}/validatingadmissionpolicies`, {
      ...{ apiVersion, kind: 'ValidatingAdmissionPolicy', metadata: { name } },
      spec: {
        matchConstraints: {
          objectSelector: { matchLabels: labels },
          resourceRules: [
            { operations: ['CREATE', 'UPDATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] },
          ],
        },
        ...spec,
      },
    })
  return {
    name,
    define,
    install: async (spec, binding = {}) => {
      const defined = await define(spec)
      expect(defined.status, defined.text).toBe(201)
      const bound = await api.post(`${configs}/validatingadmissionpolicybindings`, {
        ...{ apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata: { name } },
        spec: { policyName: name, validationActions: ['Deny'], ...binding },
      })
      expect(bound.status, bound.text).toBe(201)
    },
    create: (data = {}) =>
      api.post(`/api/v1/namespaces/${namespace}/configmaps`, {
        ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', labels }, data },
      }),
  }
})

/** How a denial reads. */
const denied = (name: string, why: string) =>
  `configmaps "c" is forbidden: ValidatingAdmissionPolicy '${name}' with binding '${name}' denied request: ${why}`

type Case = [validation: Record<string, unknown>, code: number, reason: string, why: string]

const invalid = (why: string): [number, string, string] => [422, 'Invalid', why]
const no = { expression: 'false', message: 'no' }

describe('validating admission policies', () => {
  test.for<Case>([
    [{ expression: "object.data.a == '2'" }, 422, 'Invalid', "failed expression: object.data.a == '2'"],
    [{ ...no, reason: 'Forbidden' }, 403, 'Forbidden', 'no'],
    [{ ...no, reason: 'RequestEntityTooLarge' }, 413, 'RequestEntityTooLarge', 'no'],
    [{ ...no, messageExpression: "'a is ' + object.data.a" }, 422, 'Invalid', 'a is 1'],
    [{ ...no, messageExpression: 'string(object.data.b)' }, 422, 'Invalid', 'no'],
    [{ ...no, messageExpression: "' '" }, 422, 'Invalid', 'no'],
    [
      { expression: "object.data.b == 'x'" },
      ...invalid("expression 'object.data.b == 'x'' resulted in error: no such key: b"),
    ],
    [{ expression: "request.userInfo.username == 'bob' || variables.no" }, 422, 'Invalid', 'failed expression'],
    [{ expression: 'namespaceObject.metadata.name != request.namespace', message: 'n' }, 422, 'Invalid', 'n'],
    [
      { expression: "!authorizer.group('').resource('pods').namespace('x').check('get').allowed()", message: 'auth' },
      ...invalid('auth'),
    ],
  ])('deny: %j', async ([validation, code, reason, why], { policy }) => {
    await policy.install({ variables: [{ name: 'no', expression: 'false' }], validations: [validation] })
    const answer = await policy.create({ a: '1' })
    expect(answer.json()).toMatchObject({ status: 'Failure', code, reason })
    expect(answer.json<{ message: string }>().message).toContain(denied(policy.name, why))
  })

  test('let pass what holds, and what they are not about', async ({ policy, api, namespace }) => {
    await policy.install({ validations: [{ expression: "object.data.a != '1'" }] })
    expect((await policy.create({ a: '2' })).status).toBe(201)
    const path = `/api/v1/namespaces/${namespace}/configmaps`
    const other = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other' }, data: { a: '1' } }
    expect((await api.post(path, other)).status).toBe(201)
    expect((await api.patch(`${path}/c`, { data: { a: '1' } })).status).toBe(422)
    expect((await api.patch(`${path}/c`, { data: { a: '3' } })).status).toBe(200)
    expect((await api.delete(`${path}/c`)).status).toBe(200)
  })

  test('see the old object', async ({ policy, api, namespace }) => {
    await policy.install({ validations: [{ expression: 'oldObject == null || object.data == oldObject.data' }] })
    expect((await policy.create({ a: '1' })).status).toBe(201)
    const path = `/api/v1/namespaces/${namespace}/configmaps/c`
    expect((await api.patch(path, { data: { a: '2' } })).status).toBe(422)
    expect((await api.patch(path, { metadata: { labels: { x: 'y' } } })).status).toBe(200)
  })

  test('warn where the binding says so', async ({ policy }) => {
    await policy.install({ validations: [no] }, { validationActions: ['Warn', 'Audit'] })
    const answer = await policy.create()
    const text = `Validation failed for ValidatingAdmissionPolicy '${policy.name}' with binding '${policy.name}': no`
    expect([answer.status, answer.headers.warning]).toEqual([201, `299 - "${text}"`])
  })

  test('fail open where they ignore failures', async ({ policy }) => {
    await policy.install({ failurePolicy: 'Ignore', validations: [{ expression: "object.data.b == 'x'" }] })
    expect((await policy.create()).status).toBe(201)
  })

  test('have conditions', async ({ policy }) => {
    const conditions = [{ name: 'big', expression: "object.data.size == 'big'" }]
    await policy.install({ matchConditions: conditions, validations: [no] })
    expect((await policy.create({ size: 'big' })).status).toBe(422)
    expect((await policy.create({ size: 'small' })).status).toBe(201)
  })

  test('are bound in chosen namespaces', async ({ policy, namespace }) => {
    const elsewhere = { matchLabels: { 'kubernetes.io/metadata.name': `not-${namespace}` } }
    await policy.install({ validations: [no] }, { matchResources: { namespaceSelector: elsewhere } })
    expect((await policy.create()).status).toBe(201)
  })

  test('cost no more than their budget', async ({ policy }) => {
    const many = `[${Array.from({ length: 100 }, (_, i) => i).join()}]`
    const nested = ['a', 'b', 'c', 'd'].reduce((inner, v) => `${many}.all(${v}, ${inner})`, 'true')
    await policy.install({ validations: [{ expression: nested, message: 'no' }] })
    const { message } = (await policy.create()).json<{ message: string }>()
    expect(message).toContain('operation cancelled: actual cost limit exceeded')
  })

  describe('with params', () => {
    const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' }
    const validations = [{ expression: 'object.data.a == params.data.a', message: 'other a' }]
    const missing =
      'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction'

    test('find them by name', async ({ policy, api, namespace }) => {
      await policy.install({ paramKind, validations }, { paramRef: { name: 'param', parameterNotFoundAction: 'Deny' } })
      expect((await policy.create({ a: '1' })).json()).toMatchObject({ message: denied(policy.name, missing) })
      const param = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'param' }, data: { a: '2' } }
      await api.post(`/api/v1/namespaces/${namespace}/configmaps`, param)
      expect((await policy.create({ a: '1' })).json()).toMatchObject({ message: denied(policy.name, 'other a') })
      expect((await policy.create({ a: '2' })).status).toBe(201)
    })

    test('find them by labels', async ({ policy, api, namespace }) => {
      const selector = { matchLabels: { param: policy.name } }
      const paramRef = { namespace, selector, parameterNotFoundAction: 'Allow' }
      await policy.install({ paramKind, validations }, { paramRef })
      expect((await policy.create({ a: '1' })).status).toBe(201)
      for (const a of ['1', '2']) {
        await api.post(`/api/v1/namespaces/${namespace}/configmaps`, {
          ...{ apiVersion: 'v1', kind: 'ConfigMap', data: { a } },
          metadata: { name: `param${a}`, labels: { param: policy.name } },
        })
      }
      await api.delete(`/api/v1/namespaces/${namespace}/configmaps/c`)
      expect((await policy.create({ a: '1' })).json()).toMatchObject({ message: denied(policy.name, 'other a') })
    })

    test('say when there is no such kind', async ({ policy }) => {
      await policy.install(
        { paramKind: { apiVersion: 'x.example.com/v1', kind: 'Limit' }, validations },
        { paramRef: { name: 'param', parameterNotFoundAction: 'Deny' } },
      )
      const why = "failed to find resource referenced by paramKind: 'x.example.com/v1, Kind=Limit'"
      expect((await policy.create()).json<{ message: string }>().message).toContain(why)
    })
  })

  test.for<[spec: Record<string, unknown>, message: string]>([
    [
      { validations: [{ expression: 'object.x +' }] },
      'spec.validations[0].expression: Invalid value: "object.x +": compilation failed: ERROR: <input>:1:11: Syntax error',
    ],
    [
      { validations: [{ expression: 'nothing' }] },
      "ERROR: <input>:1:1: undeclared reference to 'nothing' (in container '')\n | nothing\n | ^",
    ],
    [{ validations: [{ expression: '1' }] }, 'must evaluate to bool'],
    [{ validations: [{ expression: 'true', messageExpression: '1' }] }, 'spec.validations[0].messageExpression'],
    [
      { variables: [{ name: 'a', expression: 'b' }], validations: [{ expression: 'true' }] },
      'spec.variables[0].expression',
    ],
    [
      { matchConditions: [{ name: 'a', expression: 'b' }], validations: [{ expression: 'true' }] },
      'spec.matchConditions[0].expression',
    ],
  ])('must compile: %j', async ([spec, message], { policy }) => {
    const answer = await policy.define(spec)
    expect(answer.status).toBe(422)
    expect(answer.json<{ message: string }>().message).toContain(message)
  })
})
