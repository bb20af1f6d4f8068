import fc from 'fast-check'
import type { JsonObject } from '../../src/meta/object.js'
import type { Schema } from '../../src/schema/schema.js'

const name = fc.constantFrom('a', 'b', 'c', 'spec', 'kind', 'metadata', '__proto__')
const scalar = fc.constantFrom(null, true, 'x', 'yes', 1, -3, 2.5, 9007199254740993n)

/** Any JSON with few names, so that schemas and objects meet. */
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value

export const objectFor = fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<JsonObject>

const flag = fc.constantFrom(undefined, true)

/** Schemas of the shape pruning and defaulting look at; a default fits the type, but nothing else. */
const node = fc
  .letrec((tie) => ({
    node: fc.oneof<fc.Arbitrary<unknown>[]>(
      { maxDepth: 4 },
      fc.record({ type: fc.constant('string' as const), default: fc.constantFrom(undefined, 'd'), nullable: flag }),
      fc.record({ type: fc.constant('integer' as const), default: fc.constantFrom(undefined, 7), nullable: flag }),
      fc.record({ type: fc.constant('array' as const), items: tie('node'), default: fc.constantFrom(undefined, []) }),
      fc.record({
        type: fc.constant('object' as const),
        additionalProperties: fc.oneof<fc.Arbitrary<unknown>[]>(fc.constant(true), tie('node')),
      }),
      fc.record({
        type: fc.constant('object' as const),
        properties: fc.dictionary(name, tie('node'), { maxKeys: 4, noNullPrototype: true }),
        default: fc.constantFrom(undefined, {}),
        nullable: flag,
        'x-kubernetes-preserve-unknown-fields': flag,
        'x-kubernetes-embedded-resource': flag,
      }),
    ),
  }))
  .node.map((schema) => JSON.parse(JSON.stringify(schema)) as Schema)

export const structuralSchema = fc
  .dictionary(name, node, { maxKeys: 4, noNullPrototype: true })
  .map((properties): Schema => ({ type: 'object', properties }))
