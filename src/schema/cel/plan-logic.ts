import type { Call, Expr } from './expr.js'
import { charge } from './meter.js'
import type { Node, Planner, Slots } from './plan-node.js'
import { Failure, noSuchOverload, type Value } from './value.js'

/**
 * `&&` and `||`: what decides alone decides whatever the other side is, even when that fails. `decisive` is the value
 * that decides: false for `&&`, true for `||`.
 */
export function planLogical(planner: Planner, expr: Call, decisive: boolean): Node {
  const [left, right] = expr.args.map((arg) => planner.plan(arg)) as [Node, Node]
  return {
    run: (slots) => {
      const first = attempt(left, slots)
      if (first === decisive) return decisive
      const second = attempt(right, slots)
      if (second === decisive) return decisive
      if (first instanceof Failure) throw first
      if (second instanceof Failure) throw second
      return !decisive
    },
  }
}

/** A boolean, or why there is none. @throws Failure that is final */
export function attempt(node: Node, slots: Slots): boolean | Failure {
  try {
    const value = node.run(slots)
    return typeof value === 'boolean' ? value : new Failure('no such overload')
  } catch (error) {
    if (error instanceof Failure && !error.isFinal) return error
    throw error
  }
}

export function planConditional(planner: Planner, expr: Call): Node {
  const [condition, yes, no] = expr.args.map((arg) => planner.plan(arg)) as [Node, Node, Node]
  return {
    isAttribute: true,
    isConditional: true,
    run: (slots) => {
      const value = condition.run(slots)
      if (typeof value !== 'boolean') return noSuchOverload()
      const chosen = value ? yes : no
      const result = chosen.run(slots)
      // Upstream makes one attribute of the three: those it chooses from cost their steps only.
      if (chosen.isAttribute && !chosen.isConditional) charge(-1)
      return result
    },
  }
}

/** Whether a fold may yet become anything but false. */
export function planNotStrictlyFalse(planner: Planner, expr: Call): Node {
  const operand = planner.plan(expr.args[0] as Expr)
  return {
    run: (slots): Value => {
      const value = attempt(operand, slots)
      charge(1)
      return value !== false
    },
  }
}
