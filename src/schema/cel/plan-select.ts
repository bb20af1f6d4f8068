import { showKey } from './collections.js'
import type { Call, Expr, Select } from './expr.js'
import { charge } from './meter.js'
import type { Node, Planner } from './plan-node.js'
import {
  fail,
  ListValue,
  MapValue,
  none,
  noSuchOverload,
  OpaqueValue,
  Optional,
  typeName,
  Uint,
  type Value,
} from './value.js'

/** What a selection costs before its own unit: one more where it is not of a variable. */
function baseCost(operand: Node): number {
  return operand.isAttribute ? 0 : 1
}

export function planSelect(planner: Planner, expr: Select): Node {
  const operand = planner.plan(expr.operand)
  const cost = baseCost(operand) + 1
  const { field } = expr
  return {
    isAttribute: true,
    run: (slots) => {
      const target = operand.run(slots)
      charge(cost)
      if (target instanceof Optional) return selectOptional(target, field)
      return lookup(target, field) ?? fail(`no such key: ${field}`)
    },
  }
}

function selectOptional({ value }: Optional, key: Value): Optional {
  if (value === undefined) return none
  const found = lookup(value, key)
  return found === undefined ? none : new Optional(found)
}

/** undefined: it is not there. @throws Failure when nothing can be there */
function lookup(target: Value, key: Value): Value | undefined {
  if (target instanceof MapValue) return target.find(key)
  if (target instanceof ListValue) return atIndex(target, key)
  if (target instanceof OpaqueValue && target.select && typeof key === 'string') return target.select(key)
  return undefined
}

function atIndex(list: ListValue, key: Value): Value | undefined {
  let index: number
  if (typeof key === 'bigint') index = Number(key)
  else if (typeof key === 'number') {
    if (!Number.isInteger(key)) fail(`unsupported index value ${key} in list`)
    index = key
  } else if (key instanceof Uint) index = Number(key.value)
  else return fail(`unsupported index type '${typeName(key)}' in list`)
  return index >= 0 && index < list.size ? list.at(index) : undefined
}

/** `has(x.y)`: an optional has it when what it holds has it. The last step costs nothing. */
export function planTest(planner: Planner, expr: Select): Node {
  const operand = planner.plan(expr.operand)
  const cost = baseCost(operand)
  return {
    run: (slots) => {
      const target = operand.run(slots)
      if (cost > 0) charge(cost)
      const holder = target instanceof Optional ? target.value : target
      return holder !== undefined && lookup(holder, expr.field) !== undefined
    },
  }
}

export function planIndex(planner: Planner, expr: Call, optional: boolean): Node {
  const [operand, index] = expr.args.map((arg) => planner.plan(arg)) as [Node, Node]
  // A variable that is an index is a part of the selection.
  const cost = baseCost(operand) - (index.isAttribute && !index.isConditional ? 1 : 0)
  return {
    isAttribute: true,
    run: (slots) => {
      const target = operand.run(slots)
      const key = index.run(slots)
      charge(cost)
      if (optional || target instanceof Optional) {
        const found = selectOptional(target instanceof Optional ? target : new Optional(target), key)
        if (found !== none) charge(1)
        return found
      }
      charge(1)
      const found = lookup(target, key)
      if (found !== undefined) return found
      return fail(target instanceof ListValue ? `index out of bounds: ${showKey(key)}` : `no such key: ${showKey(key)}`)
    },
  }
}

/** `x.?y`: an optional of the member. */
export function planOptionalSelect(planner: Planner, expr: Call): Node {
  const [operand, name] = expr.args as [Expr, Expr]
  const node = planner.plan(operand)
  const cost = baseCost(node)
  const field = name.kind === 'literal' ? name.value : ''
  return {
    isAttribute: true,
    run: (slots) => {
      const target = node.run(slots)
      charge(cost)
      const found = selectOptional(target instanceof Optional ? target : new Optional(target), field)
      if (found !== none) charge(1)
      return found
    },
  }
}

/** `a.or(b)` and `a.orValue(b)`: what comes second is only evaluated when the first has no value. */
export function planOr(planner: Planner, expr: Call): Node {
  const [first, second] = [expr.target as Expr, expr.args[0] as Expr].map((arg) => planner.plan(arg)) as [Node, Node]
  return {
    run: (slots) => {
      const optional = first.run(slots)
      if (!(optional instanceof Optional)) return noSuchOverload()
      if (optional.value !== undefined) return expr.name === 'or' ? optional : optional.value
      const other = second.run(slots)
      return expr.name === 'or' && !(other instanceof Optional) ? noSuchOverload() : other
    },
  }
}
