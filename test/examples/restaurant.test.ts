import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import restaurant from '../../examples/restaurant/index.js'
import { tableColumns, tableRow } from '../../src/http/table.js'
import { formatFieldError } from '../../src/meta/field-error.js'
import type { KubeObject } from '../../src/meta/object.js'
import type { ResourceDefinition, SubresourceCall } from '../../src/registry/definition.js'
import type { Schema } from '../../src/schema/schema.js'

const pizzas = resource('pizzas')
const toppings = resource('toppings')

function resource(plural: string): ResourceDefinition {
  const found = restaurant.resources.find(({ names }) => names.plural === plural)
  if (!found) throw new Error(`no ${plural}`)
  return found
}

function pizza(version: string, spec?: unknown, status?: unknown): KubeObject {
  return {
    apiVersion: `restaurant.wukong.com/${version}`,
    kind: 'Pizza',
    metadata: { name: 'margherita', generation: 3 },
    ...(spec === undefined ? {} : { spec }),
    ...(status === undefined ? {} : { status }),
  }
}

async function converted(object: KubeObject, toVersion: string): Promise<KubeObject> {
  const [result] = (await pizzas.convert?.([object], toVersion)) ?? []
  if (!result) throw new Error('nothing came out')
  return result
}

const toppingsOf = ({ spec }: KubeObject) => (spec as { toppings: unknown[] }).toppings

describe('converting a pizza', () => {
  it.each([
    [
      ['a', 'b', 'a'],
      [
        { name: 'a', quantity: 2 },
        { name: 'b', quantity: 1 },
      ],
      ['a', 'a', 'b'],
    ],
    [[], [], []],
    [['__proto__', '__proto__'], [{ name: '__proto__', quantity: 2 }], ['__proto__', '__proto__']],
    [
      ['a', 1, 'a', null],
      [{ name: 'a', quantity: 2 }, 1, null],
      ['a', 'a', 1, null],
    ],
  ])('%j there and back', async (v1alpha1, v1beta1, back) => {
    const there = await converted(pizza('v1alpha1', { toppings: v1alpha1 }, { cost: 1 }), 'v1beta1')
    expect(there).toEqual(pizza('v1beta1', { toppings: v1beta1 }, { cost: 1 }))
    expect(await converted(there, 'v1alpha1')).toEqual(pizza('v1alpha1', { toppings: back }, { cost: 1 }))
  })

  it.each([[undefined], ['x'], [{}], [{ toppings: 'x' }]])('leaves a spec %j as it is', async (spec) => {
    expect(await converted(pizza('v1alpha1', spec), 'v1beta1')).toEqual(pizza('v1beta1', spec))
  })

  it('takes an unchecked quantity', async () => {
    const odd = [{ name: 'a' }, { name: 'b', quantity: 1e9 }, { name: 'c', quantity: -1 }, { name: 'd', quantity: 'x' }]
    const names = toppingsOf(await converted(pizza('v1beta1', { toppings: odd }), 'v1alpha1'))
    expect(names).toEqual(['a', ...Array(100).fill('b'), 'c', 'd'])
  })

  const name = fc.constantFrom('tomato', 'basil', 'constructor', '__proto__', 'x')

  it('keeps how often each topping is there, and their order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(name, { maxLength: 100 }), async (names) => {
        const object = pizza('v1alpha1', { toppings: names })
        const before = structuredClone(object)
        const there = await converted(object, 'v1beta1')
        const back = toppingsOf(await converted(there, 'v1alpha1'))
        expect([...back].sort()).toEqual([...names].sort())
        expect([...new Set(back)]).toEqual([...new Set(names)])
        expect(object).toEqual(before)
      }),
    )
  })

  it('loses nothing of v1beta1', async () => {
    const topping = fc.record({ name, quantity: fc.integer({ min: 1, max: 100 }) })
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(topping, { selector: (t) => t.name }), async (list) => {
        const object = pizza('v1beta1', { toppings: list })
        expect(await converted(await converted(object, 'v1alpha1'), 'v1beta1')).toEqual(object)
      }),
    )
  })
})

describe('a pizza', () => {
  const version = (name: string) => pizzas.versions.find((v) => v.name === name)
  const usual = ['tomato', 'mozzarella', 'salami']

  it.each([
    ['v1alpha1', undefined, { toppings: usual }],
    ['v1alpha1', null, { toppings: usual }],
    ['v1alpha1', { toppings: [] }, { toppings: usual }],
    ['v1alpha1', { toppings: ['basil'] }, { toppings: ['basil'] }],
    ['v1alpha1', { toppings: 'x' }, { toppings: 'x' }],
    ['v1alpha1', 'x', 'x'],
    ['v1beta1', {}, { toppings: usual.map((name) => ({ name, quantity: 1 })) }],
    ['v1beta1', { toppings: [{ name: 'basil' }] }, { toppings: [{ name: 'basil' }] }],
  ])('of %s with spec %j gets %j', (name, spec, expected) => {
    const object = pizza(name, spec)
    version(name)?.setDefaults?.(object)
    expect(object.spec).toEqual(expected)
  })

  it('does not share its default toppings', () => {
    const [first, second] = [pizza('v1alpha1'), pizza('v1alpha1')]
    for (const object of [first, second]) version('v1alpha1')?.setDefaults?.(object)
    toppingsOf(first).push('x')
    expect(toppingsOf(second)).toEqual(usual)
  })

  it.each([
    [Array(100).fill('a'), []],
    [
      [...Array(101).fill('a'), 'b'],
      ['spec.toppings: Invalid value: "a": a topping must not be named more than 100 times'],
    ],
    [[{ name: 'a' }], []],
  ])('may name a topping 100 times (%#)', (list, expected) => {
    const found = pizzas.strategy?.validate?.(pizza('v1alpha1', { toppings: list })) ?? []
    expect(found.map(formatFieldError)).toEqual(expected)
  })

  it('shows its toppings, cost and whether it is baked', () => {
    const status = { cost: 7.5, conditions: [{ type: 'Baked', status: 'True' }] }
    const now = Date.parse('2026-01-01T00:00:05Z')
    const cells = (object: KubeObject, name: string) => {
      object.metadata.creationTimestamp = '2026-01-01T00:00:00Z'
      return tableRow(object, tableColumns(version(name)?.printerColumns), 'None', now).cells
    }
    expect(cells(pizza('v1alpha1', { toppings: ['a', 'b'] }, status), 'v1alpha1')).toEqual([
      'margherita',
      '["a","b"]',
      7.5,
      'True',
      '5s',
    ])
    expect(cells(pizza('v1beta1', { toppings: [{ name: 'a' }] }), 'v1beta1')).toEqual([
      'margherita',
      'a',
      null,
      null,
      '5s',
      '[{"name":"a"}]',
    ])
  })

  it('can be baked', async () => {
    const bake = version('v1beta1')?.subresources?.custom?.bake?.methods.POST
    const baked = async (status: unknown) => {
      const object = pizza('v1beta1', {}, status)
      const update: SubresourceCall['update'] = async (change) => {
        change(object)
        return object
      }
      const call = { namespace: 'n', name: 'margherita', user: { name: 'u', groups: [] }, body: undefined, update }
      await bake?.({ ...call, get: async () => object } as unknown as SubresourceCall)
      return object.status as { conditions: Record<string, unknown>[] }
    }
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    const condition = {
      type: 'Baked',
      status: 'True',
      observedGeneration: 3,
      reason: 'Baked',
      lastTransitionTime: time,
    }
    expect((await baked(undefined)).conditions).toEqual([expect.objectContaining(condition)])
    const old = { type: 'Baked', status: 'True', lastTransitionTime: '2020-01-01T00:00:00Z' }
    const other = { type: 'Eaten', status: 'False' }
    expect(await baked({ cost: 1, conditions: [old, other] })).toEqual({
      cost: 1,
      conditions: [expect.objectContaining({ ...condition, lastTransitionTime: '2020-01-01T00:00:00Z' }), other],
    })
    const [raw] = (await baked({ conditions: [{ ...old, status: 'False' }] })).conditions
    expect(raw).toMatchObject({ status: 'True' })
    expect(raw?.lastTransitionTime).not.toBe('2020-01-01T00:00:00Z')
  })
})

describe('the restaurant', () => {
  it('describes every field', () => {
    const bare: string[] = []
    const visit = (schema: Schema, path: string) => {
      if (!schema.description) bare.push(path)
      for (const [name, property] of Object.entries(schema.properties ?? {})) visit(property, `${path}.${name}`)
      if (schema.items) visit(schema.items, `${path}[]`)
    }
    for (const { names, versions } of restaurant.resources) {
      for (const { name, schema } of versions) visit(schema, `${names.plural}.${name}`)
    }
    expect(bare).toEqual([])
  })

  it('has pizzas in two versions and toppings in one', () => {
    expect(restaurant.group).toBe('restaurant.wukong.com')
    expect(pizzas.versions.map(({ name, storage }) => [name, storage])).toEqual([
      ['v1beta1', true],
      ['v1alpha1', false],
    ])
    expect(toppings).toMatchObject({
      scope: 'Cluster',
      names: { singular: 'topping' },
      versions: [{ name: 'v1alpha1' }],
    })
  })
})
