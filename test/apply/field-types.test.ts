import { describe, expect, it } from 'vitest'
import { compareFields } from '../../src/apply/compare-fields.js'
import { emptyObject } from '../../src/apply/empty-object.js'
import { formatPath } from '../../src/apply/field-path.js'
import { type FieldSet, fieldPaths, fieldSet } from '../../src/apply/field-set.js'
import { objectType } from '../../src/apply/field-type.js'
import { fieldsOf } from '../../src/apply/fields-of.js'
import { reconciled } from '../../src/apply/typed-field-set.js'
import type { JsonObject } from '../../src/meta/object.js'
import type { Schema } from '../../src/schema/schema.js'
import { deployment, pizzaSchema } from './kinds.js'

const shown = (set: FieldSet) => [...fieldPaths(set)].map(formatPath)

function list(more: Schema): ReturnType<typeof objectType> {
  const items: Schema = { type: 'object', properties: { name: { type: 'string' }, a: { type: 'integer' } } }
  return objectType({ type: 'object', properties: { l: { type: 'array', items, ...more } } })
}

describe('the fields of a value', () => {
  it.each<[string, Schema, JsonObject[], string[]]>([
    ['atomic unless it says otherwise', {}, [{ name: 'x' }], ['.l']],
    ['atomic', { 'x-kubernetes-list-type': 'atomic', 'x-kubernetes-patch-strategy': 'merge' }, [{ name: 'x' }], ['.l']],
    [
      'with the merge key of strategic merge patches',
      { 'x-kubernetes-patch-strategy': 'merge', 'x-kubernetes-patch-merge-key': 'name' },
      [{ name: 'x' }],
      ['.l[name="x"]', '.l[name="x"].name'],
    ],
    [
      'with several keys, in the order of their names',
      { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name', 'a'] },
      [{ name: 'x', a: 2 }, { name: 'y' }],
      [...['.l[a=2,name="x"]', '.l[name="y"]', '.l[a=2,name="x"].a', '.l[a=2,name="x"].name', '.l[name="y"].name']],
    ],
    ['of replaced lists', { 'x-kubernetes-patch-strategy': 'replace' }, [{ name: 'x' }], ['.l']],
  ])('in a list %s', (_, more, l, expected) => {
    expect(shown(fieldsOf({ l }, list(more)))).toEqual(expected)
  })

  it('in a set of strategic merge patches', () => {
    const type = objectType({
      type: 'object',
      properties: { l: { type: 'array', items: { type: 'string' }, 'x-kubernetes-patch-strategy': 'merge' } },
    })
    expect(shown(fieldsOf({ l: ['x'] }, type))).toEqual(['.l[="x"]'])
  })

  it('below a preserving object that declares some', () => {
    const schema: Schema = {
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
      properties: { known: { type: 'object', properties: { a: { type: 'array', items: { type: 'string' } } } } },
    }
    const value = { known: { a: ['x'], other: { b: 1 } }, more: [{ c: 1 }] }
    expect(shown(fieldsOf(value, objectType(schema)))).toEqual(['.more', '.known.a', '.known.other', '.known.other.b'])
  })

  it('of a schema that contains itself', () => {
    const tree: Schema = { type: 'object', properties: { name: { type: 'string' } } }
    tree.properties = { ...tree.properties, child: tree }
    expect(shown(fieldsOf({ child: { child: { name: 'x' } } }, objectType(tree)))).toEqual(['.child.child.name'])
  })
})

describe('a comparison', () => {
  it('has every difference once', () => {
    const before = { spec: { size: 'S', tags: ['x'], m: { a: 1, b: 1 }, un: [1], deep: { x: { a: 1 } } } }
    const after = { spec: { size: 'M', tags: ['y'], m: { a: 1, c: 1 }, un: [1], any: { z: {} } } }
    const { added, modified, removed } = compareFields(before, after, objectType(pizzaSchema))
    expect(shown(added)).toEqual(['.spec.any', '.spec.any.z', '.spec.m.c', '.spec.tags[="y"]'])
    expect(shown(modified)).toEqual(['.spec.size'])
    expect(shown(removed)).toEqual(['.spec.deep', '.spec.deep.x', '.spec.deep.x.a', '.spec.m.b', '.spec.tags[="x"]'])
  })

  it('takes values of a wrong form for one field', () => {
    const { added, modified } = compareFields(
      { spec: 'x' },
      { spec: { size: ['S'] }, other: {} },
      objectType(pizzaSchema),
    )
    expect([shown(added), shown(modified)]).toEqual([['.other', '.spec.size'], []])
  })
})

describe('a set after a change of the schema', () => {
  const before = fieldSet(['f:spec', 'f:l', 'f:a'], ['f:spec', 'f:l', 'f:b'], ['f:spec', 'f:other', 'f:x'])
  const spec = (l: Schema): Schema => ({ type: 'object', properties: { spec: { type: 'object', properties: { l } } } })
  const atomic = objectType(spec({ type: 'object', 'x-kubernetes-map-type': 'atomic' }))
  const granular = objectType(spec({ type: 'object', additionalProperties: { type: 'string' } }))
  const touched = fieldSet(['f:spec', 'f:l'])

  it('owns the whole of what has become atomic', () => {
    expect(shown(reconciled(before, touched, atomic))).toEqual(['.spec.l', '.spec.other.x'])
  })

  it('stays as it is otherwise', () => {
    expect(reconciled(before, touched, granular)).toBe(before)
    expect(reconciled(before, fieldSet(['f:spec', 'f:other', 'f:x']), atomic)).toBe(before)
  })
})

describe('an empty object of a built-in kind', () => {
  it('has its structs, and nothing for the maps and lists it must have', () => {
    expect(deployment.empty).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {},
      spec: { selector: null, strategy: {}, template: { metadata: {}, spec: { containers: null } } },
      status: {},
    })
  })

  it('is nothing but its kind where the schema says nothing', () => {
    expect(emptyObject('v1', 'ConfigMap', { type: 'object' })).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {},
    })
  })
})
