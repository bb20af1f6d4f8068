import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPath } from '../../src/apply/field-path.js'
import { difference, fieldPaths, hasField, intersection, isEmptySet, union } from '../../src/apply/field-set.js'
import { objectType } from '../../src/apply/field-type.js'
import { fieldsOf } from '../../src/apply/fields-of.js'
import { identityFields } from '../../src/apply/managed-kind.js'
import { ownersOf, withoutOwners } from '../../src/apply/owners.js'
import { withNamedFields } from '../../src/apply/typed-field-set.js'
import type { JsonObject, KubeObject } from '../../src/meta/object.js'
import { StatusError } from '../../src/meta/status.js'
import { pizza, pizzaSchema } from './kinds.js'
import { type Step, shownOwners, TrackedObject } from './scenario.js'

const type = objectType(pizzaSchema)

/** Specs that name items, entries and fields out of those given. */
function specs(names: readonly string[], fields: readonly string[]): fc.Arbitrary<JsonObject> {
  const value = fc.constantFrom(1, 2)
  const some = fc.constantFrom(...names)
  const entries = <T>(values: fc.Arbitrary<T>) => fc.dictionary(some, values, { minKeys: 1, maxKeys: 3 })
  const all: Record<string, fc.Arbitrary<unknown>> = {
    size: fc.constantFrom('S', 'M'),
    imm: fc.constantFrom('x', 'y'),
    un: fc.array(value, { minLength: 1, maxLength: 2 }),
    ios: fc.constantFrom(1, '5%'),
    tags: fc.uniqueArray(some, { minLength: 1, maxLength: 3 }),
    toppings: fc.uniqueArray(fc.record({ name: some, q: value }, { requiredKeys: ['name'] }), {
      minLength: 1,
      maxLength: 3,
      selector: (item) => item.name,
    }),
    m: entries(value),
    deep: entries(fc.record({ a: value, b: entries(fc.constantFrom('x', 'y')) })),
    any: entries(entries(value)),
  }
  return fc.record(Object.fromEntries(fields.map((field) => [field, all[field] ?? fc.constant(1)])), {
    requiredKeys: [],
  })
}

const shared = ['tags', 'toppings', 'm', 'deep', 'any']
const anySpec = specs(['a', 'b', 'c', 'd'], ['size', 'imm', 'un', 'ios', ...shared])
const manager = fc.constantFrom('m1', 'm2', 'm3')

function body(spec: JsonObject): JsonObject {
  return {
    apiVersion: 'restaurant.x.io/v1',
    kind: 'Pizza',
    metadata: { name: 'p' },
    ...(isEmpty(spec) ? {} : { spec }),
  }
}

function isEmpty(object: JsonObject): boolean {
  return Object.keys(object).length === 0
}

const appliedStep = fc.record({ as: manager, apply: anySpec.map(body), force: fc.constant(true) })
const updateStep = fc.record({ as: fc.constantFrom('u1', 'u2'), spec: anySpec }).map(
  ({ as, spec }): Step => ({
    as,
    update: (object) => ({ ...object, spec: { ...(object.spec as object), ...spec } }),
  }),
)

async function playing(steps: readonly Step[]): Promise<TrackedObject> {
  const tracked = new TrackedObject(pizza)
  for (const step of steps) if (step.apply || tracked.object) await tracked.take(step)
  return tracked
}

/** Lists with items of their own are the same in any order. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unordered).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, key === 'un' ? v : unordered(v)]))
}

const appliedFields = (applied: JsonObject) => difference(fieldsOf(applied, type), identityFields)
const fieldsIn = (object: KubeObject) => withNamedFields(fieldsOf(withoutOwners(object), type), type)
const container = /^(?:\.spec|\.metadata|\.spec\.(?:tags|toppings|m|deep|any)(?:\.\w|\.\w\.b)?)$/

describe('server-side apply', () => {
  it('changes nothing the second time, times included', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(appliedStep, updateStep), { maxLength: 4 }),
        appliedStep,
        async (steps, last) => {
          const tracked = await playing(steps)
          const once = await tracked.take(last)
          expect(await tracked.take(last)).toEqual(once)
          expect(await tracked.take({ ...last, force: false })).toEqual(once)
        },
      ),
    )
  })

  it('of disjoint managers commutes', async () => {
    const mine = specs(['a', 'b'], ['size', 'un', ...shared])
    const theirs = specs(['c', 'd'], ['imm', 'ios', ...shared])
    await fc.assert(
      fc.asyncProperty(mine, mine, theirs, theirs, async (mine1, mine2, theirs1, theirs2) => {
        const one = [mine1, mine2].map((spec): Step => ({ as: 'm1', apply: body(spec) }))
        const two = [theirs1, theirs2].map((spec): Step => ({ as: 'm2', apply: body(spec) }))
        const first = (await playing([...one, ...two])).object as KubeObject
        const others = [
          [...two, ...one],
          [...one.slice(0, 1), ...two, ...one.slice(1)],
        ]
        for (const steps of others) {
          const object = (await playing(steps)).object as KubeObject
          expect(shownOwners(object)).toEqual(shownOwners(first))
          expect(unordered(withoutOwners(object))).toEqual(unordered(withoutOwners(first)))
        }
      }),
    )
  })

  it('with force wins exactly its fields', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(appliedStep, updateStep), { maxLength: 5 }),
        appliedStep,
        async (steps, last) => {
          const tracked = await playing(steps)
          const before = tracked.object
          const object = await tracked.take(last)
          const wanted = appliedFields(last.apply)
          const owner = ownersOf(object).find(({ manager: m, operation }) => m === last.as && operation === 'Apply')
          expect(owner?.fields ?? {}).toEqual(wanted)
          const again = await tracked.take({ ...last, as: 'other', force: false })
          expect(withoutOwners(again)).toEqual(withoutOwners(object))
          for (const other of ownersOf(before)) {
            if (other.manager === last.as) continue
            const now = ownersOf(object).find(
              ({ manager: m, operation }) => m === other.manager && operation === other.operation,
            )
            const lost = difference(other.fields, now?.fields ?? {})
            const gone = difference(lost, wanted)
            expect(isEmptySet(intersection(gone, fieldsIn(object)))).toBe(true)
          }
        },
      ),
    )
  })

  it('loses no field that an applier owns, and removes what it gives up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(appliedStep, { minLength: 1, maxLength: 6 }), async (steps) => {
        const tracked = new TrackedObject(pizza)
        for (const step of steps) {
          const object = await tracked.take(step)
          const there = fieldsIn(object)
          const owned = ownersOf(object).reduce((all, { fields }) => union(all, fields), identityFields)
          for (const { fields } of ownersOf(object)) expect(isEmptySet(difference(fields, there))).toBe(true)
          const orphans = [...fieldPaths(difference(there, withNamedFields(owned, type)))].map(formatPath)
          expect(orphans.filter((path) => !container.test(path))).toEqual([])
        }
      }),
    )
  })

  it('fails without force exactly when it would take something, and then changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(appliedStep, updateStep), { minLength: 1, maxLength: 5 }),
        appliedStep,
        async (steps, last) => {
          const tracked = await playing(steps)
          const forced = await (await playing(steps)).take(last)
          const attempt = tracked.take({ ...last, force: false })
          const error = await attempt.then(
            () => undefined,
            (e: unknown) => e as StatusError,
          )
          if (!error) expect(tracked.object).toEqual(forced)
          else {
            expect(error).toBeInstanceOf(StatusError)
            expect(error.status).toMatchObject({ code: 409, reason: 'Conflict' })
            const others = (object: KubeObject) => ownersOf(object).filter(({ manager: m }) => m !== last.as)
            const before = (await playing(steps)).object as KubeObject
            expect(others(forced)).not.toEqual(others(before))
          }
        },
      ),
    )
  })
})

describe('updates', () => {
  it('own what they change; nobody owns what is not there', async () => {
    await fc.assert(
      fc.asyncProperty(
        appliedStep,
        fc.array(fc.oneof(appliedStep, updateStep), { maxLength: 6 }),
        async (first, steps) => {
          const tracked = new TrackedObject(pizza)
          for (const step of [first, ...steps]) {
            const object = await tracked.take(step)
            const there = fieldsIn(object)
            for (const { fields } of ownersOf(object)) {
              const dangling = [...fieldPaths(fields)].filter((path) => !hasField(there, path)).map(formatPath)
              expect(dangling.filter((path) => !container.test(path))).toEqual([])
            }
          }
        },
      ),
    )
  })

  it('that change nothing change nothing', async () => {
    await fc.assert(
      fc.asyncProperty(appliedStep, fc.array(updateStep, { maxLength: 3 }), async (first, steps) => {
        const tracked = await playing([first, ...steps])
        const before = tracked.object as KubeObject
        expect(await tracked.take({ as: 'other', update: (object) => object })).toEqual(before)
        const unaware = (object: KubeObject) => withoutOwners(object)
        expect(await tracked.take({ as: 'other', update: unaware })).toEqual(before)
      }),
    )
  })
})
