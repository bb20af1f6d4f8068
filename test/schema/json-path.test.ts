import { describe, expect, it } from 'vitest'
import { compileJsonPath } from '../../src/schema/json-path.js'
import { cpuTime } from '../support/cpu-time.js'

const object = {
  metadata: { name: 'margherita', labels: { 'app.kubernetes.io/name': 'pizza', app: { b: 1 } } },
  spec: {
    size: 'M',
    price: 9.5,
    big: 9007199254740993n,
    nothing: null,
    toppings: [
      { name: 'tomato', quantity: 2, extra: true },
      { name: 'mozzarella', quantity: 1 },
      { name: 'basil', quantity: 3, extra: false },
    ],
    matrix: [[1, 2], [3]],
  },
  status: {
    notes: [{ text: 'in (the) oven', by: 'cook' }],
    conditions: [
      { type: 'Baked', status: 'False', reason: 'hot' },
      { type: 'Ready', status: 'True' },
    ],
  },
}

describe('a JSONPath', () => {
  it.each<[string, unknown[]]>([
    ['.spec.size', ['M']],
    ['$.spec.size', ['M']],
    ['@.spec.size', ['M']],
    ['', [object]],
    ['.spec.missing', []],
    ['.spec.missing.deeper', []],
    ['.spec.size.deeper', []],
    ['.spec.nothing', [null]],
    ['.spec.nothing.deeper', []],
    ['.spec.big', [9007199254740993n]],
    ["['spec'].size", ['M']],
    ["['spec']['size']", ['M']],
    [".metadata.labels['app.kubernetes.io/name']", ['pizza']],
    [".metadata.labels['app\\.kubernetes\\.io/name']", ['pizza']],
    ['.metadata.labels.app\\.kubernetes\\.io/name', ['pizza']],
    [".metadata.labels['app.b']", [1]],
    ['.spec.toppings[0].name', ['tomato']],
    ['.spec.toppings[-1].name', ['basil']],
    ['.spec.toppings[3].name', []],
    ['.spec.toppings[-4].name', []],
    ['.spec.toppings[*].name', ['tomato', 'mozzarella', 'basil']],
    ['.spec.toppings[:].name', ['tomato', 'mozzarella', 'basil']],
    ['.spec.toppings[1:].name', ['mozzarella', 'basil']],
    ['.spec.toppings[:-1].name', ['tomato', 'mozzarella']],
    ['.spec.toppings[-2:].name', ['mozzarella', 'basil']],
    ['.spec.toppings[0:3:2].name', ['tomato', 'basil']],
    ['.spec.toppings[0:4].name', []],
    ['.spec.toppings[2:1].name', []],
    ['.spec.toppings[0:3:0].name', []],
    ['.spec.toppings[9:9].name', []],
    ['.spec.toppings[0,2].name', ['tomato', 'basil']],
    ["['metadata', 'spec']['name','size']", ['margherita', 'M']],
    ['.spec.size[0]', []],
    ['.spec.missing[0]', []],
    ['.spec.matrix[*][*]', [1, 2, 3]],
    ['.spec.toppings[1].*', ['mozzarella', 1]],
    ['.metadata.*', ['margherita', object.metadata.labels]],
    ['..quantity', [2, 1, 3]],
    ['.spec..name', ['tomato', 'mozzarella', 'basil']],
    ['..conditions[0].type', ['Baked']],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    [".status.conditions[?(@.type=='Ready')].status", ['True']],
    ['.status.conditions[?( @.type == "Ready" )].status', ['True']],
    ['.status.conditions[?(@.type!="Ready")].status', ['False']],
    ['.status.notes[?(@.text=="in (the) oven")].by', ['cook']],
    ['.status.conditions[?(@.reason=="hot")].type', []],
    ['.status.conditions[?(@.reason)].type', ['Baked']],
    ['.status.conditions[?(@.type=="Gone")].status', []],
    ['.status.missing[?(@.type=="Ready")].status', []],
    ['.spec.toppings[?(@.quantity>1)].name', ['tomato', 'basil']],
    ['.spec.toppings[?(@.quantity>=2)].name', ['tomato', 'basil']],
    ['.spec.toppings[?(@.quantity<2)].name', ['mozzarella']],
    ['.spec.toppings[?(@.quantity<=-1)].name', []],
    ['.spec.toppings[?(@.quantity==2.0)].name', ['tomato']],
    ['.spec.toppings[?(@.name<"c")].name', ['basil']],
    ['.spec.toppings[?(@.quantity==@.quantity)].name', ['tomato', 'mozzarella', 'basil']],
    // Upstream gives up as a whole when one item can't be compared.
    ['.spec.toppings[?(@.extra==true)].name', []],
    ['.spec.toppings[?(@.quantity=="2")].name', []],
    ['.spec[?(@.a==1)]', []],
    ['.constructor', []],
    ['.__proto__', []],
    ['.spec.toppings.length', []],
  ])('%s', (path, expected) => expect(compileJsonPath(path)(object)).toEqual(expected))

  it.each([
    'a',
    '.a[',
    '.a[x]',
    '.a["b"]',
    '.a[]',
    '.a[1:2:3:4]',
    '.a....b',
    '.a[?(@.b=="c")',
    '.a[?(@.b=~"c")]',
    '.a{',
    '.a\\',
    '.a[?(@.b=="c)]',
    '.a[?(@.b==c)]',
    '.a,b',
    `.${'a'.repeat(5000)}`,
  ])('%s is none', (path) => expect(() => compileJsonPath(path)).toThrow(SyntaxError))

  it('finds own members only', () => {
    const odd = JSON.parse('{"__proto__":{"a":1},"constructor":2}')
    expect(compileJsonPath('.__proto__.a')(odd)).toEqual([1])
    expect(compileJsonPath("['constructor']")(odd)).toEqual([2])
  })

  it('looks at a bounded number of values', () => {
    let deep: unknown = 1
    for (let i = 0; i < 900; i++) deep = { a: deep, b: [1, 2, 3] }
    const took = cpuTime(() => {
      expect(compileJsonPath('..a..a..a..a..a..a..a..a')(deep)).toEqual([])
      expect(compileJsonPath(`.b${'[*]'.repeat(1300)}`)({ b: [1] })).toEqual([])
      expect(compileJsonPath('[*,*,*][*,*,*][*,*,*][*,*,*][*,*,*][*,*,*][*,*,*][*,*,*]')(nested(9))).toEqual([])
    })
    expect(took).toBeLessThan(2000)
  })
})

/** Lists of nine lists, eight deep, that share their parts. */
function nested(depth: number): unknown {
  return depth === 0 ? 1 : Array(9).fill(nested(depth - 1))
}
