/** A change of an object as a JSON merge patch, the text before it, and the text after it. */
export interface EditCase {
  readonly what: string
  readonly patch: Record<string, unknown>
  readonly before: string
  readonly after: string
}

const manifest = `# A pizza for two.
---
kind: Pizza   # what else
apiVersion: "restaurant.wukong.com/v1beta1"

metadata:
    # found by this label
    labels:
        app: 'menu'   # never change this
        tier: front
    name: quattro

spec:
    # in the order of baking
    toppings:
        -   name: salami     # hot
            quantity: 2
        # the best comes last
        -   {name: cheese, quantity: 1}
    note: >-
        folded
        text
`

const replaced = (...changes: [from: string, to: string][]): string =>
  changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`not in the text: ${from}`)
    return text.replace(from, to)
  }, manifest)

const salami = { name: 'salami', quantity: 2 }
const cheese = { name: 'cheese', quantity: 1 }

const ofManifest: readonly [what: string, patch: Record<string, unknown>, ...changes: [string, string][]][] = [
  ['a new label', { metadata: { labels: { zone: 'a' } } }, ['tier: front\n', 'tier: front\n        zone: a\n']],
  ['a changed label, in its quotes', { metadata: { labels: { app: "it's" } } }, ["'menu'   #", "'it''s'   #"]],
  ['a removed label', { metadata: { labels: { tier: null } } }, ['        tier: front\n', '']],
  [
    'what the server adds to metadata',
    { metadata: { uid: 'u-1', generation: 1 } },
    ['    name: quattro\n', '    name: quattro\n    uid: u-1\n    generation: 1\n'],
  ],
  [
    'a status',
    { status: { cost: 3, conditions: [{ type: 'Baked', status: 'True' }] } },
    ['        text\n', '        text\nstatus:\n  cost: 3\n  conditions:\n  - type: Baked\n    status: "True"\n'],
  ],
  ['a number', { spec: { toppings: [{ ...salami, quantity: 3 }, cheese] } }, ['quantity: 2', 'quantity: 3']],
  [
    'a number in brackets',
    { spec: { toppings: [salami, { ...cheese, quantity: 5 }] } },
    ['{name: cheese, quantity: 1}', '{name: cheese, quantity: 5}'],
  ],
  [
    'an item at the end',
    { spec: { toppings: [salami, cheese, { name: 'ham', quantity: 4 }] } },
    ['quantity: 1}\n', 'quantity: 1}\n        - name: ham\n          quantity: 4\n'],
  ],
  [
    'an item at the beginning',
    { spec: { toppings: [{ name: 'ham', quantity: 4 }, salami, cheese] } },
    ['        -   name: salami', '        - name: ham\n          quantity: 4\n        -   name: salami'],
  ],
  [
    'an item that goes, but not its neighbours’ comments',
    { spec: { toppings: [cheese] } },
    ['        -   name: salami     # hot\n            quantity: 2\n', ''],
  ],
  [
    'the first field of an item',
    { spec: { toppings: [{ quantity: 2 }, cheese] } },
    ['name: salami     # hot\n            ', ''],
  ],
  [
    'no items',
    { spec: { toppings: [] } },
    [manifest.slice(manifest.indexOf('\n        -   name'), manifest.indexOf('\n    note')), ' []'],
  ],
  [
    'a text of several lines by one line',
    { spec: { note: 'short' } },
    [' >-\n        folded\n        text\n', ' short\n'],
  ],
  [
    'a text of several lines by another',
    { spec: { note: 'one\ntwo\n' } },
    [' >-\n        folded\n        text\n', ' |\n      one\n      two\n'],
  ],
  ['a field in double quotes', { apiVersion: 'a"b' }, ['"restaurant.wukong.com/v1beta1"', '"a\\"b"']],
  [
    'several fields',
    { kind: 'Pasta', spec: { note: null } },
    ['kind: Pizza ', 'kind: Pasta '],
    ['    note: >-\n        folded\n        text\n', ''],
  ],
]

const others: readonly EditCase[] = [
  { what: 'a value where there was none', patch: { a: 1 }, before: 'a: # why\nb: 2\n', after: 'a: 1 # why\nb: 2\n' },
  {
    what: 'a map where there was none',
    patch: { a: { x: 1 } },
    before: 'a: # why\nb: 2\n',
    after: 'a: # why\n  x: 1\nb: 2\n',
  },
  {
    what: 'an empty map that is filled',
    patch: { a: { x: 1 } },
    before: 'a: {}  # why\nb: 2\n',
    after: 'a:  # why\n  x: 1\nb: 2\n',
  },
  {
    what: 'a map that is emptied',
    patch: { a: { x: null } },
    before: 'a: # why\n  x: 1\nb: 2\n',
    after: 'a: {} # why\nb: 2\n',
  },
  {
    what: 'a value below its key',
    patch: { a: 2 },
    before: 'a:\n  # why\n  1\nb: 2\n',
    after: 'a:\n  # why\n  2\nb: 2\n',
  },
  {
    what: 'a list in brackets',
    patch: { a: ['x', 'z', 'a b'] },
    before: "a: [ 'x', y ] # l\n",
    after: 'a: [ \'x\', z, "a b" ] # l\n',
  },
  {
    what: 'a map in brackets',
    patch: { a: { w: 2, z: [1] } },
    before: 'a: {x: "1"} # l\n',
    after: 'a: {x: "1", w: 2, z: [1]} # l\n',
  },
  {
    what: 'brackets whose fields are in another order',
    patch: { a: [{ x: 1, w: 3 }] },
    before: 'a:\n- {w: 2, x: 1} # l\n',
    after: 'a:\n- {w: 3, x: 1} # l\n',
  },
  {
    what: 'brackets over several lines',
    patch: { a: ['x'] },
    before: 'a: [\n  x,\n  y\n]\nb: 1\n',
    after: 'a:\n- x\nb: 1\n',
  },
  { what: 'no line break at the end', patch: { b: 2 }, before: '# c\na: 1', after: '# c\na: 1\nb: 2' },
  {
    what: 'no line break at the end of a list',
    patch: { a: [1, 2] },
    before: '# c\na:\n- 1',
    after: '# c\na:\n- 1\n- 2',
  },
  {
    what: 'CRLF',
    patch: { b: { w: 2 }, c: 3 },
    before: 'a: 1\r\nb:\r\n  x: 1 # c\r\n',
    after: 'a: 1\r\nb:\r\n  x: 1 # c\r\n  w: 2\r\nc: 3\r\n',
  },
  { what: 'CRLF, a changed value', patch: { a: 2 }, before: 'a: 1\r\nb: 2 # c\r\n', after: 'a: 2\r\nb: 2 # c\r\n' },
  {
    what: 'a literal text at the end',
    patch: { b: 1 },
    before: '# c\na: |\n  x\n\n  y\n',
    after: '# c\na: |\n  x\n\n  y\nb: 1\n',
  },
  {
    what: 'a literal text that keeps its line breaks',
    patch: { b: 1 },
    before: '# c\na: |+\n  x\n\n',
    after: '# c\na: |+\n  x\n\nb: 1\n',
  },
  {
    what: 'an anchor that stays',
    patch: { c: 1 },
    before: 'a: &x\n  w: 1\nb: *x\n',
    after: 'a: &x\n  w: 1\nb: *x\nc: 1\n',
  },
  {
    what: 'an anchor that can’t stay',
    patch: { a: { w: 2 } },
    before: 'a: &x\n  w: 1\nb: *x # c\n',
    after: 'a:\n  w: 2\nb:\n  w: 1\n',
  },
  {
    what: 'lists in lists',
    patch: { a: [[1, 3]] },
    before: '# c\na:\n- - 1\n  - 2\n',
    after: '# c\na:\n- - 1\n  - 3\n',
  },
  {
    what: 'scalars of a list',
    patch: { a: ['x', 'm', 'z'] },
    before: 'a:\n  - x # 1\n  - y # 2\n  - z # 3\n',
    after: 'a:\n  - x # 1\n  - m # 2\n  - z # 3\n',
  },
  { what: 'nothing', patch: {}, before: '# c\r\na:   1', after: '# c\r\na:   1' },
  {
    what: 'words that other readers take for something else',
    patch: { a: 'no', b: 'yes' },
    before: "a: 'x' # c\nb: y1\n",
    after: 'a: \'no\' # c\nb: "yes"\n',
  },
  { what: 'a text that is no map', patch: { a: 1 }, before: '# only this\n', after: 'a: 1\n' },
  { what: 'JSON', patch: { b: 2 }, before: '{"a": 1}\n', after: 'a: 1\nb: 2\n' },
  { what: 'tabs before a comment', patch: { a: 2 }, before: 'a: 1\t# c\n', after: 'a: 2\t# c\n' },
]

export const editCases: readonly EditCase[] = [
  ...ofManifest.map(([what, patch, ...changes]) => ({ what, patch, before: manifest, after: replaced(...changes) })),
  ...others,
]
