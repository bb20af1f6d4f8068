import { isJsonObject } from '../meta/object.js'
import { type Comparison, type Operand, type PathStep, parseJsonPath } from './json-path-parser.js'

/** Finds what a path leads to in an object; nothing when the path and the object do not fit. */
export type JsonPath = (object: unknown) => unknown[]

/** Values one evaluation may look at: each `..` looks at all there are. */
const maxVisits = 100_000

/** The path asks for what this object can't answer: the result is empty as a whole, as upstream's. */
class Unfit extends Error {}

/**
 * Compiles the JSONPath of CRD printer columns, as client-go's jsonpath package reads one (without text around it and
 * loops): `.spec.a`, `['a.b']`, `[0]`, `[-1]`, `[1:3]`, `[*]`, `[0,2]`, `.*`, `..name`,
 * `.status.conditions[?(@.type=="Ready")].status`. Evaluation is bounded; what would go beyond finds nothing.
 * @throws SyntaxError
 */
export function compileJsonPath(path: string): JsonPath {
  const steps = parseJsonPath(path)
  return (object) => {
    try {
      return new Evaluation().walk([object], steps)
    } catch (error) {
      if (error instanceof Unfit) return []
      throw error
    }
  }
}

class Evaluation {
  private visits = 0

  walk(values: unknown[], steps: readonly PathStep[]): unknown[] {
    let current = values
    for (const step of steps) {
      current = this.take(current, step)
      this.visits += current.length
      if (this.visits > maxVisits) throw new Unfit()
    }
    return current
  }

  private take(values: unknown[], step: PathStep): unknown[] {
    switch (step.kind) {
      case 'field':
        return values.filter((value) => has(value, step.name)).map((value) => value[step.name])
      case 'key':
        return values.flatMap((v) => (has(v, step.name) ? [v[step.name]] : this.walk([v], step.path)))
      case 'wildcard':
        return values.flatMap(children)
      case 'recursive':
        return values.flatMap((value) => this.containers(value))
      case 'index':
        return lists(values).map((list) => itemAt(list, step.index))
      case 'slice':
        return lists(values).flatMap((list) => slice(list, step))
      case 'union':
        return step.paths.flatMap((path) => this.walk(values, path))
      case 'exists':
        return values.flatMap((value) => asList(value).filter((item) => this.walk([item], step.path).length > 0))
      case 'compare':
        return values.flatMap((value) =>
          asList(value).filter((item) => compare(this.one(item, step.left), step.operator, this.one(item, step.right))),
        )
    }
  }

  /** A value and all below it that has members or items, outermost first. */
  private containers(value: unknown, into: unknown[] = []): unknown[] {
    const below = children(value)
    this.visits += below.length
    if (this.visits > maxVisits) throw new Unfit()
    if (below.length > 0) into.push(value)
    for (const child of below) this.containers(child, into)
    return into
  }

  private one(item: unknown, operand: Operand): unknown {
    if ('literal' in operand) return operand.literal
    const found = this.walk([item], operand.path)
    if (found.length !== 1) throw new Unfit()
    return found[0]
  }
}

function has(value: unknown, name: string): value is Record<string, unknown> {
  return isJsonObject(value) && Object.hasOwn(value, name)
}

function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  return isJsonObject(value) ? Object.values(value) : []
}

function asList(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Unfit()
  return value
}

/** What is null has no items; what is something else has no right to be here. */
function lists(values: unknown[]): unknown[][] {
  return values.filter((value) => value !== null).map(asList)
}

function itemAt(list: unknown[], index: number): unknown {
  const at = index < 0 ? index + list.length : index
  if (at < 0 || at >= list.length) throw new Unfit()
  return list[at]
}

function slice(list: unknown[], { start = 0, end = list.length, step = 1 }: Slice): unknown[] {
  const from = start < 0 ? start + list.length : start
  const to = end < 0 ? end + list.length : end
  if (from === to) return []
  if (step <= 0 || from < 0 || to > list.length || from > to) throw new Unfit()
  return list.slice(from, to).filter((_, i) => i % step === 0)
}

interface Slice {
  readonly start?: number
  readonly end?: number
  readonly step?: number
}

function compare(left: unknown, operator: Comparison, right: unknown): boolean {
  if (typeof left === 'boolean' && typeof right === 'boolean') {
    if (operator === '==') return left === right
    if (operator === '!=') return left !== right
  } else if (isNumeric(left) && isNumeric(right)) return ordered(left, operator, right)
  else if (typeof left === 'string' && typeof right === 'string') return ordered(left, operator, right)
  throw new Unfit()
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

function ordered<T extends string | number | bigint>(left: T, operator: Comparison, right: T): boolean {
  switch (operator) {
    case '==':
      return left >= right && left <= right
    case '!=':
      return left < right || left > right
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
  }
}
