import { describe, expect, test } from 'vitest'
import { compileExpression, evaluate } from '../../../src/schema/cel/expression.js'
import { misnamedTypes, patchOperations, patchTypes, toJson } from '../../../src/schema/cel/patch-types.js'
import type { Value } from '../../../src/schema/cel/value.js'

function run(source: string): { value: Value; cost: number } {
  const { program, error } = compileExpression(source, new Map(), [], patchTypes)
  if (!program) throw new Error(error)
  const outcome = evaluate(program, [])
  if ('failure' in outcome) throw new Error(outcome.failure.message)
  return outcome
}

describe('values of patch types', () => {
  test.for<[source: string, json: unknown]>([
    ['Object{}', {}],
    ['Object{a: 1, b: 2u, c: 1.5, d: "x", e: true, f: null}', { a: 1, b: 2, c: 1.5, d: 'x', e: true, f: null }],
    ['Object{a: Object.a{b: [Object.a.b{c: 1}]}, m: {"k": ["v"]},}', { a: { b: [{ c: 1 }] }, m: { k: ['v'] } }],
    ['Object{?a: optional.none(), ?b: optional.of(1)}', { b: 1 }],
    ['Object{a: b"hi", t: timestamp("2020-01-02T03:04:05Z")}', { a: 'aGk=', t: '2020-01-02T03:04:05Z' }],
    ['Object{a: [1, 2].map(x, Object.a{n: x})}', { a: [{ n: 1 }, { n: 2 }] }],
    ['Object{a: 9007199254740993}', { a: 9007199254740993n }],
    ['Object{a: 1}.a', 1],
    ['Object{a: 1} == Object{a: 1}', true],
    ['Object{a: 1} == Object{a: 2}', false],
    ['jsonpatch.escapeKey("k8s.io/my~label")', 'k8s.io~1my~0label'],
  ])('%s', ([source, json]) => {
    expect(toJson(run(source).value)).toEqual(json)
  })

  test('cost what upstream says', () => {
    expect(run('Object{}').cost).toBe(40)
    expect(run('Object{a: [1 + 1]}').cost).toBe(51)
  })

  test('become operations', () => {
    const list =
      '[JSONPatch{op: "move", from: "/a", path: "/b"}, JSONPatch{op: "add", path: "/c", value: Object.x{y: 1}}]'
    expect(patchOperations(run(list).value)).toEqual([
      { op: 'move', from: '/a', path: '/b' },
      { op: 'add', path: '/c', value: { y: 1 } },
    ])
  })

  test('are named as the path they are at', () => {
    expect(misnamedTypes(run('Object{a: Object.a{b: [Object.a.b{}]}}').value)).toBeUndefined()
    const at = (name: string, expected: string) =>
      `unexpected type name "${name}", expected "${expected}", which matches field name path from root Object type`
    expect(misnamedTypes(run('Object{a: Object.b{c: Object.c{}}}').value)).toBe(
      [at('Object.b', 'Object.a'), at('Object.c', 'Object.a.c')].join('\n'),
    )
  })

  test.for<[source: string, error: string]>([
    ['JSONPatch{nothing: 1}', "<input>:1:18: undefined field 'nothing'"],
    ['JSONPatch{path: 1}', "<input>:1:15: expected type of field 'path' is 'string' but provided type is 'int'"],
    ['Object{?a: 1}', "<input>:1:12: expected type 'optional_type(int)' but found 'int'"],
    ['Other.x{a: b}', "<input>:1:8: undeclared reference to 'Other.x' (in container '')"],
    ['Object{a: }', 'Syntax error'],
  ])('%s is wrong', ([source, error]) => {
    expect(compileExpression(source, new Map(), [], patchTypes).error).toContain(error)
  })

  test('are unknown elsewhere', () => {
    expect(compileExpression('Object{}', new Map()).error).toContain("undeclared reference to 'Object'")
    expect(compileExpression('jsonpatch.escapeKey("a")', new Map()).error).toContain('undeclared reference')
  })
})
