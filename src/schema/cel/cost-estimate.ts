import { type EntrySize, isBinding, isScalar, type Local, Locals, literalSize, type Path } from './cost-locals.js'
import {
  type ArgumentNode,
  add,
  anySize,
  type CallEstimate,
  exactly,
  listCost,
  mapCost,
  multiply,
  type Range,
  structCost,
  union,
  unlimited,
} from './cost-range.js'
import type { Call, Comprehension, Expr, ListExpr, MapExpr, Select } from './expr.js'
import { typeOf } from './expr-type.js'
import type { Type } from './type.js'

/** How large what is at a path may be; undefined when nothing is known. */
export type SizeOfPath = (path: Path) => Range | undefined

/**
 * What a checked expression may cost at least and at most, before it is ever run: upstream refuses rules by it, so that
 * its ways are followed to the digit (cel-go's checker/cost.go).
 */
export function estimateCost(root: Expr, sizeOfPath: SizeOfPath): Range {
  return new Estimator(sizeOfPath).cost(root)
}

const nothing = exactly(0)

class Estimator {
  readonly #paths = new Map<Expr, Path>()
  readonly #sizes = new Map<Expr, Range>()
  readonly #entries = new Map<Expr, EntrySize>()
  readonly #locals = new Locals()

  constructor(private readonly sizeOfPath: SizeOfPath) {}

  cost(expr: Expr): Range {
    switch (expr.kind) {
      case 'literal':
        return nothing
      case 'ident':
        this.#paths.set(expr, this.#locals.get(expr.name)?.path ?? (this.#locals.get(expr.name) ? [] : [expr.name]))
        return exactly(1)
      case 'select':
        return this.#select(expr)
      case 'call':
        return this.#call(expr)
      case 'list':
        return this.#list(expr)
      case 'map':
        return this.#map(expr)
      case 'struct':
        return expr.members.reduce((sum, { value }) => add(sum, this.cost(value)), exactly(structCost))
      case 'comprehension':
        return isBinding(expr) ? this.#binding(expr) : this.#fold(expr)
    }
  }

  #path(expr: Expr): Path | undefined {
    const local = expr.kind === 'ident' ? this.#locals.get(expr.name) : undefined
    return local ? local.path : this.#paths.get(expr)
  }

  #select(expr: Select): Range {
    const operand = this.cost(expr.operand)
    if (expr.test) return operand
    const isMember = ['map', 'struct', 'param'].includes(typeOf(expr.operand).kind)
    this.#setPath(expr, this.#path(expr.operand), expr.field)
    return isMember ? add(operand, exactly(1)) : operand
  }

  #setPath(expr: Expr, parent: Path | undefined, step: string): void {
    this.#paths.set(expr, [...(parent ?? []), step])
  }

  #list(expr: ListExpr): Range {
    let cost = exactly(listCost)
    let value: Range = { min: expr.elements.length === 0 ? 0 : unlimited, max: 0 }
    for (const element of expr.elements) {
      cost = add(cost, this.cost(element))
      value = union(value, this.#size(element))
    }
    this.#entries.set(expr, { kind: 'list', key: exactly(1), value })
    return cost
  }

  #map(expr: MapExpr): Range {
    let cost = exactly(mapCost)
    const start = { min: expr.entries.length === 0 ? 0 : unlimited, max: 0 }
    let [keys, values]: Range[] = [start, start]
    for (const { key, value } of expr.entries) {
      cost = add(cost, add(this.cost(key), this.cost(value)))
      keys = union(keys ?? start, this.#size(key))
      values = union(values ?? start, this.#size(value))
    }
    this.#entries.set(expr, { kind: 'map', key: keys ?? start, value: values ?? start })
    return cost
  }

  #binding(expr: Comprehension): Range {
    const cost = add(this.cost(expr.range), this.cost(expr.init))
    this.#locals.push(expr.accu, this.#localFor(expr.init))
    const result = this.cost(expr.result)
    const [size, entry] = [this.#knownSize(expr.result), this.#entry(expr.result)]
    this.#locals.pop(expr.accu)
    if (size) this.#sizes.set(expr, size)
    if (entry) this.#entries.set(expr, entry)
    return add(cost, result)
  }

  #localFor(expr: Expr): Local {
    return { path: this.#path(expr), size: this.#knownSize(expr), entry: this.#entry(expr) }
  }

  #fold(expr: Comprehension): Range {
    const before = add(this.cost(expr.range), this.cost(expr.init))
    this.#locals.push(expr.accu, this.#localFor(expr.init))
    this.#pushVariables(expr)
    const each = add(this.cost(expr.condition), this.cost(expr.step))
    this.#locals.pop(expr.variable)
    if (expr.variable2 !== undefined) this.#locals.pop(expr.variable2)
    const result = this.cost(expr.result)
    this.#locals.pop(expr.accu)
    const count = this.#size(expr.range)
    if (expr.init.kind === 'literal') this.#sizes.set(expr, this.#size(expr.init))
    if (expr.init.kind === 'list' || expr.init.kind === 'map') {
      this.#sizes.set(expr, count)
      const entry = this.#entry(expr.step)
      if (entry) this.#entries.set(expr, entry)
    }
    return add(add(before, result), multiply(count, each))
  }

  #pushVariables({ range, variable, variable2 }: Comprehension): void {
    const entry = this.#entry(range)
    const isList = (entry?.kind ?? typeOf(range).kind) === 'list'
    const path = (step: string) => [...(this.#path(range) ?? []), step]
    const key: Local = { path: path(isList ? '@indices' : '@keys'), size: entry?.key, entry: undefined }
    const value: Local = { path: path(isList ? '@items' : '@values'), size: entry?.value, entry: undefined }
    if (variable2 === undefined) this.#locals.push(variable, isList ? value : key)
    else {
      this.#locals.push(variable, key)
      this.#locals.push(variable2, value)
    }
  }

  #call(expr: Call): Range {
    if (expr.name === 'dyn') return this.#dyn(expr)
    const costs = expr.args.map((arg) => this.cost(arg))
    const args = expr.args.map((arg) => this.#argument(arg))
    const overloads = expr.overloads ?? []
    if (overloads.length === 0) return nothing
    const before = expr.target ? this.cost(expr.target) : nothing
    const target = expr.target && this.#argument(expr.target)
    let own: Range = { min: unlimited, max: 0 }
    let size: Range | undefined
    for (const overload of overloads) {
      const estimate = this.#estimate(expr, overload.price?.estimate?.({ ...(target ? { target } : {}), args }), costs)
      own = union(own, estimate.cost)
      if (estimate.size) size = size ? union(size, estimate.size) : estimate.size
      if (expr.name === '_[_]') size = this.#indexed(expr, overload.params[0]) ?? size
      size ??= this.#knownSize(expr)
    }
    if (size) this.#sizes.set(expr, size)
    this.#noteEntries(expr)
    return add(before, own)
  }

  /** `dyn(x)` is `x`, as far as sizes go. */
  #dyn(expr: Call): Range {
    const [arg] = expr.args
    if (!arg) return exactly(1)
    const cost = add(exactly(1), this.cost(arg))
    const [size, entry] = [this.#knownSize(arg), this.#entry(arg)]
    if (size) this.#sizes.set(expr, size)
    if (entry) this.#entries.set(expr, entry)
    return cost
  }

  #estimate(expr: Call, priced: CallEstimate | undefined, costs: readonly Range[]): CallEstimate {
    const [first = nothing, second = nothing, third = nothing] = costs
    if (expr.name === '_&&_' || expr.name === '_||_') {
      return { cost: { min: first.min, max: add(first, second).max } }
    }
    if (expr.name === '_?:_' || expr.name === '_?_:_') {
      return { cost: add(first, union(second, third)), ...(priced?.size ? { size: priced.size } : {}) }
    }
    const own = priced ?? { cost: exactly(1) }
    return { ...own, cost: costs.reduce(add, own.cost) }
  }

  /** An element has the size of those of its list or map. */
  #indexed(expr: Call, container: Type | undefined): Range | undefined {
    const [of] = expr.args
    if (!of || (container?.kind !== 'list' && container?.kind !== 'map')) return undefined
    this.#setPath(expr, this.#path(of), container.kind === 'list' ? '@items' : '@values')
    return this.#entry(of)?.value
  }

  #noteEntries(expr: Call): void {
    const [first, second, third] = expr.args
    const pair = expr.name === '_?_:_' ? [second, third] : expr.name === '_+_' ? [first, second] : []
    const [a, b] = pair.map((arg) => arg && this.#entry(arg))
    if (a && b) this.#entries.set(expr, { kind: a.kind, key: union(a.key, b.key), value: union(a.value, b.value) })
  }

  #argument(expr: Expr): ArgumentNode {
    const path = this.#path(expr)
    const visible = path?.[0]?.startsWith('@') ? undefined : path
    const type = typeOf(expr)
    return {
      type,
      ...(expr.kind === 'literal' ? { literal: expr.value } : {}),
      size: this.#size(expr),
      element: () => {
        const [element] = type.params
        if (!element) return undefined
        return { type: element, size: (visible && this.sizeOfPath([...visible, '@items'])) ?? anySize }
      },
    }
  }

  #size(expr: Expr): Range {
    return this.#knownSize(expr) ?? anySize
  }

  #knownSize(expr: Expr): Range | undefined {
    const known = this.#sizes.get(expr) ?? literalSize(expr)
    if (known) return known
    const path = this.#path(expr)
    const found = path && path.length > 0 ? this.sizeOfPath(path) : undefined
    if (found) this.#sizes.set(expr, found)
    if (found) return found
    if (isScalar(typeOf(expr))) return exactly(1)
    return expr.kind === 'ident' ? this.#locals.get(expr.name)?.size : undefined
  }

  #entry(expr: Expr): EntrySize | undefined {
    return this.#entries.get(expr) ?? (expr.kind === 'ident' ? this.#locals.get(expr.name)?.entry : undefined)
  }
}
