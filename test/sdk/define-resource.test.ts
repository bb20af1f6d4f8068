import { Type } from '@sinclair/typebox'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { defineResource, type ResourceSpec } from '../../src/sdk/define-resource.js'
import type { ObjectOf, SchemaLike } from '../../src/sdk/object-type.js'

const names = { plural: 'things', singular: 'thing', kind: 'Thing' }
const rest = { group: 'example.com', names, scope: 'Namespaced' } as const
const empty = { schema: { type: 'object' } } as const

const thing = defineResource({
  ...rest,
  versions: {
    v2: {
      storage: true,
      schema: Type.Object({
        spec: Type.Object({ parts: Type.Array(Type.String()) }),
        note: Type.Optional(Type.String()),
      }),
      setDefaults(object) {
        expectTypeOf(object.spec.parts).toEqualTypeOf<string[]>()
        object.note ??= 'none'
      },
    },
    v1: {
      schema: {
        type: 'object',
        properties: { spec: { type: 'object', properties: { part: { type: 'string' } } } },
      },
      toStorage(object) {
        expectTypeOf(object.spec?.part).toEqualTypeOf<string | undefined>()
        return { spec: { parts: object.spec?.part?.split(',') } }
      },
      fromStorage: (object) => ({ spec: { part: (object.spec as { parts: string[] }).parts.join() } }),
    },
    v1alpha1: empty,
  },
  validate(object) {
    expectTypeOf(object.metadata.name).toEqualTypeOf<string | undefined>()
    return []
  },
})

describe('defineResource', () => {
  it('makes a definition: names, versions, plain schemas, hooks', () => {
    expect(thing).toMatchObject({ ...rest, strategy: { validate: expect.any(Function) } })
    expect(thing.versions.map(({ name, storage, served }) => [name, storage, served])).toEqual([
      ['v2', true, true],
      ['v1', false, true],
      ['v1alpha1', false, true],
    ])
    expect(thing.versions[0]?.schema).toStrictEqual({
      type: 'object',
      required: ['spec'],
      properties: {
        spec: {
          type: 'object',
          required: ['parts'],
          properties: { parts: { type: 'array', items: { type: 'string' } } },
        },
        note: { type: 'string' },
      },
    })
  })

  it('converts between all versions, through the stored one', async () => {
    const metadata = { name: 'a', labels: { x: 'y' } }
    const object = (version: string, spec: object) => ({
      apiVersion: `example.com/${version}`,
      kind: 'Thing',
      metadata,
      spec,
    })
    const convert = async (from: ReturnType<typeof object>, to: string) => (await thing.convert?.([from], to))?.[0]
    const [v1, v2] = [object('v1', { part: 'a,b' }), object('v2', { parts: ['a', 'b'] })]
    expect(await convert(v1, 'v2')).toEqual(v2)
    expect(await convert(v2, 'v1')).toEqual(v1)
    expect(await convert(v2, 'v1alpha1')).toEqual(object('v1alpha1', { parts: ['a', 'b'] }))
    expect(await convert(object('v1alpha1', { parts: ['c'] }), 'v1')).toEqual(object('v1', { part: 'c' }))
  })

  it('infers values from plain schemas', () => {
    type Inferred = ObjectOf<{
      type: 'object'
      required: readonly ['size']
      properties: {
        size: { type: 'integer' }
        mode: { type: 'string'; enum: readonly ['on', 'off'] }
        tags: { type: 'array'; items: { type: 'string'; nullable: true } }
        labels: { type: 'object'; additionalProperties: { type: 'boolean' } }
        count: { type: 'number'; default: 1 }
        free: { 'x-kubernetes-preserve-unknown-fields': true }
      }
    }>
    expectTypeOf<Inferred['size']>().toEqualTypeOf<number>()
    expectTypeOf<Inferred['mode']>().toEqualTypeOf<'on' | 'off' | undefined>()
    expectTypeOf<Inferred['tags']>().toEqualTypeOf<(string | null)[] | undefined>()
    expectTypeOf<Inferred['labels']>().toEqualTypeOf<Record<string, boolean> | undefined>()
    expectTypeOf<Inferred['count']>().toEqualTypeOf<number>()
    expectTypeOf<Inferred['free']>().toEqualTypeOf<unknown>()
  })

  const wrong: [why: string, versions: ResourceSpec<Record<string, SchemaLike>>['versions'], says: string][] = [
    ['no storage version', { v1: empty, v2: empty }, 'versions: exactly one must have storage: true'],
    ['two', { v1: { ...empty, storage: true }, v2: { ...empty, storage: true } }, 'versions: exactly one'],
    [
      'one way only',
      { v1: { ...empty, storage: true }, v2: { ...empty, toStorage: (o) => o } },
      'things.example.com: versions.v2: has toStorage but no fromStorage',
    ],
    [
      'the stored one converts',
      { v1: { ...empty, toStorage: (o) => o, fromStorage: (o) => o } },
      'versions.v1: is what objects are stored in',
    ],
  ]
  it.each(wrong)('refuses %s', (_why, versions, says) => {
    expect(() => defineResource({ ...rest, versions })).toThrow(says)
  })
})
