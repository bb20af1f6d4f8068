import { describe, expect } from 'vitest'
import type { KubeObject } from '../../../src/meta/object.js'
import { definitionOf, definitionsPath, establish } from '../../support/custom-resources.js'
import { eventually } from '../../support/eventually.js'
import type { ListBody } from '../../support/http.js'
import { test } from '../../support/server-test.js'

const text = { type: 'string' }
const schemaOf = (properties: object) => ({
  openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } },
})
const object = (apiVersion: string, kind: string, name: string, spec: unknown): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name },
  spec,
})

describe('stored custom resources', () => {
  test('are read by today’s schema of the version they are stored in (R21, R40)', async ({ api }) => {
    const at = (version: string, name = '') => `/apis/read.io/${version}/namespaces/default/jars${name}`
    const versions = [
      {
        ...{ name: 'v1', served: true, storage: true },
        schema: schemaOf({ a: text, d1: { ...text, default: 'one' }, only1: text }),
      },
      {
        ...{ name: 'v2', served: true, storage: false },
        schema: schemaOf({ a: text, d1: text, d2: { ...text, default: 'two' } }),
      },
    ]
    await establish(api, definitionOf('Jar', 'read.io', {}, { spec: { versions } }))
    const specOf = async (version: string, name: string) => (await api.get(at(version, name))).json().spec
    await api.post(at('v1'), object('read.io/v1', 'Jar', 'a', { a: 'x', only1: 'y', other: 'z' }))
    // What the storage version has not is not kept, and its defaults are there; those of the other are not.
    const viaV2 = await api.post(at('v2'), object('read.io/v2', 'Jar', 'b', { a: 'x' }))
    expect(viaV2.json().spec).toEqual({ a: 'x', d1: 'one' })
    expect(await specOf('v2', '/a')).toEqual({ a: 'x', d1: 'one' })

    const properties = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties'
    const nested = { type: 'object', default: {}, properties: { in: { type: 'integer', default: 3 } } }
    await api.patch(`${definitionsPath}/jars.read.io`, [
      { op: 'remove', path: `${properties}/a` },
      { op: 'add', path: `${properties}/n`, value: { ...text, default: 'new' } },
      { op: 'add', path: `${properties}/obj`, value: nested },
    ])
    const today = { d1: 'one', n: 'new', obj: { in: 3 } }
    await eventually('the new schema holds', async () => {
      expect(await specOf('v1', '/a')).toEqual({ ...today, only1: 'y' })
      return true
    })
    expect(await specOf('v1', '/b')).toEqual(today)
    expect(await specOf('v2', '/b')).toEqual({ d1: 'one' })
    expect((await api.get(at('v1'))).json<ListBody>().items[1]?.spec).toEqual(today)
    // Only the label is new: the defaults are nobody's change.
    const patched = (await api.patch(at('v1', '/a'), { metadata: { labels: { q: 'r' } } })).json()
    expect(patched.metadata.generation).toBe(1)
    expect(JSON.stringify(patched.metadata.managedFields)).not.toContain('f:obj')
  })
})

describe('an update of a custom resource', () => {
  test('is not held to what was wrong before and has not changed (R24)', async ({ api }) => {
    const path = '/apis/ratchet.io/v1/namespaces/default/rats'
    await establish(api, definitionOf('Rat', 'ratchet.io', { type: 'object', properties: { a: text, b: text } }))
    await api.post(path, object('ratchet.io/v1', 'Rat', 'r', { a: 'long-value', b: 'x' }))
    const a = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/a/maxLength'
    await api.patch(`${definitionsPath}/rats.ratchet.io`, [{ op: 'add', path: a, value: 3 }])
    await eventually('the rule holds', async () => {
      const fresh = object('ratchet.io/v1', 'Rat', 'new', { a: 'long-value' })
      return (await api.post(`${path}?dryRun=All`, fresh)).status === 422
    })
    expect((await api.patch(`${path}/r`, { spec: { b: 'y' } })).status).toBe(200)
    const refused = await api.patch(`${path}/r`, { spec: { a: 'long-valuf' } })
    expect(refused.json<{ message: string }>().message).toBe(
      'Rat.ratchet.io "r" is invalid: spec.a: Too long: may not be more than 3 bytes',
    )
  })

  test('by rules: transitions, and those that were not asked since the object is wrong (R23, R31)', async ({ api }) => {
    const path = '/apis/rules.io/v1/namespaces/default/cogs'
    const count = {
      type: 'integer',
      'x-kubernetes-validations': [{ rule: 'self >= oldSelf', message: 'may not fall' }],
    }
    const schema = { type: 'object', properties: { count, name: { ...text, enum: ['x', 'y'] } } }
    await establish(api, definitionOf('Cog', 'rules.io', schema))
    const messageOf = async (spec: object) =>
      (await api.patch(`${path}/c`, { spec })).json<{ message: string }>().message
    await api.post(path, object('rules.io/v1', 'Cog', 'c', { count: 3 }))
    expect(await messageOf({ count: 2 })).toBe(
      'Cog.rules.io "c" is invalid: spec.count: Invalid value: 2: may not fall',
    )
    expect(await messageOf({ count: 2, name: 'z' })).toContain(
      '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; ' +
        'correct the existing errors to complete validation',
    )
    expect((await api.patch(`${path}/c`, { spec: { count: 4 } })).status).toBe(200)
  })
})

describe('a custom resource', () => {
  test('is not applied with fields its schema has not (S10)', async ({ api }) => {
    await establish(api, definitionOf('Pin', 'apply.io', { type: 'object', properties: { a: text } }))
    const answer = await api.request(
      ...(['PATCH', '/apis/apply.io/v1/namespaces/default/pins/p?fieldManager=m'] as const),
      object('apply.io/v1', 'Pin', 'p', { a: 'x', zz: 1 }),
      { 'content-type': 'application/apply-patch+yaml' },
    )
    expect(answer.status).toBe(500)
    expect(answer.json<{ message: string }>().message).toMatch(/\.spec\.zz: field not declared in schema$/)
  })

  test('has values that its scale can be read from (U03)', async ({ api }) => {
    const scale = { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n', labelSelectorPath: '.spec.sel' }
    const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
    await establish(api, definitionOf('Set', 'scale.io', open, { version: { subresources: { scale } } }))
    const path = '/apis/scale.io/v1/namespaces/default/sets?dryRun=All'
    const fieldsOf = async (spec: object) => {
      const answer = (await api.post(path, object('scale.io/v1', 'Set', 's', spec))).json<{
        details?: { causes: { field: string; message: string }[] }
      }>()
      return answer.details?.causes.map(({ field, message }) => `${field}: ${message}`)
    }
    expect(await fieldsOf({ n: 3, sel: 'a=b' })).toBeUndefined()
    expect(await fieldsOf({ n: -1 })).toEqual(['.spec.n: Invalid value: -1: should be a non-negative integer'])
    expect(await fieldsOf({ n: 2 ** 31 })).toEqual([
      '.spec.n: Invalid value: 2147483648: should be less than or equal to 2147483647',
    ])
    expect(await fieldsOf({ n: '1', sel: { a: 1 } })).toEqual([
      '.spec.n: Invalid value: 0: .spec.n accessor error: 1 is of the type string, expected int64',
      '.spec.sel: Invalid value: "": .spec.sel accessor error: map[a:1] is of the type map[string]interface {}, expected string',
    ])
  })

  test('that its scale would make invalid is refused with all that is wrong', async ({ api }) => {
    const scale = { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n' }
    const spec = { type: 'object', properties: { n: { type: 'integer', minimum: 0 } } }
    await establish(api, definitionOf('Bag', 'scale.io', spec, { version: { subresources: { scale } } }))
    const path = '/apis/scale.io/v1/namespaces/default/bags'
    await api.post(path, object('scale.io/v1', 'Bag', 'b', { n: 1 }))
    const answer = await api.put(`${path}/b/scale`, {
      ...{ apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'b', namespace: 'default' } },
      spec: { replicas: -1 },
    })
    const [bySchema, byScale] = [
      'spec.n in body should be greater than or equal to 0',
      'should be a non-negative integer',
    ]
    expect(answer.json()).toMatchObject({
      code: 422,
      message: `Bag.scale.io "b" is invalid: [spec.n: Invalid value: -1: ${bySchema}, .spec.n: Invalid value: -1: ${byScale}]`,
    })
  })
})
