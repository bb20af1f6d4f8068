import { accumulator, type Call, type Comprehension, type Expr } from './expr.js'
import type { Value } from './value.js'

/** What a macro makes of its call, or what is wrong with its arguments. */
export type Expansion = { readonly expr: Expr } | { readonly error: string; readonly at: number }

type Expander = (make: Maker, target: Expr, args: readonly Expr[]) => Expansion

type Parts = Pick<Comprehension, 'init' | 'condition' | 'step' | 'result' | 'quantifier'>

/** Makes expressions at the place of the macro's call. */
class Maker {
  constructor(private readonly at: number) {}

  readonly accu = (): Expr => ({ kind: 'ident', at: this.at, name: accumulator })
  readonly name = (name: string): Expr => ({ kind: 'ident', at: this.at, name })
  readonly literal = (value: Value): Expr => ({ kind: 'literal', at: this.at, value })
  readonly list = (...elements: Expr[]): Expr => ({ kind: 'list', at: this.at, elements, optional: new Set() })
  readonly map = (): Expr => ({ kind: 'map', at: this.at, entries: [] })
  readonly call = (name: string, ...args: Expr[]): Call => ({ kind: 'call', at: this.at, name, args })
  readonly method = (name: string, target: Expr, ...args: Expr[]): Call => ({
    kind: 'call',
    at: this.at,
    name,
    target,
    args,
  })
  readonly test = (operand: Expr, field: string): Expr => ({ kind: 'select', at: this.at, operand, field, test: true })

  fold(range: Expr, variables: readonly string[], parts: Parts): Expr {
    const [variable = '', variable2] = variables
    const two = variable2 === undefined ? {} : { variable2 }
    return { kind: 'comprehension', at: this.at, range, variable, ...two, accu: accumulator, ...parts }
  }

  /** `result` with a variable that stands for `value`. */
  bind(variable: string, value: Expr, result: Expr): Expr {
    return {
      kind: 'comprehension',
      at: this.at,
      range: this.list(),
      variable: '#unused',
      accu: variable,
      init: value,
      condition: this.literal(false),
      step: this.name(variable),
      result,
    }
  }
}

const methods: Readonly<Record<string, readonly [counts: readonly number[], expander: Expander]>> = {
  all: [[2, 3], quantifier(all)],
  exists: [[2, 3], quantifier(exists)],
  exists_one: [[2, 3], quantifier(existsOne)],
  existsOne: [[2, 3], quantifier(existsOne)],
  map: [[2, 3], map],
  filter: [[2], filter],
  transformList: [[3, 4], transform(appendOne)],
  transformMap: [[3, 4], transform(insertAtKey)],
  transformMapEntry: [[3, 4], transform(insertEntries)],
  optMap: [[2], optMap],
  optFlatMap: [[2], optFlatMap],
  sortBy: [[2], sortBy],
}

/** What the call of a macro stands for; undefined when the name and number of arguments are those of none. */
export function expandMacro(
  at: number,
  name: string,
  target: Expr | undefined,
  args: readonly Expr[],
): Expansion | undefined {
  const make = new Maker(at)
  if (!target) return name === 'has' && args.length === 1 ? has(make, args[0] as Expr) : undefined
  const macro = Object.hasOwn(methods, name) ? methods[name] : undefined
  return macro?.[0].includes(args.length) ? macro[1](make, target, args) : undefined
}

function has(make: Maker, operand: Expr): Expansion {
  if (operand.kind !== 'select') return { error: 'invalid argument to has() macro', at: operand.at }
  return { expr: make.test(operand.operand, operand.field) }
}

type Quantifier = (make: Maker, range: Expr, variables: readonly string[], predicate: Expr) => Expr

function quantifier(fold: Quantifier): Expander {
  return (make, target, args) => {
    const variables = readVariables(args.slice(0, -1), 'argument must be a simple name')
    if ('error' in variables) return variables
    return { expr: fold(make, target, variables.names, args.at(-1) as Expr) }
  }
}

function all(make: Maker, range: Expr, variables: readonly string[], predicate: Expr): Expr {
  return make.fold(range, variables, {
    init: make.literal(true),
    condition: make.call('@not_strictly_false', make.accu()),
    step: make.call('_&&_', make.accu(), predicate),
    result: make.accu(),
    quantifier: 'all',
  })
}

function exists(make: Maker, range: Expr, variables: readonly string[], predicate: Expr): Expr {
  return make.fold(range, variables, {
    init: make.literal(false),
    condition: make.call('@not_strictly_false', make.call('!_', make.accu())),
    step: make.call('_||_', make.accu(), predicate),
    result: make.accu(),
    quantifier: 'exists',
  })
}

function existsOne(make: Maker, range: Expr, variables: readonly string[], predicate: Expr): Expr {
  const oneMore = make.call('_+_', make.accu(), make.literal(1n))
  return make.fold(range, variables, {
    init: make.literal(0n),
    condition: make.literal(true),
    step: make.call('_?_:_', predicate, oneMore, make.accu()),
    result: make.call('_==_', make.accu(), make.literal(1n)),
  })
}

/** A fold over all of a range that builds a list or map. */
function build(make: Maker, range: Expr, variables: readonly string[], init: Expr, step: Expr, when?: Expr): Expr {
  return make.fold(range, variables, {
    init,
    condition: make.literal(true),
    step: when ? make.call('_?_:_', when, step, make.accu()) : step,
    result: make.accu(),
  })
}

function map(make: Maker, target: Expr, args: readonly Expr[]): Expansion {
  const variables = readVariables(args.slice(0, 1), 'argument is not an identifier')
  if ('error' in variables) return variables
  const when = args.length === 3 ? args[1] : undefined
  const step = make.call('_+_', make.accu(), make.list(args.at(-1) as Expr))
  return { expr: build(make, target, variables.names, make.list(), step, when) }
}

function filter(make: Maker, target: Expr, args: readonly Expr[]): Expansion {
  const variables = readVariables(args.slice(0, 1), 'argument is not an identifier')
  if ('error' in variables) return variables
  const step = make.call('_+_', make.accu(), make.list(args[0] as Expr))
  return { expr: build(make, target, variables.names, make.list(), step, args[1]) }
}

interface Growth {
  readonly init: (make: Maker) => Expr
  readonly step: (make: Maker, key: string, value: Expr) => Expr
}

function transform(growth: () => Growth): Expander {
  return (make, target, args) => {
    const variables = readVariables(args.slice(0, 2), 'argument must be a simple name')
    if ('error' in variables) return variables
    const { init, step } = growth()
    const when = args.length === 4 ? args[2] : undefined
    const next = step(make, variables.names[0] ?? '', args.at(-1) as Expr)
    return { expr: build(make, target, variables.names, init(make), next, when) }
  }
}

function appendOne(): Growth {
  return {
    init: (make) => make.list(),
    step: (make, _key, value) => make.call('_+_', make.accu(), make.list(value)),
  }
}

function insertAtKey(): Growth {
  return {
    init: (make) => make.map(),
    step: (make, key, value) => make.call('cel.@mapInsert', make.accu(), make.name(key), value),
  }
}

function insertEntries(): Growth {
  return {
    init: (make) => make.map(),
    step: (make, _key, value) => make.call('cel.@mapInsert', make.accu(), value),
  }
}

function optMap(make: Maker, target: Expr, args: readonly Expr[]): Expansion {
  return whenPresent(make, target, args, 'optMap', (result) => make.call('optional.of', result))
}

function optFlatMap(make: Maker, target: Expr, args: readonly Expr[]): Expansion {
  return whenPresent(make, target, args, 'optFlatMap', (result) => result)
}

function whenPresent(
  make: Maker,
  target: Expr,
  args: readonly Expr[],
  macro: string,
  wrap: (result: Expr) => Expr,
): Expansion {
  const [variable, result] = args
  if (variable?.kind !== 'ident' || !result) {
    return { error: `${macro}() variable name must be a simple identifier`, at: variable?.at ?? 0 }
  }
  const value = make.method('value', target)
  const bound = make.bind(variable.name, value, result)
  return { expr: make.call('_?_:_', make.method('hasValue', target), wrap(bound), make.call('optional.none')) }
}

const sorted = '@__sortBy_input__'

function sortBy(make: Maker, target: Expr, args: readonly Expr[]): Expansion {
  if (target.kind === 'literal' || target.kind === 'map' || target.kind === 'struct') {
    const what = 'a list, identifier, comprehension, call or select expression'
    return { error: `sortBy can only be applied to ${what}`, at: target.at }
  }
  const keys = map(make, make.name(sorted), args)
  if ('error' in keys) return keys
  const call = make.method('@sortByAssociatedKeys', make.name(sorted), keys.expr)
  return { expr: make.bind(sorted, target, call) }
}

function readVariables(args: readonly Expr[], why: string): { names: string[] } | { error: string; at: number } {
  const names: string[] = []
  for (const arg of args) {
    if (arg.kind !== 'ident') return { error: why, at: arg.at }
    if (names.includes(arg.name)) return { error: `duplicate variable name: ${arg.name}`, at: arg.at }
    names.push(arg.name)
  }
  const taken = args.find((arg) => arg.kind === 'ident' && [accumulator, '__result__'].includes(arg.name))
  return taken ? { error: 'iteration variable overwrites accumulator variable', at: taken.at } : { names }
}
