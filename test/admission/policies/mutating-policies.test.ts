import { describe, expect } from 'vitest'
import type { Answer } from '../../support/http.js'
import { test as base } from '../../support/server-test.js'

const apiVersion = 'admissionregistration.k8s.io/v1'
const configs = `/apis/${apiVersion}`
let count = 0

interface Policies {
  readonly label: string
  define(spec: Record<string, unknown>, name?: string): Promise<Answer>
  /** Makes a policy about the test's ConfigMaps and Deployments, and binds it. */
  install(mutation: string, spec?: Record<string, unknown>, binding?: Record<string, unknown>): Promise<string>
  create(data?: Record<string, unknown>): Promise<Answer>
}

const test = base.extend('policies', async ({ api, namespace }, { onCleanup }): Promise<Policies> => {
  const label = `mutating${++count}`
  const labels = { policy: label }
  const names: string[] = []
  onCleanup(async () => {
    for (const name of names) {
      await api.delete(`${configs}/mutatingadmissionpolicybindings/${name}`)
      await api.delete(`${configs}/mutatingadmissionpolicies/${name}`)
    }
  })
  const define: Policies['define'] = (spec, name = label) =>
    api.post(`${configs}/mutatingadmissionpolicies`, {
      ...{ apiVersion, kind: 'MutatingAdmissionPolicy', metadata: { name } },
      spec: {
        ...{ failurePolicy: 'Fail', reinvocationPolicy: 'Never' },
        matchConstraints: {
          objectSelector: { matchLabels: labels },
          resourceRules: [
            {
              ...{ operations: ['CREATE', 'UPDATE'], apiGroups: ['', 'apps'], apiVersions: ['v1'] },
              resources: ['configmaps', 'deployments'],
            },
          ],
        },
        ...spec,
      },
    })
  return {
    label,
    define,
    install: async (mutation, spec = {}, binding = {}) => {
      const name = `${label}-${names.length}`
      names.push(name)
      const defined = await define({ mutations: [mutationOf(mutation)], ...spec }, name)
      expect(defined.status, defined.text).toBe(201)
      const bound = await api.post(`${configs}/mutatingadmissionpolicybindings`, {
        ...{ apiVersion, kind: 'MutatingAdmissionPolicyBinding', metadata: { name } },
        spec: { policyName: name, ...binding },
      })
      expect(bound.status, bound.text).toBe(201)
      return name
    },
    create: (data = {}) =>
      api.post(`/api/v1/namespaces/${namespace}/configmaps`, {
        ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', labels }, data },
      }),
  }
})

/** A JSON patch where the expression is a list. */
function mutationOf(expression: string) {
  return expression.startsWith('[')
    ? { patchType: 'JSONPatch', jsonPatch: { expression } }
    : { patchType: 'ApplyConfiguration', applyConfiguration: { expression } }
}

describe('mutating admission policies', () => {
  test.for<[mutation: string, data: unknown]>([
    ['Object{data: {"b": object.metadata.name}}', { a: '1', b: 'c' }],
    ['Object{data: {"a": "2"}}', { a: '2' }],
    ['Object{}', { a: '1' }],
    ['object.data.a == "1" ? Object{data: {"x": string(1 + 1)}} : Object{}', { a: '1', x: '2' }],
    ['[JSONPatch{op: "add", path: "/data/b", value: "2"}]', { a: '1', b: '2' }],
    ['[JSONPatch{op: "add", path: "/data/" + jsonpatch.escapeKey("x/~y"), value: "2"}]'.replace('/~', '.'), 'x.y'],
    ['[JSONPatch{op: "test", path: "/data/a", value: "9"}, JSONPatch{op: "remove", path: "/data/a"}]', { a: '1' }],
    ['[JSONPatch{op: "test", path: "/data/a", value: "1"}, JSONPatch{op: "remove", path: "/data/a"}]', undefined],
    ['[JSONPatch{op: "move", from: "/data/a", path: "/data/b"}]', { b: '1' }],
    ['[JSONPatch{op: "replace", path: "/data", value: {"n": variables.name}}]', { n: 'c' }],
  ])('change what is written: %s', async ([mutation, data], { policies }) => {
    await policies.install(mutation, { variables: [{ name: 'name', expression: 'object.metadata.name' }] })
    const answer = await policies.create({ a: '1' })
    expect(answer.status, answer.text).toBe(201)
    const wanted = data === 'x.y' ? { a: '1', 'x.y': '2' } : (data ?? {})
    expect(answer.json<{ data?: unknown }>().data ?? {}).toEqual(wanted)
  })

  test('merge lists by their keys', async ({ policies, api, namespace }) => {
    const sidecar = 'Object.spec.template.spec.containers{name: "sidecar", image: "sidecar:1"}'
    const path = 'Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec'
    await policies.install(`${path}{containers: [${sidecar}]}}}}`)
    const labels = { policy: policies.label }
    const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app:1' }] } }
    const answer = await api.post(`/apis/apps/v1/namespaces/${namespace}/deployments`, {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd', labels } },
      spec: { selector: { matchLabels: labels }, template },
    })
    expect(answer.status, answer.text).toBe(201)
    expect(answer.json()).toMatchObject({
      spec: {
        template: { spec: { containers: [{ name: 'app' }, { name: 'sidecar', imagePullPolicy: 'IfNotPresent' }] } },
      },
    })
  })

  test.for<[mutation: string, why: string]>([
    [
      'Object{data: {"x": object.data.nothing}}',
      `expression 'Object{data: {"x": object.data.nothing}}' resulted in error: no such key: nothing`,
    ],
    [
      'Object{spec: Object.wrong{}}',
      'type mismatch: unexpected type name "Object.wrong", expected "Object.spec", which matches field name path from root Object type',
    ],
    [
      'Object{nothing: 1}',
      'error applying patch: failed to convert patch object to typed object: .nothing: field not declared in schema',
    ],
    [
      'Object{data: {"a": 1}}',
      'error applying patch: failed to convert patch object to typed object: .data.a: expected string, got &value.valueUnstructured{Value:1}',
    ],
    [
      '[JSONPatch{op: "remove", path: "/data/nothing"}]',
      "JSON Patch: error in remove for path: '/data/nothing': Unable to remove nonexistent key: nothing: missing value",
    ],
  ])('refuse when they fail: %s', async ([mutation, why], { policies }) => {
    const name = await policies.install(mutation)
    const answer = await policies.create({ a: '1' })
    expect(answer.json()).toMatchObject({ status: 'Failure', code: 403, reason: 'Invalid' })
    const { message } = answer.json<{ message: string }>()
    expect(message).toContain(`policy '${name}' with binding '${name}' denied request: ${why}`)
  })

  test.for<[mutation: string, why: string]>([
    ['{op: "add", path: "/unknown", value: "u"}', 'strict decoding error: unknown field "unknown"'],
    [
      '{op: "add", path: "/data", value: {"k": 1}}',
      'json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    ],
    ['{op: "replace", path: "/kind", value: "Pod"}', 'no kind "Pod" is registered for version "v1"'],
  ])('may not make what is no such object: %s', async ([operation, why], { policies }) => {
    await policies.install(`[JSONPatch${operation}]`)
    const answer = await policies.create({ a: '1' })
    expect(answer.json()).toMatchObject({
      code: 500,
      message: expect.stringContaining(`Internal error occurred: ${why}`),
    })
  })

  test('may not replace what is only replaced as a whole', async ({ policies, api, namespace }) => {
    const selector = 'Object.spec.selector{matchLabels: {"a": "b"}}'
    await policies.install(`Object{spec: Object.spec{selector: ${selector}}}`)
    const labels = { policy: policies.label }
    const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app:1' }] } }
    const answer = await api.post(`/apis/apps/v1/namespaces/${namespace}/deployments`, {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd', labels } },
      spec: { selector: { matchLabels: labels }, template },
    })
    const why = 'invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.selector'
    expect(answer.json<{ message: string }>().message).toContain(why)
  })

  test('that ignore failures change nothing then', async ({ policies }) => {
    await policies.install('Object{data: {"x": object.data.nothing}}', { failurePolicy: 'Ignore' })
    expect((await policies.create({ a: '1' })).json()).toMatchObject({ data: { a: '1' } })
  })

  test('have conditions and params', async ({ policies, api, namespace }) => {
    const param = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'param' }, data: { to: 'x' } }
    await api.post(`/api/v1/namespaces/${namespace}/configmaps`, param)
    await policies.install(
      'Object{data: {"a": params.data.to}}',
      {
        paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
        matchConditions: [{ name: 'one', expression: "object.data.a != '1'" }],
      },
      { paramRef: { name: 'param', parameterNotFoundAction: 'Deny' } },
    )
    const { create } = policies
    expect((await create({ a: '1' })).json()).toMatchObject({ data: { a: '1' } })
    await api.delete(`/api/v1/namespaces/${namespace}/configmaps/c`)
    expect((await create({ a: '2' })).json()).toMatchObject({ data: { a: 'x' } })
  })

  test('see later changes when they want to', async ({ policies }) => {
    const seen = (key: string) =>
      `Object{data: {"${key}": string(has(object.data.last)) + (has(object.data.${key}) ? "-" + object.data.${key} : "")}}`
    await policies.install(seen('once'))
    await policies.install(seen('again'), { reinvocationPolicy: 'IfNeeded' })
    await policies.install('Object{data: {"last": "x"}}')
    expect((await policies.create({ a: '1' })).json()).toMatchObject({
      data: { once: 'false', again: 'true-false', last: 'x' },
    })
  })

  test.for<[spec: Record<string, unknown>, message: string]>([
    [
      { mutations: [mutationOf('Other{}')] },
      "compilation failed: ERROR: <input>:1:6: undeclared reference to 'Other' (in container '')\n | Other{}\n | .....^",
    ],
    [{ mutations: [mutationOf('1')] }, 'applyConfiguration.expression: Invalid value: "1": must evaluate to Object'],
    [{ mutations: [mutationOf('Object{a: 1 + "x"}')] }, 'found no matching overload'],
    [
      { mutations: [mutationOf('[JSONPatch{op: 1}]')] },
      "ERROR: <input>:1:14: expected type of field 'op' is 'string' but provided type is 'int'",
    ],
    [{ mutations: [mutationOf('[1]')] }, 'must evaluate to list(JSONPatch) but got list(int)'],
  ])('must compile: %j', async ([spec, message], { policies }) => {
    const answer = await policies.define(spec)
    expect(answer.status).toBe(422)
    expect(answer.json<{ message: string }>().message).toContain(message)
  })
})
