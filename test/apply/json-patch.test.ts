import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyJsonPatch, unknownJsonPatchMembers } from '../../src/apply/json-patch.js'
import { applyMergePatch } from '../../src/apply/merge-patch.js'

const op = (op: string, path: string, value?: unknown) => (value === undefined ? { op, path } : { op, path, value })
const from = (op: string, from: string, path: string) => ({ op, from, path })
const refused = {
  code: 422,
  message: 'the server rejected our request due to an error in our request',
  status: expect.objectContaining({ reason: 'Invalid', details: {} }),
}

describe('a JSON patch', () => {
  it.each<[unknown, unknown[], unknown]>([
    [{ a: 1 }, [], { a: 1 }],
    [{ a: 1 }, [op('add', '/b', 2)], { a: 1, b: 2 }],
    [{ a: 1 }, [op('add', '/a', null)], { a: null }],
    [{ a: [1, 2] }, [op('add', '/a/0', 0)], { a: [0, 1, 2] }],
    [{ a: [1, 2] }, [op('add', '/a/2', 3)], { a: [1, 2, 3] }],
    [{ a: [1, 2] }, [op('add', '/a/-', 3)], { a: [1, 2, 3] }],
    [{ a: [] }, [op('add', '/a/-', { b: [] }), op('add', '/a/0/b/-', 1)], { a: [{ b: [1] }] }],
    [{ a: 1 }, [op('add', '', { b: 2 })], { b: 2 }],
    [{ '': 1 }, [op('replace', '/', 2)], { '': 2 }],
    [{ 'a/b': { 'm~n': 1 } }, [op('replace', '/a~1b/m~0n', 2)], { 'a/b': { 'm~n': 2 } }],
    [{ '~1': 1 }, [op('remove', '/~01')], {}],
    [{ a: 1, b: 2 }, [op('remove', '/a')], { b: 2 }],
    [{ a: null }, [op('remove', '/a')], {}],
    [{ a: [1, 2, 3] }, [op('remove', '/a/1')], { a: [1, 3] }],
    [{ a: [1, 2, 3] }, [op('replace', '/a/1', { b: 1 })], { a: [1, { b: 1 }, 3] }],
    [{ a: 1 }, [op('replace', '', [1])], [1]],
    [{ a: { b: 1 }, c: {} }, [from('move', '/a/b', '/c/d')], { a: {}, c: { d: 1 } }],
    [{ a: [1, 2, 3] }, [from('move', '/a/0', '/a/2')], { a: [2, 3, 1] }],
    [{ a: 1 }, [from('move', '/a', '/a')], { a: 1 }],
    [{ a: { b: 1 } }, [from('copy', '/a', '/c'), op('replace', '/c/b', 2)], { a: { b: 1 }, c: { b: 2 } }],
    [{ a: { b: 1 } }, [from('copy', '', '/self')], { a: { b: 1 }, self: { a: { b: 1 } } }],
    [{ a: { x: 1, y: [1, 'b'] } }, [op('test', '/a', { y: [1, 'b'], x: 1 })], { a: { x: 1, y: [1, 'b'] } }],
    [{ a: null }, [op('test', '/a', null)], { a: null }],
    [{}, [op('test', '/a', null)], {}],
    [{}, [op('replace', '/a', 1)], { a: 1 }],
    [{ a: 1 }, [from('copy', '/b', '/c')], { a: 1, c: null }],
    [
      { a: 1 },
      [
        { op: 'add', path: '/b' },
        { op: 'replace', path: '/a' },
      ],
      { a: null, b: null },
    ],
    [{}, [{ op: 'test', path: '/a' }], {}],
    [
      { a: 9007199254740993n },
      [op('test', '/a', 9007199254740993n), op('add', '/b', 1)],
      { a: 9007199254740993n, b: 1 },
    ],
    [{ a: 1 }, [{ op: 'replace', path: '/a', value: 2, foo: 1 }], { a: 2 }],
  ])('applies (%#)', (object, patch, expected) => {
    const before = structuredClone({ object, patch })
    expect(applyJsonPatch(object, patch)).toEqual(expected)
    expect({ object, patch }).toEqual(before)
  })

  it.each<[unknown, unknown[]]>([
    [{ a: 1 }, [op('test', '/a', 2)]],
    [{ a: 1 }, [op('test', '/a', '1')]],
    [{ a: 1 }, [op('test', '/b', 1)]],
    [{ a: [1] }, [op('test', '/a/1', null)]],
    [{ a: 1 }, [{ op: 'test', path: '/a' }]],
    [{}, [op('remove', '/a')]],
    [{}, [op('remove', '')]],
    [{}, [op('add', '/a/b', 1)]],
    [{ a: 1 }, [op('add', '/a/b', 1)]],
    [{ a: [] }, [op('add', '/a/1', 1)]],
    [{ a: [1] }, [op('add', '/a/-1', 1)]],
    [{ a: [1, 2] }, [op('replace', '/a/01', 1)]],
    [{ a: [1] }, [op('replace', '/a/-', 1)]],
    [{ a: [1] }, [op('add', '/a/x', 1)]],
    [{ a: [1] }, [op('remove', '/a/1e0')]],
    [{ a: 1 }, [{ op: 'add', value: 1 }]],
    [{ a: 1 }, [{ op: 'move', path: '/b' }]],
    [{ a: 1 }, [op('add', 'b', 1)]],
    [{ a: 1 }, [op('add', '/~2', 1)]],
    [{ a: 1 }, [op('spam', '/a', 1)]],
    [{ a: 1 }, [{ path: '/a', value: 1 }]],
    [{ a: { b: 1 } }, [from('move', '/a', '/a/b')]],
    [{ a: 1 }, [from('move', '/b', '/c')]],
    [{ a: 1 }, [from('copy', '/b/b', '/c')]],
    [{ a: 1 }, [op('replace', '/b/b', 1)]],
    [{ a: [1] }, [op('replace', '/a/1', 1)]],
    [{}, [op('add', '/__proto__/x', 1)]],
    [{}, [op('test', '/constructor/name', 'Object')]],
    [{ a: [1] }, [op('test', '/a/length', 1)]],
  ])('%j is not changed by %j', (object, patch) => {
    const before = structuredClone(object)
    expect(() => applyJsonPatch(object, [op('add', '/z', 1), ...patch])).toThrow(expect.objectContaining(refused))
    expect(object).toEqual(before)
  })

  it.each<[unknown, string]>([
    [{}, 'object into Go value of type []handlers.jsonPatchOp'],
    ['x', 'string into Go value of type []handlers.jsonPatchOp'],
    [true, 'bool into Go value of type []handlers.jsonPatchOp'],
    [['x'], 'string into Go value of type handlers.jsonPatchOp'],
    [[{ op: 1 }], 'number into Go struct field jsonPatchOp.op of type string'],
    [[{ op: 'add', path: [] }], 'array into Go struct field jsonPatchOp.path of type string'],
  ])('%j is none', (patch, why) => {
    const message = `error decoding patch: json: cannot unmarshal ${why}`
    expect(() => applyJsonPatch({}, patch)).toThrow(expect.objectContaining({ code: 400, message }))
  })

  it('does nothing when it is null', () => expect(applyJsonPatch({ a: 1 }, null)).toEqual({ a: 1 }))

  it('has at most 10000 operations', () => {
    const operations = Array.from({ length: 10_001 }, () => op('add', '/a', 1))
    expect(applyJsonPatch({}, operations.slice(1))).toEqual({ a: 1 })
    expect(() => applyJsonPatch({}, operations)).toThrow(
      expect.objectContaining({
        code: 413,
        message: 'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
      }),
    )
  })

  it('can’t blow an object up', () => {
    const double = Array.from({ length: 60 }, (_, i) => from('copy', '', `/c${i}`))
    expect(() => applyJsonPatch({ a: 'x'.repeat(1000) }, double)).toThrow(expect.objectContaining(refused))
    const deepen = Array.from({ length: 2000 }, () => [
      op('add', '/n', {}),
      from('move', '/a', '/n/a'),
      from('move', '/n', '/a'),
    ]).flat()
    expect(() => applyJsonPatch({ a: {} }, deepen)).toThrow(expect.objectContaining(refused))
  })

  it('keeps any key an ordinary one', () => {
    const patched = applyJsonPatch({}, [op('add', '/__proto__', { a: 1 }), op('add', '/__proto__/b', 2)])
    expect(JSON.stringify(patched)).toBe('{"__proto__":{"a":1,"b":2}}')
    expect(({} as Record<string, unknown>).a).toBeUndefined()
  })

  it('replacing members one by one does what a merge patch does', () => {
    const object = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 5 })
    fc.assert(
      fc.property(object, object, (target, members) => {
        const flat = Object.entries(members).filter(([, v]) => v === null || typeof v !== 'object')
        const escaped = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1')
        const operations = flat.flatMap(([key, value]) => [
          op('add', `/${escaped(key)}`, value),
          ...(value === null ? [op('remove', `/${escaped(key)}`)] : []),
        ])
        const before = structuredClone(target)
        const merged = applyMergePatch(target, Object.fromEntries(flat))
        expect(applyJsonPatch(target, operations)).toEqual(merged)
        expect(target).toEqual(before)
      }),
      { numRuns: 300 },
    )
  })

  it('names members that do not belong', () => {
    expect(unknownJsonPatchMembers([{ op: 'add', foo: 1 }, 1, { bar: 1, from: '' }])).toEqual(['[0].foo', '[2].bar'])
    expect(unknownJsonPatchMembers({})).toEqual([])
  })
})
