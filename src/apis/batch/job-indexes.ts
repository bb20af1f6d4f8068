import { type FieldError, fieldError } from '../../meta/field-error.js'
import type { JobSpec } from './job-spec.js'

interface Indexes {
  readonly completedIndexes?: string
  readonly failedIndexes?: string
}

type Interval = readonly [first: number, last: number]

/** Which pods of an indexed job have ended: `1,3-5,7`, each below `completions`, in order, and none in both lists. */
export function validateIndexes(spec: JobSpec, { completedIndexes, failedIndexes }: Indexes): FieldError[] {
  const { completions = 0, completionMode, backoffLimitPerIndex } = spec
  const [completedAt, failedAt] = ['status.completedIndexes', 'status.failedIndexes']
  const found: FieldError[] = []
  const read = (text: string, at: string): Interval[] => {
    const intervals = readIntervals(text, completions)
    if (typeof intervals !== 'string') return intervals
    found.push(fieldError.invalid(at, text, `error parsing ${at.replace('status.', '')}: ${intervals}`))
    return []
  }
  const completed = completedIndexes ? read(completedIndexes, completedAt) : []
  const failed = failedIndexes && backoffLimitPerIndex !== undefined ? read(failedIndexes, failedAt) : []
  if (completedIndexes && completionMode !== 'Indexed') {
    const why = 'cannot set non-empty completedIndexes when non-indexed completion mode'
    found.push(fieldError.invalid(completedAt, completedIndexes, why))
  }
  if (failedIndexes !== undefined && backoffLimitPerIndex === undefined) {
    const why = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null'
    found.push(fieldError.invalid(failedAt, failedIndexes, why))
  }
  const both = firstInBoth(completed, failed)
  if (both === undefined) return found
  const why = `failedIndexes and completedIndexes overlap at index: ${both}`
  return [...found, fieldError.invalid(failedAt, failedIndexes, why)]
}

/** The intervals, or why they are none. */
function readIntervals(text: string, completions: number): Interval[] | string {
  const intervals: Interval[] = []
  for (const part of text.split(',')) {
    const limits = part.split('-')
    if (limits.length > 2) {
      const rule = "an index interval can have at most two parts separated by '-'"
      return `the fragment ${JSON.stringify(part)} violates the requirement that ${rule}`
    }
    for (const limit of limits) {
      if (!/^\+?\d+$/.test(limit)) return `cannot convert string to integer for index: ${JSON.stringify(limit)}`
      if (Number(limit) >= completions) return `too large index: ${JSON.stringify(limit)}`
    }
    const [first = 0, last = first] = limits.map(Number)
    const previous = intervals.at(-1)?.[1] ?? -1
    if (limits.length > 1 && first >= last) return disorder(first, last)
    if (previous >= first) return disorder(previous, first)
    intervals.push([first, last])
  }
  return intervals
}

function disorder(previous: number, current: number): string {
  return `non-increasing order, previous: ${previous}, current: ${current}`
}

function firstInBoth(a: readonly Interval[], b: readonly Interval[]): number | undefined {
  let [i, j] = [0, 0]
  for (;;) {
    const [one, other] = [a[i], b[j]]
    if (!one || !other) return undefined
    if (one[1] < other[0]) i++
    else if (other[1] < one[0]) j++
    else return Math.max(one[0], other[0])
  }
}
