/** A document, what Kubernetes reads it as, and the lines of keys that are there twice (as its warnings say it). */
export interface YamlCase {
  readonly yaml: string
  readonly value: unknown
  readonly duplicates?: readonly string[]
}

function scalars(value: unknown, texts: readonly string[]): YamlCase[] {
  return texts.map((text) => ({ yaml: `a: ${text}\n`, value: { a: value } }))
}

function strings(texts: readonly string[]): YamlCase[] {
  return texts.map((text) => ({ yaml: `a: ${text}\n`, value: { a: text } }))
}

function keys(pairs: Readonly<Record<string, string>>): YamlCase[] {
  return Object.entries(pairs).map(([text, key]) => ({ yaml: `${text}: v\n`, value: { [key]: 'v' } }))
}

export const scalarCases: readonly YamlCase[] = [
  ...scalars(true, ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON', '!!bool "yes"']),
  ...scalars(false, ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']),
  ...scalars(null, ['', '~', 'null', 'Null', 'NULL', '# comment', '!!null ""']),
  ...scalars(420, ['420', '+420', '0644', '0o644', '0x1a4', '0X1A4', '0b110100100', '4_20', '4.2e2', '420.0', '0_644']),
  ...scalars(-420, ['-420', '-0644', '-0x1a4', '-0b110100100', '-4_2_0']),
  ...scalars(0, ['0', '-0', '00', '0x0', '0.0', '.0']),
  ...scalars(0.5, ['.5', '+.5', '0.5', '5e-1', '.5_0', '0_0.5_0']),
  ...scalars(8, ['08', '8.', '0_8']),
  ...scalars(9007199254740993n, ['9007199254740993', '0x20000000000001', '9_007_199_254_740_993']),
  ...scalars(-9223372036854775808n, ['-9223372036854775808', '-0x8000000000000000']),
  ...scalars(9223372036854775807n, ['9223372036854775807', '0777777777777777777777']),
  ...scalars(2 ** 63, ['9223372036854775808', '0x8000000000000000', '+9223372036854775808']),
  ...scalars(1e30, ['1e30', '1000000000000000000000000000000']),
  ...scalars('123', ['"123"', "'123'", '!!str 123', '! 123', '!anything 123']),
  ...scalars('hello', ['!!binary aGVsbG8=']),
  ...strings([
    'yEs',
    'nUll',
    'tRUE',
    '2001-01-01',
    '2001-12-14T21:59:43Z',
    '2001-12-14 21:59:43',
    '12:30:45',
    '190:20',
  ]),
  ...strings(['=', '<<', '0x', '0o8', '0b2', '1e', 'e1', '1e400', '--', '.', '._5', '1,000', '10.0.0.1', '0x1p3']),
  ...strings([
    '500m',
    '1Gi',
    'v1',
    'a:b',
    'a#b',
    'http://x/y?z#w',
    'é',
    '😀',
    '-x',
    '--flag',
    'inf',
    'nan',
    '0x1ffffffffffffffff',
  ]),
  ...keys({
    yes: 'true',
    n: 'false',
    '0644': '420',
    '1.10': '1.1',
    '1_0': '10',
    '"yes"': 'yes',
    '2001-01-01': '2001-01-01',
  }),
  ...keys({ '16777217.0': '1.6777216e+07', '1e-5': '1e-05', '123456.0': '123456', '.inf': '.inf', '? x\n': 'x' }),
]

export const structureCases: readonly YamlCase[] = [
  { yaml: '', value: null },
  { yaml: '# nothing\n', value: null },
  { yaml: '---\n', value: null },
  { yaml: 'x', value: 'x' },
  { yaml: '\ufeffa: 1\r\nb:\r\n- x\r\n', value: { a: 1, b: ['x'] } },
  { yaml: '# c\n---\na: 1\n---\n', value: { a: 1 } },
  { yaml: '%YAML 1.1\n---\na: 1\n...\n', value: { a: 1 } },
  { yaml: '{"a": [1, {"b": null}], "c": "\\u00e9\\n"}', value: { a: [1, { b: null }], c: 'é\n' } },
  { yaml: 'a:\n- b\n- c: 1\n  d: 2\n-\n- - e\n  - f\n', value: { a: ['b', { c: 1, d: 2 }, null, ['e', 'f']] } },
  { yaml: 'a: [x, b: 1, {c: }]\n', value: { a: ['x', { b: 1 }, { c: null }] } },
  {
    yaml: 'a: |\n  x\n   y\n\n  z\n\nb: >-\n  x\n  y\n\n  z\nc: |+\n  x\n\n',
    value: { a: 'x\n y\n\nz\n', b: 'x y\nz', c: 'x\n\n' },
  },
  { yaml: "a: \"x\n  y\n\n  z\\\n  w\"\nb: 'it''s'\nc: x\n  y\n", value: { a: 'x y\nzw', b: "it's", c: 'x y' } },
  { yaml: '- -\n- a\n', value: [[null], 'a'] },
  {
    yaml: 'a:\n- b:\n   -\n   - # x - y\n\n# c\n- d\n- |\n  -\n-\n',
    value: { a: [{ b: [null, null] }, 'd', '-\n', null] },
  },
  { yaml: 'a: &x {k: 1}\nb: *x\nc: &y 0644\nd: *y\n', value: { a: { k: 1 }, b: { k: 1 }, c: 420, d: 420 } },
  { yaml: 'a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  m: 3\n', value: { a: { k: 1, l: 2 }, b: { k: 1, l: 2, m: 3 } } },
  { yaml: 'b: {"<<": 1}\n', value: { b: { '<<': 1 } } },
  {
    yaml: 'a: &x {k: 1}\nb: &y {k: 2, l: 3}\nc:\n  <<: [*x, *y]\n',
    value: { a: { k: 1 }, b: { k: 2, l: 3 }, c: { k: 1, l: 3 } },
    duplicates: ['line 1: key "k" already set in map'],
  },
  {
    yaml: 'a: &x {k: 1}\nc:\n  k: 2\n  <<: *x\n',
    value: { a: { k: 1 }, c: { k: 1 } },
    duplicates: ['line 1: key "k" already set in map'],
  },
  {
    yaml: 'kind: A\ndata: {a: "1"}\ndata: {a: "2"}\n"kind": B\n',
    value: { kind: 'B', data: { a: '2' } },
    duplicates: ['line 3: key "data" already set in map', 'line 4: key "kind" already set in map'],
  },
  {
    yaml: 'a:\n  x: 1\n\na:\n\n  # c\n  x: 1\n  x:\n  - 2\n',
    value: { a: { x: [2] } },
    duplicates: ['line 9: key "x" already set in map', 'line 7: key "a" already set in map'],
  },
]
