import { ArrayList, TableMap } from './collections.js'
import { listCost, mapCost, structCost } from './cost-range.js'
import { type Environment, onlyChecked, typeNamed } from './environment.js'
import type { Call, Expr, Ident, ListExpr, MapExpr, StructExpr } from './expr.js'
import { charge, doWork, spentCost, startMeter } from './meter.js'
import { planCall } from './plan-call.js'
import { planFold } from './plan-fold.js'
import { planConditional, planLogical, planNotStrictlyFalse } from './plan-logic.js'
import { constant, type Node, type Planner } from './plan-node.js'
import { planIndex, planOptionalSelect, planOr, planSelect, planTest } from './plan-select.js'
import { runtimeName } from './type.js'
import { Failure, fail, Optional, TypeValue, type Value } from './value.js'

/** An expression that can be run, again and again. */
export interface Program {
  /**
   * Its value with the variables, in the order of the environment. @throws Failure with upstream's text; it is final
   * when the expression may cost no more
   */
  run(variables: readonly (Value | undefined)[], costLimit: number): { readonly value: Value; readonly cost: number }
}

/** Makes a program of a checked tree. @throws Failure when what is constant in it fails */
export function plan(root: Expr, environment: Environment): Program {
  startMeter(Number.POSITIVE_INFINITY)
  const planner = new TreePlanner(environment)
  const node = planner.plan(root)
  const { size } = planner
  return {
    run(variables, costLimit) {
      const slots: (Value | Failure | undefined)[] = new Array(size)
      for (let i = 0; i < variables.length; i++) slots[i] = variables[i]
      startMeter(costLimit)
      return { value: node.run(slots), cost: spentCost() }
    },
  }
}

class TreePlanner implements Planner {
  /** Where variables are: those of the environment first, those of folds behind. */
  readonly #slots = new Map<string, number[]>()
  size = 0

  constructor(private readonly environment: Environment) {
    for (const name of environment.variables.keys()) this.declare(name)
  }

  declare(name: string): number {
    const slot = this.size++
    this.#slots.set(name, [...(this.#slots.get(name) ?? []), slot])
    return slot
  }

  forget(name: string): void {
    this.#slots.get(name)?.pop()
  }

  plan(expr: Expr): Node {
    switch (expr.kind) {
      case 'literal':
        return constant(expr.value)
      case 'ident':
        return this.#ident(expr)
      case 'select':
        return expr.test ? planTest(this, expr) : planSelect(this, expr)
      case 'call':
        return this.#call(expr)
      case 'list':
        return this.#list(expr)
      case 'map':
        return this.#map(expr)
      case 'comprehension':
        return planFold(this, expr)
      case 'struct':
        return this.#struct(expr)
    }
  }

  #ident({ name }: Ident): Node {
    const plain = name.replace(/^\./, '')
    const slot = this.#slots.get(plain)?.at(-1)
    if (slot === undefined) {
      if (onlyChecked.has(plain)) fail(`reference to undefined type: ${plain}`)
      const type = typeNamed(plain)
      return type ? constant(new TypeValue(runtimeName(type))) : fail(`no such attribute(s): ${plain}`)
    }
    const isAccumulator = plain.startsWith('@')
    return {
      isAttribute: true,
      run: (slots) => {
        charge(1)
        const value = slots[slot]
        if (value === undefined) throw new Failure(`no such attribute(s): ${plain}`)
        if (isAccumulator && value instanceof Failure) throw value
        return value as Value
      },
    }
  }

  #call(expr: Call): Node {
    switch (expr.name) {
      case '_&&_':
      case '_||_':
        return planLogical(this, expr, expr.name === '_||_')
      case '_?_:_':
        return planConditional(this, expr)
      case '@not_strictly_false':
        return planNotStrictlyFalse(this, expr)
      case '_[_]':
      case '_[?_]':
        return planIndex(this, expr, expr.name === '_[?_]')
      case '_?._':
        return planOptionalSelect(this, expr)
      case 'or':
      case 'orValue':
        return expr.target ? planOr(this, expr) : planCall(this, expr)
    }
    return planCall(this, expr)
  }

  #list({ elements, optional }: ListExpr): Node {
    const nodes = elements.map((element) => this.plan(element))
    if (optional.size === 0 && nodes.every((node) => node.constant)) {
      return constant(new ArrayList(nodes.map((node) => node.run([]))))
    }
    return {
      run: (slots) => {
        const items: Value[] = []
        for (const [i, node] of nodes.entries()) {
          const value = node.run(slots)
          if (!optional.has(i)) items.push(value)
          else if (!(value instanceof Optional)) fail('cannot initialize optional list element from non-optional value')
          else if (value.value !== undefined) items.push(value.value)
        }
        charge(listCost)
        return new ArrayList(items, true)
      },
    }
  }

  #struct({ name, members }: StructExpr): Node {
    const nodes = members.map((member) => ({ ...member, node: this.plan(member.value) }))
    return {
      run: (slots) => {
        const made = new Map<string, Value>()
        for (const { name: member, node, optional } of nodes) {
          const value = node.run(slots)
          if (!optional) made.set(member, value)
          else if (!(value instanceof Optional)) fail('cannot initialize optional entry from non-optional value')
          else if (value.value !== undefined) made.set(member, value.value)
        }
        charge(structCost)
        return this.environment.structs?.make(name, made) ?? fail(`unknown type: ${name}`)
      },
    }
  }

  #map({ entries }: MapExpr): Node {
    const nodes = entries.map(({ key, value, optional }) => ({
      key: this.plan(key),
      value: this.plan(value),
      optional,
    }))
    const build = (slots: (Value | Failure | undefined)[]) => {
      const map = new TableMap()
      for (const { key, value, optional } of nodes) {
        const [k, v] = [key.run(slots), value.run(slots)]
        doWork(1)
        if (!optional) map.set(k, v)
        else if (!(v instanceof Optional)) fail('cannot initialize optional entry from non-optional value')
        else if (v.value !== undefined) map.set(k, v.value)
      }
      return map
    }
    if (nodes.every(({ key, value, optional }) => !optional && key.constant && value.constant))
      return constant(build([]))
    return {
      run: (slots) => {
        charge(mapCost)
        return build(slots)
      },
    }
  }
}
