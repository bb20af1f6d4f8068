import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cloneJson } from '../../src/meta/json-clone.js'
import type { JsonObject } from '../../src/meta/object.js'
import { applyDefaults, dropNulls } from '../../src/schema/default.js'
import type { Schema } from '../../src/schema/schema.js'
import { objectFor, structuralSchema } from './arbitrary.js'

const one: Schema = { type: 'integer', default: 1 }
const text: Schema = { type: 'string' }

function spec(schema: Schema): Schema {
  return { type: 'object', properties: { spec: schema } }
}

describe('applyDefaults', () => {
  it.each<[string, Schema, JsonObject, JsonObject]>([
    ['fills in what is missing', spec({ properties: { a: one, b: text } }), { spec: {} }, { spec: { a: 1 } }],
    ['keeps what is there', spec({ properties: { a: one } }), { spec: { a: 0 } }, { spec: { a: 0 } }],
    ['makes no parent', spec({ properties: { a: one } }), {}, {}],
    [
      'fills in a default that is itself incomplete',
      spec({ default: {}, properties: { a: one, b: { default: { c: 2 }, properties: { d: one } } } }),
      {},
      { spec: { a: 1, b: { c: 2, d: 1 } } },
    ],
    [
      'looks into lists and maps',
      spec({
        properties: {
          l: { items: { properties: { a: one } } },
          m: { additionalProperties: { properties: { a: one } } },
        },
      }),
      { spec: { l: [{}, { a: 2 }, 'x'], m: { x: {} } } },
      { spec: { l: [{ a: 1 }, { a: 2 }, 'x'], m: { x: { a: 1 } } } },
    ],
    ['takes a null for missing', spec({ properties: { a: one } }), { spec: { a: null } }, { spec: { a: 1 } }],
    [
      'keeps a null that is allowed',
      spec({ properties: { a: { ...one, nullable: true }, b: { ...text, nullable: true } } }),
      { spec: { a: null, b: null } },
      { spec: { a: null, b: null } },
    ],
    ['keeps a null without default', spec(text), { spec: null }, { spec: null }],
    [
      'replaces nulls of maps',
      spec({ properties: { m: { additionalProperties: text }, n: { additionalProperties: one } } }),
      { spec: { m: { x: null, y: 'y' }, n: { x: null } } },
      { spec: { m: { x: null, y: 'y' }, n: { x: 1 } } },
    ],
    [
      'leaves a list as long as it is',
      spec({ properties: { l: { items: text }, n: { items: one } } }),
      { spec: { l: [null, 'x'], n: [null, 2] } },
      { spec: { l: [null, 'x'], n: [1, 2] } },
    ],
    ['keeps nulls nothing is known of', { type: 'object' }, { spec: null, l: [null] }, { spec: null, l: [null] }],
  ])('%s', (_name, schema, object, result) => {
    applyDefaults(object, schema)
    expect(object).toEqual(result)
  })

  it('comes after nulls were dropped', () => {
    const schema = spec({ properties: { a: text, b: one, m: { additionalProperties: text }, l: { items: text } } })
    const object = { spec: { a: null, b: null, m: { x: null, y: 'y' }, l: [null], c: null } }
    dropNulls(object, schema)
    expect(object).toEqual({ spec: { b: null, m: { y: 'y' }, l: [null], c: null } })
  })

  it('copies the default', () => {
    const schema = spec({ default: { list: [] } })
    const [a, b] = [{}, {}] as [JsonObject, JsonObject]
    applyDefaults(a, schema)
    applyDefaults(b, schema)
    ;(a.spec as { list: number[] }).list.push(1)
    expect(b).toEqual({ spec: { list: [] } })
  })

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(structuralSchema, objectFor, (schema, object) => {
        applyDefaults(object, schema)
        const once = cloneJson(object)
        applyDefaults(object, schema)
        expect(object).toEqual(once)
      }),
      { numRuns: 300 },
    )
  })
})
