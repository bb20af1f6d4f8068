import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxYamlLength, parseYaml, stringifyYaml, YamlError } from '../../src/codec/yaml.js'
import { scalarCases, structureCases } from './yaml-cases.js'
import { anyValue } from './yaml-values.js'

function failure(text: string): string {
  try {
    parseYaml(text)
  } catch (error) {
    if (error instanceof YamlError) return `${error.line}: ${error.reason}`
    throw error
  }
  return 'no error'
}

describe('parseYaml', () => {
  it.each([...scalarCases, ...structureCases])('reads $yaml', ({ yaml, value, duplicates = [] }) => {
    const answer = parseYaml(yaml)
    expect(answer.value).toStrictEqual(value)
    expect(answer.duplicates.map((d) => `line ${d.line}: key "${d.key}" already set in map`)).toEqual(duplicates)
  })

  it.each([
    ['a: .inf', "1: JSON can't hold the number .inf"],
    ['b: 1\na: .NaN', "2: JSON can't hold the number .NaN"],
    ['b:\n  ~: 1', '2: unsupported map key ~'],
    ['{b: 1, : 2}', '1: a map key without a value'],
    ['? [a]\n: 1', '1: a map or list as a map key'],
    ['a: 1\n<<: 2', '2: map merge requires map or sequence of maps as the value'],
    ['a: !!int x', '1: cannot decode !!str `x` as a !!int'],
    ['a: !!timestamp 2001-13-01', '1: cannot decode !!str `2001-13-01` as a !!timestamp'],
    ['a: !!binary "*"', '1: !!binary value contains invalid base64 data'],
    ['a: 1\n\n---\n# x\n\nb: 2\n', '6: expected a single document, but there is another one'],
    ['a: b: c', '1: bad indentation of a mapping entry'],
    ['a: *x', '1: unidentified alias "x"'],
    ['a:\n\t- b', '2: tab characters must not be used in indentation'],
    ['a: \u0007', '1: the stream contains non-printable characters'],
    ['a: &a [*a]', '1: document contains excessive aliasing'],
    [`${'['.repeat(1001)}1${']'.repeat(1001)}`, '1: nested too deep'],
    [' '.repeat(maxYamlLength + 1), `1: text of more than ${maxYamlLength} characters`],
  ])('refuses %.40j', (text, message) => {
    expect(failure(text)).toBe(message)
  })

  it('refuses what aliases blow up, and takes many that do not', () => {
    const levels = 'abcdefgh'.split('')
    const bomb = levels.map((name, i) => `${name}: &${name} [${Array(9).fill(i ? `*${levels[i - 1]}` : 'x')}]`)
    expect(failure(bomb.join('\n'))).toMatch(/excessive aliasing/)
    const merges = levels.map(
      (name, i) => `${name}: &${name} {<<: [${i ? Array(90).fill(`*${levels[i - 1]}`) : '{}'}]}`,
    )
    expect(failure(merges.join('\n'))).toMatch(/excessive aliasing/)
    expect(failure(`a: &a [1, 2]\nb: [${Array(500).fill('*a')}]`)).toBe('no error')
  })

  it('refuses a very deep text without overflowing the stack', () => {
    for (const piece of ['[', '{a: ', '- ', '? ', '!t ', '&a ', '- !t ']) {
      expect(failure(piece.repeat(100_000))).not.toBe('no error')
    }
  })

  it('makes a node that two aliases name twice', () => {
    const { value } = parseYaml('a: &x [1]\nb: *x\n')
    const { a, b } = value as { a: number[]; b: number[] }
    a.push(2)
    expect(b).toEqual([1])
  })

  it('keeps __proto__ and constructor as ordinary keys', () => {
    const value = parseYaml('__proto__: {x: 1}\nconstructor: 2\n').value as object
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })

  it('keeps the order of keys', () => {
    const { value } = parseYaml('c: 1\na: 1\nb: 1\n"k": 1\n')
    expect(Object.keys(value as object)).toEqual(['c', 'a', 'b', 'k'])
  })
})

describe('stringifyYaml', () => {
  it('writes what a person would', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', labels: { v: '1.2', on: 'yes' }, finalizers: ['a/b'], gone: undefined },
      data: { text: 'a\n\n  b\n', end: 'a\nb', more: 'a\n\n', tab: '\ta\n', json: '{"a":"it\'s"}', empty: '' },
      spec: { list: [{ a: 1, b: [[1, 2], []] }, 'x', null], none: {}, big: 9007199254740993n, half: 0.5 },
    }
    expect(stringifyYaml(object)).toBe(`apiVersion: v1
kind: ConfigMap
metadata:
  name: x
  labels:
    v: "1.2"
    "on": "yes"
  finalizers:
  - a/b
data:
  text: |
    a

      b
  end: |-
    a
    b
  more: |+
    a

  tab: "\\ta\\n"
  json: '{"a":"it''s"}'
  empty: ""
spec:
  list:
  - a: 1
    b:
    - - 1
      - 2
    - []
  - x
  - null
  none: {}
  big: 9007199254740993
  half: 0.5
`)
  })

  it.each([
    'margherita',
    'a/b',
    '500m',
    '1Gi',
    'v1beta1',
    'http://x/y?z=1#w',
    '--flag=1',
    'two words',
    'é',
    '*a'.slice(1),
  ])('leaves %s plain', (text) => expect(stringifyYaml(text)).toBe(`${text}\n`))

  it.each([
    ...[
      'yes',
      'Off',
      'n',
      '0123',
      '1e3',
      '1E-3',
      'null',
      'nULL',
      '1_000',
      '2024-01-01',
      '2024-1-1T1:2:3Z',
      '=',
      '<<',
      '12:30:45',
    ],
    ...[
      '0x1f',
      '0o17',
      '0b1',
      '.5',
      '5.',
      '+1',
      '-1',
      '~',
      '',
      ' x',
      'x ',
      '- x',
      '? x',
      ': x',
      'x: y',
      'x:',
      'x #y',
      '#x',
      '.inf',
    ],
    ...[
      '.NaN',
      '1.2.3',
      '1,000',
      '---',
      '...',
      '... x',
      '!x',
      '&x',
      '*x',
      '|',
      '>',
      '%x',
      '@x',
      '`x',
      '"x',
      "'x",
      '[x',
      '{x',
      '\u00a0',
    ],
    ...['a\tb', '\x07', 'a\u2028b', '\ufeffx', '😀', 'e\u0301'],
  ])('quotes %j', (text) => {
    const written = stringifyYaml(text)
    expect(written).toMatch(/^(".*"|'.*')\n$/)
    expect(parseYaml(written).value).toBe(text)
  })

  it.each([
    [2 ** 53, '9.007199254740992e+15'],
    [1e21, '1e+21'],
    [-0, '0'],
    [Number.NaN, 'null'],
    [undefined, 'null'],
  ])('writes the number %s', (value, text) => expect(stringifyYaml(value)).toBe(`${text}\n`))

  it('is read back as it was', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(parseYaml(stringifyYaml(value))).toStrictEqual({ value, duplicates: [] })
      }),
      { numRuns: 1000 },
    )
  })
})
