import { Failure } from './value.js'

/**
 * What the running evaluation has spent. Evaluation is synchronous, so that one runs at a time: its meter is kept here,
 * not handed through every function. Cost is counted in upstream's units, which users see; work in steps of this
 * implementation, which they don't: it bounds what upstream's units leave unpriced, such as counting the characters of
 * a string again and again, or a list that doubles.
 */
let cost = 0
let limit = 0
let work = 0

/** About half a second of a processor, whatever it is spent for. */
export const maxWork = 12_000_000
export const costExceeded = 'operation cancelled: actual cost limit exceeded'

export function startMeter(costLimit: number): void {
  cost = 0
  limit = costLimit
  work = 0
}

/** @throws Failure when more is spent than allowed */
export function charge(units: number): void {
  cost += units
  if (cost > limit) throw new Failure(costExceeded, true)
}

/** One step costs about as much as looking at one element. @throws Failure as above */
export function doWork(steps: number): void {
  work += steps
  if (work > maxWork) throw new Failure(costExceeded, true)
}

export function spentWork(): number {
  return work
}

export function spentCost(): number {
  return cost
}

/** Runs something with a meter of its own, in the middle of an evaluation; what it works counts for both. */
export function nestedMeter<T>(run: () => T): T {
  const outer = { cost, limit, work }
  try {
    return run()
  } finally {
    cost = outer.cost
    limit = outer.limit
    work += outer.work
  }
}
