import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foos } from '../../examples/hello/foos.js'
import { pizzas } from '../../examples/restaurant/pizzas.js'
import type { KubeObject } from '../../src/meta/object.js'
import { defineResource } from '../../src/sdk/define-resource.js'
import { checkRoundTrips, objectsOf } from '../../src/sdk/round-trips.js'

/** Cents in the storage version, euros in the other. */
const prices = (toEuros: (cents: number) => number) =>
  defineResource({
    group: 'example.com',
    names: { plural: 'prices', singular: 'price', kind: 'Price' },
    scope: 'Cluster',
    versions: {
      v2: {
        storage: true,
        schema: {
          type: 'object',
          required: ['cents'],
          properties: { cents: { type: 'integer', minimum: 0, maximum: 10_000 } },
        },
      },
      v1: {
        schema: { type: 'object', required: ['euros'], properties: { euros: { type: 'number', maximum: 100 } } },
        toStorage: ({ euros }) => ({ cents: Math.round(euros * 100), euros: undefined }),
        fromStorage: ({ cents }) => ({ euros: toEuros(cents as number), cents: undefined }),
      },
    },
  })

describe('round trips', () => {
  test('of hello', () => checkRoundTrips(foos))

  test('of pizzas, whose toppings may change their order', () =>
    checkRoundTrips(pizzas, {
      runs: 50,
      normalize: ({ spec, ...rest }) => ({ ...rest, toppings: (spec as { toppings: unknown[] }).toppings.sort() }),
    }))

  test.each([
    ['loses cents', (cents: number) => Math.floor(cents / 100), 'comes back from v1 as'],
    ['is not valid on the way', (cents: number) => cents + 1000, 'is not valid in v1'],
  ])('what %s is found', async (_what, toEuros, says) => {
    const error = await checkRoundTrips(prices(toEuros), { versions: ['v2'], seed: 1 }).catch((thrown) => thrown)
    expect(`${error.message} ${error.cause?.message}`).toContain(says)
  })

  test('objects are valid, whatever the schema asks for', () => {
    const kind = defineResource({
      group: 'example.com',
      names: { plural: 'things', singular: 'thing', kind: 'Thing' },
      scope: 'Cluster',
      versions: {
        v1: {
          schema: {
            type: 'object',
            required: ['name', 'at', 'n', 'tags', 'ports', 'any'],
            properties: {
              name: { type: 'string', pattern: '^[a-z]{2,5}$', nullable: true },
              at: { type: 'string', format: 'date-time' },
              n: { type: 'integer', minimum: 3, maximum: 9, exclusiveMinimum: true },
              tags: { type: 'array', items: { type: 'string', enum: ['a', 'b'] }, 'x-kubernetes-list-type': 'set' },
              ports: {
                type: 'array',
                minItems: 1,
                'x-kubernetes-list-type': 'map',
                'x-kubernetes-list-map-keys': ['port'],
                items: {
                  type: 'object',
                  required: ['port'],
                  properties: { port: { 'x-kubernetes-int-or-string': true }, tls: { type: 'boolean', default: true } },
                },
              },
              any: { type: 'object', additionalProperties: { type: 'number', minimum: 0 } },
            },
          },
        },
      },
    })
    const made: KubeObject[] = fc.sample(objectsOf(kind, 'v1'), { numRuns: 50, seed: 7 })
    expect(made).toHaveLength(50)
    expect(made.every(({ n }) => Number(n) > 3 && Number(n) <= 9)).toBe(true)
    expect(made.flatMap(({ ports }) => ports as { tls?: boolean }[]).every(({ tls }) => tls !== undefined)).toBe(true)
  })
})
