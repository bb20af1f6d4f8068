import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonError, parseJson, parseJsonReportingDuplicates, stringifyJson } from '../../src/codec/json.js'

function failure(text: string | Buffer): string {
  try {
    parseJson(text)
  } catch (error) {
    if (error instanceof JsonError) return error.message
    throw error
  }
  return 'no error'
}

describe('parseJson', () => {
  it.each<[string, unknown]>([
    ['{"a":[1,-2.5,1e3,true,false,null,"x"]}', { a: [1, -2.5, 1000, true, false, null, 'x'] }],
    [' \t\r\n1 ', 1],
    ['1.0', 1],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['-9223372036854775808', -9223372036854775808n],
    ['9223372036854775807', 9223372036854775807n],
    ['9223372036854775808', 2 ** 63],
    ['0.12345678901234567890', 0.12345678901234568],
    ['"0123456789012345678901234567890"', '0123456789012345678901234567890'],
    ['"\\u00e9\\n\\/\\ud83d\\ude00"', 'é\n/😀'],
    ['"a\\ud83dz"', 'a\ufffdz'],
    ['"\\udc00\\ud83d"', '\ufffd\ufffd'],
  ])('reads %s', (text, value) => {
    expect(parseJson(text)).toStrictEqual(value)
    expect(parseJson(Buffer.from(text))).toStrictEqual(value)
    expect(parseJson(`[9007199254740993,${text}]`)).toStrictEqual([9007199254740993n, value])
  })

  it('keeps __proto__ and constructor as ordinary members, on both ways of reading', () => {
    for (const number of ['1', '9007199254740993']) {
      const value = parseJson(`{"__proto__":{"x":${number}},"constructor":2}`) as object
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
      expect(Object.keys(value)).toEqual(['__proto__', 'constructor'])
    }
  })

  it('takes bytes that are not UTF-8 as U+FFFD, one each', () => {
    const broken = Buffer.from([0x22, 0x61, 0xe2, 0x82, 0x62, 0xff, 0xed, 0xa0, 0x80, 0xc3, 0xa9, 0x22])
    expect(parseJson(broken)).toBe('a\ufffd\ufffdb\ufffd\ufffd\ufffd\ufffdé')
  })

  it.each([
    ['', 'unexpected end of JSON input'],
    [' ', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['{"a":1', 'unexpected end of JSON input'],
    ['"abc', 'unexpected end of JSON input'],
    ['x', "invalid character 'x' looking for beginning of value"],
    ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['{bad json', "invalid character 'b' looking for beginning of object key string"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"', "invalid character '\"' after object key:value pair"],
    ['[1 2]', "invalid character '2' after array element"],
    ['{} x', "invalid character 'x' after top-level value"],
    ["'a'", "invalid character '\\'' looking for beginning of value"],
    ['"\n"', "invalid character '\\n' in string literal"],
    ['"\u0000"', "invalid character '\\x00' in string literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['-', "invalid character ' ' in numeric literal"],
    ['-x', "invalid character 'x' in numeric literal"],
    ['01', "invalid character '1' after top-level value"],
    ['1.e', "invalid character 'e' after decimal point in numeric literal"],
    ['1ex', "invalid character 'x' in exponent of numeric literal"],
    ['not json', "invalid character 'o' in literal null (expecting 'u')"],
    ['tru', "invalid character ' ' in literal true (expecting 'e')"],
    ['1e400', 'json: cannot unmarshal number 1e400 into Go value of type float64'],
    ['[1e400}', "invalid character '}' after array element"],
  ])('refuses %j as Go does', (text, message) => {
    expect(failure(text)).toBe(message)
  })

  it('names a byte that is not UTF-8', () => {
    expect(failure(Buffer.from([0x81]))).toBe("invalid character '\\u0081' looking for beginning of value")
  })

  it('bounds the depth, whatever the text is made of', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      expect(failure(open.repeat(1000) + 1 + close.repeat(1000))).toBe('no error')
      expect(failure(open.repeat(1001) + 1 + close.repeat(1001))).toMatch(/^invalid character '.' exceeded max depth$/)
      expect(failure(open.repeat(1_000_000))).toMatch(/exceeded max depth$/)
    }
    expect(parseJson(`[${'[],'.repeat(5000)}"${'['.repeat(5000)}"]`)).toHaveLength(5001)
  })
})

describe('parseJsonReportingDuplicates', () => {
  it.each<[string, string[], unknown]>([
    ['{"a":1,"b":{"a":1}}', [], { a: 1, b: { a: 1 } }],
    ['{"data":{"a":"1","a":"2"}}', ['data.a'], { data: { a: '2' } }],
    ['{"a":1,"a":2,"a":3}', ['a'], { a: 3 }],
    ['{"spec":{"toppings":[{"name":1},{"name":1,"name":2}]}}', ['spec.toppings[1].name'], undefined],
    ['{"a":{"x":1,"x":2},"a":{"x":1,"x":2,"y":9007199254740993}}', ['a.x', 'a'], { a: { x: 2, y: 9007199254740993n } }],
    ['[[{"a":1,"a":2}]]', ['[0][0].a'], [[{ a: 2 }]]],
    ['{"__proto__":1,"__proto__":2}', ['__proto__'], undefined],
    ['{":":":,:"}', [], { ':': ':,:' }],
  ])('%s', (text, duplicates, value) => {
    const answer = parseJsonReportingDuplicates(text)
    expect(new Set(answer.duplicates)).toEqual(new Set(duplicates))
    if (value !== undefined) expect(answer.value).toEqual(value)
  })

  it('reports at most a hundred', () => {
    const text = `{${Array.from({ length: 300 }, (_, i) => `"k${i}":1,"k${i}":2`).join(',')}}`
    expect(parseJsonReportingDuplicates(text).duplicates).toHaveLength(100)
  })
})

describe('stringifyJson', () => {
  it.each<[unknown, string]>([
    [{ a: 9007199254740993n, b: undefined, c: ['x', undefined, 1n] }, '{"a":9007199254740993,"c":["x",null,1]}'],
    [{ a: undefined, b: 1.0, c: 1e21, d: Number.NaN }, '{"b":1,"c":1e+21,"d":null}'],
    ['é\u2028\ud800', '"é\u2028\\ud800"'],
    [undefined, 'null'],
  ])('prints %o', (value, text) => {
    expect(stringifyJson(value)).toBe(text)
  })

  it('is read back as it was', () => {
    const long = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).filter((n) => !Number.isSafeInteger(Number(n)))
    const double = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Number.isInteger(n))
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false),
        fc.integer(),
        double,
        long,
        fc.string({ unit: 'grapheme' }),
        fc.array(tie('any')),
        fc.dictionary(fc.string(), tie('any')),
      ),
    })).any
    fc.assert(
      fc.property(value, (any) => {
        const text = stringifyJson(any)
        expect(parseJson(text)).toEqual(any)
        expect(parseJsonReportingDuplicates(Buffer.from(text))).toEqual({ value: any, duplicates: [] })
      }),
      { numRuns: 200 },
    )
  })
})
