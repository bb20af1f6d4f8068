import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cloneJson } from '../../src/meta/json-clone.js'
import type { JsonObject } from '../../src/meta/object.js'
import { prune } from '../../src/schema/prune.js'
import type { Schema } from '../../src/schema/schema.js'
import { objectFor, structuralSchema } from './arbitrary.js'

const any: Schema = { 'x-kubernetes-preserve-unknown-fields': true }
const text: Schema = { type: 'string' }
const topping: Schema = { type: 'object', properties: { name: text } }

function spec(schema: Schema): Schema {
  return { type: 'object', properties: { spec: schema } }
}

describe('prune', () => {
  it.each<[string, Schema, JsonObject, JsonObject, string[]]>([
    [
      'keeps type and metadata of the root',
      { type: 'object' },
      { apiVersion: 'v1', kind: 'A', metadata: { any: 1 }, a: 1 },
      { apiVersion: 'v1', kind: 'A', metadata: { any: 1 } },
      ['a'],
    ],
    [
      'drops what no property names, in order',
      spec({ type: 'object', properties: { a: text, b: topping } }),
      { spec: { z: 1, a: 'x', b: { name: 'x', kind: 'K', zz: {} } }, b: 1 },
      { spec: { a: 'x', b: { name: 'x' } } },
      ['b', 'spec.b.kind', 'spec.b.zz', 'spec.z'],
    ],
    [
      'looks into lists',
      spec({ type: 'object', properties: { toppings: { type: 'array', items: topping } } }),
      { spec: { toppings: [{ name: 'a' }, { name: 'b', zz: 1 }, null, 'x'] } },
      { spec: { toppings: [{ name: 'a' }, { name: 'b' }, null, 'x'] } },
      ['spec.toppings[1].zz'],
    ],
    [
      'looks into maps',
      spec({ type: 'object', additionalProperties: topping }),
      { spec: { x: { name: 'a', y: 1 }, 'a/b': { name: 'b' } } },
      { spec: { x: { name: 'a' }, 'a/b': { name: 'b' } } },
      ['spec.x.y'],
    ],
    [
      'leaves nothing in an object of which nothing is known',
      spec({ type: 'object', additionalProperties: true }),
      { spec: { x: { y: 1 }, l: [{ z: 1 }, 2] } },
      { spec: { x: {}, l: [{}, 2] } },
      ['spec.l[0].z', 'spec.x.y'],
    ],
    [
      'begins again below what is preserved',
      spec({ ...any, type: 'object', properties: { b: topping, list: { ...any, type: 'array', items: topping } } }),
      { spec: { a: { b: 1 }, b: { name: 'x', zz: 1 }, list: [{ name: 'y', free: { w: 1 } }] } },
      { spec: { a: { b: 1 }, b: { name: 'x' }, list: [{ name: 'y', free: { w: 1 } }] } },
      ['spec.b.zz'],
    ],
    [
      'begins again below items that are preserved as a whole',
      spec({ ...any, type: 'array', items: { type: 'object', properties: { b: topping } } }),
      { spec: [{ free: 1, b: { name: 'x', zz: 1 } }] },
      { spec: [{ free: 1, b: { name: 'x' } }] },
      ['spec[0].b.zz'],
    ],
    [
      'knows what an embedded resource has',
      spec({ type: 'object', 'x-kubernetes-embedded-resource': true, properties: { spec: topping } }),
      {
        spec: { apiVersion: 'v1', kind: 'B', metadata: { name: 'x', zz: 1, labels: { a: 'b' } }, spec: { q: 1 }, r: 1 },
      },
      { spec: { apiVersion: 'v1', kind: 'B', metadata: { name: 'x', zz: 1, labels: { a: 'b' } }, spec: {} } },
      ['spec.r', 'spec.spec.q'],
    ],
    [
      'does not take what every object inherits for a property',
      spec({ type: 'object', properties: { a: text } }),
      { spec: { constructor: 1, toString: 2, a: 'x' } },
      { spec: { a: 'x' } },
      ['spec.constructor', 'spec.toString'],
    ],
  ])('%s', (_name, schema, object, left, removed) => {
    expect(prune(object, schema)).toEqual(removed)
    expect(object).toEqual(left)
  })

  it('drops __proto__', () => {
    const object = JSON.parse('{"spec":{"__proto__":{"x":1},"a":"x"}}')
    expect(prune(object, spec({ type: 'object', properties: { a: text } }))).toEqual(['spec.__proto__'])
    expect(Object.keys(object.spec)).toEqual(['a'])
  })

  it('finds nothing the second time', () => {
    fc.assert(
      fc.property(structuralSchema, objectFor, (schema, object) => {
        prune(object, schema)
        const once = cloneJson(object)
        expect(prune(object, schema)).toEqual([])
        expect(object).toEqual(once)
      }),
      { numRuns: 300 },
    )
  })
})
