import { describe, expect, it } from 'vitest'
import { cloneJson } from '../../src/meta/json-clone.js'
import type { JsonObject } from '../../src/meta/object.js'
import { coerceEmbedded } from '../../src/schema/embedded-resources.js'
import type { Schema } from '../../src/schema/schema.js'

const embedded: Schema = {
  type: 'object',
  'x-kubernetes-embedded-resource': true,
  'x-kubernetes-preserve-unknown-fields': true,
}
const schema: Schema = {
  type: 'object',
  properties: {
    e: embedded,
    l: { type: 'array', items: embedded },
    m: { type: 'object', additionalProperties: embedded },
  },
}
const resource = (metadata: unknown) => ({ apiVersion: 'v1', kind: 'A', metadata })

describe('metadata of embedded resources', () => {
  it.each<[string, JsonObject, JsonObject, string[]]>([
    ['is left out where it is', { e: { kind: 'A' } }, { e: { kind: 'A' } }, []],
    ['null is empty', { e: resource(null) }, { e: resource({}) }, []],
    [
      'loses what ObjectMeta has not',
      { e: resource({ name: 'a', zz: 1, ownerReferences: [{ uid: 'u', bar: 1 }] }), q: { zz: 1 } },
      {
        e: resource({ name: 'a', ownerReferences: [{ apiVersion: '', kind: '', name: '', uid: 'u' }] }),
        q: { zz: 1 },
      },
      ['e.metadata.ownerReferences[0].bar', 'e.metadata.zz'],
    ],
    [
      'in lists and maps, too',
      { l: [1, resource({ x: 1 })], m: { 'a.b': resource({ y: 1 }) } },
      { l: [1, resource({})], m: { 'a.b': resource({}) } },
      ['l[1].metadata.x', 'm[a.b].metadata.y'],
    ],
  ])('%s', (_what, given, read, dropped) => {
    const value = cloneJson(given)
    expect(coerceEmbedded(value, schema)).toEqual(dropped)
    expect(value).toEqual(read)
  })

  it.each<[JsonObject, string]>([
    [{ e: { kind: 1 } }, 'e.kind: Invalid value: 1: must be a string'],
    [
      { l: [resource({ labels: { a: 1 } })] },
      'l[0].metadata: Invalid value: {"labels":{"a":1}}: json: cannot unmarshal number into Go struct field ' +
        'ObjectMeta.labels of type string',
    ],
    [
      { m: { x: resource('y') } },
      'm[x].metadata: Invalid value: "y": json: cannot unmarshal string into Go value of type v1.ObjectMeta',
    ],
  ])('of a wrong type is refused: %j', (value, message) => {
    expect(() => coerceEmbedded(value, schema)).toThrow(message)
  })
})
