import { describe, expect, it } from 'vitest'
import { decodeTyped, decodeTypedObject } from '../../src/codec/typed/decode-value.js'
import type { StructType } from '../../src/codec/typed/type.js'
import { TypeLibrary } from '../../src/codec/typed/type-library.js'
import type { JsonObject } from '../../src/meta/object.js'

const library = new TypeLibrary(`package a.v1 x.a.v1 v1
Inner map:atomic
 deep? 1 *int64
 always 2 Word
Mixed
 text? 1 string
 word 2 Word !
 flag? 3 bool
 maybe? 4 *bool
 small? 5 int32
 big? 6 int64
 real? 7 float64
 data? 8 bytes
 list? 9 []string list:set patch:merge
 kept 10 []Inner list:map,always,deep key:always
 map? 11 map[string]string
 bytes? 12 map[Word]bytes
 inner 13 Inner
 pointer? 14 *Inner
 + 15 Embedded
 time? 16 *meta.v1.Time
 micro? 17 *meta.v1.MicroTime
 amount? 18 *resource.Quantity
 either? 19 *intstr.IntOrString
 raw? 20 runtime.RawExtension
 list2? 21 Names
 port? 22 *int32 default:{"a": [1, 2]}
Embedded
 one? 1 *string
Names = message []string
Word = string
package meta.v1 io.meta.v1 v1
ObjectMeta
`)
const mixed = library.struct('a.v1.Mixed') as StructType

describe('types', () => {
  it('are read with all that is said of them', () => {
    const field = (name: string) => mixed.members.get(name)?.field
    expect(field('list')).toMatchObject({ number: 9, listType: 'set', patchStrategy: 'merge', omitEmpty: true })
    expect(field('kept')).toMatchObject({ listType: 'map', listMapKeys: ['always', 'deep'], patchMergeKey: 'always' })
    expect(field('word')).toMatchObject({ required: true, omitEmpty: false, type: { kind: 'string', go: 'v1.Word' } })
    expect(field('port')).toMatchObject({ pointer: true, default: { a: [1, 2] } })
    expect(field('bytes')?.type.go).toBe('map[v1.Word][]uint8')
    expect(field('kept')?.type.go).toBe('[]v1.Inner')
    expect(field('list2')?.type).toMatchObject({ kind: 'list', message: true, go: 'v1.Names' })
    expect(mixed.members.get('one')?.goPath).toBe('Embedded.one')
    expect(library.struct('a.v1.Inner')?.mapType).toBe('atomic')
    expect(library.struct('a.v1.Word')).toBeUndefined()
    expect(library.struct('a.v1.None')).toBeUndefined()
  })

  it('of lists are made once', () => {
    expect(library.listOf(mixed)).toBe(library.listOf(mixed))
  })
})

const always = { word: '', inner: { always: '' } }

describe('typed decoding', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['nothing', {}, {}],
    ['nulls', { text: null, list: null, inner: null, time: null, amount: null, either: null, raw: null }, {}],
    ['empty values', { text: '', flag: false, small: 0, list: [], map: {}, kept: [] }, {}],
    ['empty values behind pointers', { maybe: false, pointer: {} }, { maybe: false, pointer: { always: '' } }],
    [
      'zero items',
      { list: [null], kept: [null], map: { a: null }, bytes: { a: null } },
      {
        list: [''],
        kept: [{ always: '' }],
        map: { a: '' },
        bytes: { a: '' },
      },
    ],
    ['fields of embedded structs', { one: 'x' }, { one: 'x' }],
    [
      'times',
      { time: '2024-01-01T01:00:00.9+01:00', micro: '2024-01-01T00:00:00.000001Z' },
      {
        time: '2024-01-01T00:00:00Z',
        micro: '2024-01-01T00:00:00.000001Z',
      },
    ],
    ['the zero time', { time: '0001-01-01T00:00:00Z' }, {}],
    ['quantities', { amount: '1000m' }, { amount: '1' }],
    ['a number as quantity', { amount: 0.5 }, { amount: '500m' }],
    ['either', { either: 5 }, { either: 5 }],
    ['or', { either: '5%' }, { either: '5%' }],
    ['raw JSON', { raw: { a: [null] } }, { raw: { a: [null] } }],
    ['base64', { data: 'AB==' }, { data: 'AA==' }],
    ['bytes as numbers', { data: [1, 2] }, { data: 'AQI=' }],
    ['long integers', { big: 9007199254740993n }, { big: 9007199254740993n }],
    [
      'keys that mean something',
      { map: JSON.parse('{"__proto__":"a","constructor":"b"}') },
      {
        map: JSON.parse('{"__proto__":"a","constructor":"b"}'),
      },
    ],
    ['members it has not', JSON.parse('{"zz":1,"__proto__":{"x":1},"toString":1}'), {}],
  ])('of %s', (_, value, expected) => {
    expect(decodeTyped(value, mixed)).toEqual({ ...always, ...expected })
  })

  it('puts fields in order', () => {
    expect(Object.keys(decodeTyped({ inner: {}, flag: true, text: 'a' }, mixed))).toEqual([
      'text',
      'word',
      'flag',
      'inner',
    ])
  })

  it.each<[JsonObject, string]>([
    [{ text: 1 }, 'json: cannot unmarshal number into Go struct field Mixed.text of type string'],
    [{ word: true }, 'json: cannot unmarshal bool into Go struct field Mixed.word of type v1.Word'],
    [{ flag: 'x' }, 'json: cannot unmarshal string into Go struct field Mixed.flag of type bool'],
    [{ small: 2147483648 }, 'json: cannot unmarshal number 2147483648 into Go struct field Mixed.small of type int32'],
    [{ small: 1.5 }, 'json: cannot unmarshal number 1.5 into Go struct field Mixed.small of type int32'],
    [{ data: '%' }, 'illegal base64 data at input byte 0'],
    [{ data: 'AAA' }, 'illegal base64 data at input byte 0'],
    [{ data: 'AA=A' }, 'illegal base64 data at input byte 2'],
    [{ data: 'AA==A' }, 'illegal base64 data at input byte 4'],
    [{ data: [256] }, 'json: cannot unmarshal number 256 into Go struct field Mixed.data of type uint8'],
    [{ list: {} }, 'json: cannot unmarshal object into Go struct field Mixed.list of type []string'],
    [{ list: [1] }, 'json: cannot unmarshal number into Go struct field Mixed.list of type string'],
    [{ kept: [{ deep: 'x' }] }, 'json: cannot unmarshal string into Go struct field Inner.kept.deep of type int64'],
    [{ inner: [] }, 'json: cannot unmarshal array into Go struct field Mixed.inner of type v1.Inner'],
    [{ one: 1 }, 'json: cannot unmarshal number into Go struct field Mixed.Embedded.one of type string'],
    [{ amount: 'x' }, "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    [{ either: true }, 'json: cannot unmarshal bool into Go struct field Mixed.either of type int32'],
    [{ time: 1 }, 'json: cannot unmarshal number into Go struct field Mixed.time of type string'],
    [{ text: 1, flag: 1 }, 'json: cannot unmarshal number into Go struct field Mixed.text of type string'],
    // What reads its own JSON fails at once; other wrong types are told at the end.
    [
      { text: 1, amount: 'x' },
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
  ])('refuses %j', (value, message) => expect(() => decodeTyped(value, mixed)).toThrow(message))

  it('of an object leaves metadata alone', () => {
    const object: JsonObject = { text: 'a', zz: 1, metadata: { name: 1 }, kind: 'K', apiVersion: 'v' }
    decodeTypedObject(object, mixed)
    expect(JSON.stringify(object)).toBe(
      '{"apiVersion":"v","kind":"K","metadata":{"name":1},"text":"a","word":"","inner":{"always":""}}',
    )
  })
})
