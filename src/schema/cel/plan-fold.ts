import { ArrayList, TableMap } from './collections.js'
import type { Comprehension } from './expr.js'
import { charge, doWork } from './meter.js'
import { attempt } from './plan-logic.js'
import type { Node, Planner, Slots } from './plan-node.js'
import { Failure, fail, ListValue, MapValue, typeName, type Value } from './value.js'

/** Calls with each element of a list or key of a map, until that says to stop. */
type Walk = (range: Value, slots: Slots, visit: () => boolean) => void

/** What macros such as `all` and `map` became: a fold; or, over nothing, a name for a value. */
export function planFold(planner: Planner, expr: Comprehension): Node {
  const range = planner.plan(expr.range)
  const init = planner.plan(expr.init)
  const accu = planner.declare(expr.accu)
  if (expr.range.kind === 'list' && expr.range.elements.length === 0 && expr.condition.kind === 'literal') {
    return finish(planner, expr, planBinding(init, accu, planner.plan(expr.result)))
  }
  const first = planner.declare(expr.variable)
  const second = expr.variable2 === undefined ? undefined : planner.declare(expr.variable2)
  const walk = walker(first, second)
  const body = expr.quantifier
    ? planQuantifier(planner, expr, { range, accu, walk })
    : planLoop(planner, expr, { range, init, accu, walk })
  planner.forget(expr.variable)
  if (expr.variable2 !== undefined) planner.forget(expr.variable2)
  const result = planner.plan(expr.result)
  return finish(planner, expr, {
    run: (slots) => {
      body(slots)
      return result.run(slots)
    },
  })
}

function finish(planner: Planner, expr: Comprehension, node: Node): Node {
  planner.forget(expr.accu)
  return node
}

function planBinding(init: Node, accu: number, result: Node): Node {
  return {
    run: (slots) => {
      slots[accu] = init.run(slots)
      return result.run(slots)
    },
  }
}

function walker(first: number, second: number | undefined): Walk {
  return (range, slots, visit) => {
    if (range instanceof ListValue) {
      const { size } = range
      for (let i = 0; i < size; i++) {
        if (second === undefined) slots[first] = range.at(i)
        else {
          slots[first] = BigInt(i)
          slots[second] = range.at(i)
        }
        if (!visit()) return
      }
    } else if (range instanceof MapValue) {
      for (const key of range.keys()) {
        slots[first] = key
        if (second !== undefined) slots[second] = range.find(key)
        if (!visit()) return
      }
    } else fail(`got '${goName(range)}', expected iterable type`)
  }
}

/** Upstream's message has the name that the type has in its code. */
function goName(value: Value): string {
  const name = typeName(value).replace(/^google\.protobuf\.|_type$/, '')
  return `${name === 'optional' || name === 'type' ? '*' : ''}types.${name[0]?.toUpperCase()}${name.slice(1)}`
}

interface Parts {
  readonly range: Node
  readonly accu: number
  readonly walk: Walk
}

/**
 * `all` and `exists`: what decides ends it, and a failure counts only when nothing decides. Costs are those of the fold
 * that it stands for: its condition, its variable, and the predicate.
 */
function planQuantifier(planner: Planner, expr: Comprehension, { range, accu, walk }: Parts): (slots: Slots) => void {
  const decisive = expr.quantifier === 'exists'
  const predicate = planner.plan(expr.step.kind === 'call' ? (expr.step.args[1] ?? expr.step) : expr.step)
  const cost = decisive ? 3 : 2
  return (slots) => {
    let result: boolean | Failure = !decisive
    walk(range.run(slots), slots, () => {
      charge(cost)
      if (result === decisive) return false
      charge(1)
      const value = attempt(predicate, slots)
      if (value === decisive) result = decisive
      else if (value instanceof Failure && !(result instanceof Failure)) result = value
      return true
    })
    slots[accu] = result
  }
}

function planLoop(planner: Planner, expr: Comprehension, parts: Parts & { init: Node }): (slots: Slots) => void {
  const { range, init, accu, walk } = parts
  const condition = expr.condition.kind === 'literal' ? undefined : planner.plan(expr.condition)
  const step = planner.plan(expr.step)
  const start = (slots: Slots): Value => {
    // Folds that build grow what they began with: each run needs its own.
    if (expr.init.kind === 'list' && expr.init.elements.length === 0) return new ArrayList([], true)
    return expr.init.kind === 'map' && expr.init.entries.length === 0 ? new TableMap() : init.run(slots)
  }
  return (slots) => {
    const over = range.run(slots)
    slots[accu] = start(slots)
    walk(over, slots, () => {
      doWork(1)
      if (condition && condition.run(slots) !== true) return false
      slots[accu] = step.run(slots)
      return true
    })
  }
}
