/**
 * An operation on one register that can be read, created, compared-and-set and deleted. Every write has a value of its
 * own, so that a value says which write made it. Times are of one clock.
 */
export interface Operation {
  readonly kind: 'read' | 'create' | 'swap' | 'delete'
  /** What a swap or a deletion expects to be there. */
  readonly expected?: string
  /** What a create or a swap writes. */
  readonly value?: string
  readonly answer: Answer
  readonly began: number
  /** When the answer came; of an operation without one, when it had happened or never would. */
  readonly ended: number
}

/** `lost`: nobody knows whether it happened. */
export type Answer =
  | { readonly result: 'found'; readonly value: string; readonly revision: number }
  /** Revision 0: not told. */
  | { readonly result: 'done'; readonly revision: number }
  | { readonly result: 'absent' | 'refused' | 'lost' }

/** What the register may hold. The revision is 0 while it is not known. */
interface State {
  readonly value: string | undefined
  readonly revision: number
  /** No revision up to this one can be that of a later write. */
  readonly newest: number
}

/** One way things may have gone: the state, and which of the open operations have taken effect. */
interface Possibility {
  readonly state: State
  readonly effective: ReadonlySet<number>
}

const mostPossibilities = 20_000

/**
 * Looks for an order in which each operation takes effect at one moment between its beginning and its end, as if nobody
 * else were there (Wing and Gong; with the set of all possibilities carried along, as Lowe does). Answers with the
 * operation that no such order explains; undefined when there is an order for all.
 */
export function firstUnexplained(operations: readonly Operation[]): Operation | undefined {
  const moments = operations
    .flatMap(({ began, ended }, index) => [
      { at: began, index, ends: false },
      { at: ended, index, ends: true },
    ])
    .sort((a, b) => a.at - b.at || Number(a.ends) - Number(b.ends))
  const open = new Map<number, Operation>()
  let possible: Possibility[] = [{ state: { value: undefined, revision: 0, newest: 0 }, effective: new Set() }]
  for (const { index, ends } of moments) {
    const operation = operations[index] as Operation
    if (!ends) {
      open.set(index, operation)
      continue
    }
    possible = closed(reachable(possible, open, index), index, operation)
    open.delete(index)
    if (possible.length === 0) return operation
  }
  return undefined
}

/** All that may be once any of the open operations have taken effect, as far as the end of `ending` needs it. */
function reachable(
  from: readonly Possibility[],
  open: ReadonlyMap<number, Operation>,
  ending: number,
): Iterable<Possibility> {
  const known = new Map<string, Possibility>()
  const rest = [...from]
  for (let next = rest.pop(); next; next = rest.pop()) {
    const here = withReads(next, open)
    const name = nameOf(here)
    if (known.has(name)) continue
    known.set(name, here)
    if (known.size > mostPossibilities) throw new Error(`more than ${mostPossibilities} possibilities`)
    // What may come after the one that ends can wait for its own end.
    if (here.effective.has(ending)) continue
    for (const [index, operation] of open) {
      if (here.effective.has(index) || !writes(operation)) continue
      const state = after(here.state, operation)
      if (state) rest.push({ state, effective: new Set(here.effective).add(index) })
    }
  }
  return known.values()
}

const writes = ({ answer }: Operation) => answer.result === 'done' || answer.result === 'lost'

/** What changes nothing takes effect as soon as it may: waiting could not help it, and keeps possibilities few. */
function withReads({ state, effective }: Possibility, open: ReadonlyMap<number, Operation>): Possibility {
  const more = new Set(effective)
  let now = state
  for (const [index, operation] of open) {
    if (more.has(index) || writes(operation)) continue
    const read = after(now, operation)
    if (!read) continue
    now = read
    more.add(index)
  }
  return { state: now, effective: more }
}

/** What is left of `possible` now that `operation` is over. */
function closed(possible: Iterable<Possibility>, index: number, { answer }: Operation): Possibility[] {
  const left = new Map<string, Possibility>()
  for (const { state, effective } of possible) {
    if (!effective.has(index) && answer.result !== 'lost') continue
    const others = new Set(effective)
    others.delete(index)
    const possibility = { state, effective: others }
    left.set(nameOf(possibility), possibility)
  }
  return [...left.values()]
}

function nameOf({ state, effective }: Possibility): string {
  return `${state.value} ${state.revision} ${state.newest} ${[...effective].sort((a, b) => a - b).join()}`
}

/** The state behind `operation`, if it can have had this answer here. */
function after(state: State, { kind, expected, value, answer }: Operation): State | undefined {
  if (answer.result === 'found') return seen(state, answer)
  if (answer.result === 'absent') return state.value === undefined ? state : undefined
  if (answer.result === 'refused') return refuses(state, kind, expected) ? state : undefined
  const fits = kind === 'create' ? state.value === undefined : state.value === expected
  if (!fits) return undefined
  const next = kind === 'delete' ? undefined : value
  if (answer.result !== 'done' || answer.revision === 0) return { value: next, revision: 0, newest: state.newest + 1 }
  if (answer.revision <= state.newest) return undefined
  return { value: next, revision: answer.revision, newest: answer.revision }
}

function refuses({ value }: State, kind: Operation['kind'], expected: string | undefined): boolean {
  return value !== undefined && (kind === 'create' || value !== expected)
}

function seen(state: State, { value, revision }: { value: string; revision: number }): State | undefined {
  if (state.value !== value || revision < state.newest) return undefined
  if (state.revision !== 0 && state.revision !== revision) return undefined
  return { ...state, revision, newest: revision }
}
