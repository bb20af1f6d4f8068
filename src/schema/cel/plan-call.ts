import { compilePattern } from '../pattern.js'
import { overloadsOf } from './environment.js'
import type { Call } from './expr.js'
import { charge } from './meter.js'
import { acceptor, type Overload } from './overload.js'
import { constant, type Node, type Planner } from './plan-node.js'
import { fail, ListValue, noSuchOverload, typeName, Uint, type Value } from './value.js'

/** Functions that turn one type into another: with a constant they are one. */
const conversions = new Set([
  'bool',
  'bytes',
  'double',
  'duration',
  'dyn',
  'int',
  'string',
  'timestamp',
  'type',
  'uint',
])
/** Functions that say no more than that they don't fit. */
const terse = new Set(['contains', 'startsWith', 'endsWith', 'matches', '@in', '!_', '-_'])

interface Candidate {
  readonly accepts: readonly ((value: Value) => boolean)[]
  readonly call: (...args: Value[]) => Value
  readonly price: ((args: readonly Value[], result: Value) => number) | undefined
}

export function planCall(planner: Planner, expr: Call): Node {
  const args = (expr.target ? [expr.target, ...expr.args] : expr.args).map((arg) => planner.plan(arg))
  const candidates = (expr.overloads ?? []).map(candidateOf)
  if (expr.name === '@in') {
    const membership = planMembership(args)
    if (membership) return membership
  }
  checkPatternOf(expr, args)
  const refuse = refusal(expr.name)
  const [only] = candidates
  const node = only && candidates.length === 1 ? single(args, only, refuse) : several(args, candidates, refuse)
  if (!conversions.has(expr.name) || args.length !== 1 || !args[0]?.constant) return node
  return constant(node.run([]))
}

function candidateOf({ params, call, price }: Overload): Candidate {
  return {
    accepts: params.map(acceptor),
    call: call as (...args: Value[]) => Value,
    price: price?.actual,
  }
}

type Refusal = (values: readonly Value[]) => never

/** Most calls have one overload and one or two arguments: these paths make no list of them. */
function single(args: readonly Node[], { accepts, call, price }: Candidate, refuse: Refusal): Node {
  const [first, second] = args as [Node, Node]
  const [acceptFirst, acceptSecond] = accepts as [(value: Value) => boolean, (value: Value) => boolean]
  if (args.length === 1) {
    return {
      run: (slots) => {
        const a = first.run(slots)
        if (!acceptFirst(a)) return refuse([a])
        const result = call(a)
        charge(price ? price([a], result) : 1)
        return result
      },
    }
  }
  if (args.length === 2) {
    return {
      run: (slots) => {
        const a = first.run(slots)
        const b = second.run(slots)
        if (!acceptFirst(a) || !acceptSecond(b)) return refuse([a, b])
        const result = call(a, b)
        charge(price ? price([a, b], result) : 1)
        return result
      },
    }
  }
  return several(args, [{ accepts, call, price }], refuse)
}

/** What the arguments are decides at run time. */
function several(args: readonly Node[], candidates: readonly Candidate[], refuse: Refusal): Node {
  return {
    run: (slots) => {
      const values = args.map((arg) => arg.run(slots))
      for (const { accepts, call, price } of candidates) {
        if (!accepts.every((accept, i) => accept(values[i] as Value))) continue
        const result = call(...values)
        charge(price ? price(values, result) : 1)
        return result
      }
      return refuse(values)
    },
  }
}

/** What is said of arguments that fit no overload depends on how upstream looks for one. */
function refusal(name: string): Refusal {
  if (terse.has(name)) return () => refused()
  if (name === 'size') return () => refused('size')
  if (!name.startsWith('_')) return (values) => refused(`${name}(${values.map(typeName).join(', ')})`)
  const firsts = (overloadsOf(name) ?? []).map(({ params }) => params[0]).filter((type) => type !== undefined)
  const known = firsts.map(acceptor)
  return (values) => (known.some((accept) => accept(values[0] ?? null)) ? refused() : refused(name))
}

function refused(name?: string): never {
  charge(1)
  return noSuchOverload(name)
}

/** `x in [1, 2]` with a constant list is a look into a set, which costs nothing. */
function planMembership([item, list]: readonly Node[]): Node | undefined {
  if (!item || !list?.constant) return undefined
  const value = list.run([])
  if (!(value instanceof ListValue)) return undefined
  const set = new Set<unknown>()
  for (let i = 0; i < value.size; i++) {
    const element = value.at(i)
    if (element instanceof Uint || ['string', 'bigint', 'boolean', 'number'].includes(typeof element))
      set.add(identity(element))
    else if (element === null) set.add(null)
    else return undefined
  }
  return { run: (slots) => set.has(identity(item.run(slots))) }
}

function identity(value: Value): unknown {
  if (value instanceof Uint) return value.value
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value
}

/** A pattern that is written in the source is compiled with it. @throws Failure when it is none */
function checkPatternOf({ name }: Call, args: readonly Node[]): void {
  if (name !== 'find' && name !== 'findAll') return
  const pattern = args[1]?.constant ? args[1].run([]) : undefined
  if (typeof pattern !== 'string') return
  const compiled = compilePattern(pattern)
  if ('problem' in compiled) fail(compiled.problem)
}
