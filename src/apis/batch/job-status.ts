import { type FieldError, fieldError } from '../../meta/field-error.js'
import type { KubeObject } from '../../meta/object.js'
import { checkNotNegative, each, repeated } from '../field-checks.js'
import { validateIndexes } from './job-indexes.js'
import type { JobSpec } from './job-spec.js'

interface Uncounted {
  readonly succeeded?: readonly string[]
  readonly failed?: readonly string[]
}

export interface JobStatus {
  readonly active?: number
  readonly succeeded?: number
  readonly failed?: number
  readonly ready?: number
  readonly terminating?: number
  readonly uncountedTerminatedPods?: Uncounted
  readonly completedIndexes?: string
  readonly failedIndexes?: string
  readonly startTime?: string
  readonly completionTime?: string
  readonly conditions?: readonly { readonly type: string; readonly status: string }[]
}

const path = 'status.conditions'

export function isTrue({ conditions = [] }: JobStatus, type: string): boolean {
  return conditions.some((condition) => condition.type === type && condition.status === 'True')
}

/** What a job's status may not say, and how it may not change: what has ended stays so. */
export function validateJobStatus(job: KubeObject, old: KubeObject): FieldError[] {
  const [status, before] = [(job.status ?? {}) as JobStatus, (old.status ?? {}) as JobStatus]
  const counts = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const
  const found = counts.flatMap((name) => checkNotNegative(status[name], `status.${name}`))
  found.push(
    ...validateUncounted(status.uncountedTerminatedPods ?? {}),
    ...validateEnd(status),
    ...validateIndexes((job.spec ?? {}) as JobSpec, status),
  )
  const { active = 0, ready } = status
  if (ready !== undefined && ready > active) {
    found.push(fieldError.invalid('status.ready', ready, 'cannot set more ready pods than active'))
  }
  for (const type of ['Failed', 'Complete', 'FailureTarget', 'SuccessCriteriaMet']) {
    if (!isTrue(before, type) || isTrue(status, type)) continue
    const terminal = type === 'SuccessCriteriaMet' ? '' : 'terminal '
    found.push(fieldError.wrong(path, `cannot disable the ${terminal}${type}=True condition`))
  }
  for (const name of ['failed', 'succeeded'] as const) {
    const count = status[name] ?? 0
    if (count >= (before[name] ?? 0)) continue
    found.push(fieldError.invalid(`status.${name}`, count, `cannot decrease the ${name} counter`))
  }
  return found
}

/** Each pod has ended once, in one way. */
function validateUncounted({ succeeded = [], failed = [] }: Uncounted): FieldError[] {
  const again = repeated([...succeeded, ...failed], (uid) => uid)
  const check = (uid: string, at: string, i: number) => {
    if (uid === '') return [fieldError.invalid(at, uid, 'must not be empty')]
    return again[i] ? [fieldError.duplicate(at, uid)] : []
  }
  const at = 'status.uncountedTerminatedPods'
  return [
    ...each(succeeded, `${at}.succeeded`, check),
    ...each(failed, `${at}.failed`, (uid, path, i) => check(uid, path, succeeded.length + i)),
  ]
}

function validateEnd(status: JobStatus): FieldError[] {
  const { startTime, completionTime, active = 0 } = status
  const [complete, failed] = [isTrue(status, 'Complete'), isTrue(status, 'Failed')]
  const found: FieldError[] = []
  const wrong = (at: string, why: string) => found.push(fieldError.wrong(at, why))
  if (complete && failed) wrong(path, 'cannot set Complete=True and Failed=true conditions')
  if (complete && completionTime === undefined) {
    found.push(fieldError.required('status.completionTime', 'completionTime is required for Complete jobs'))
  }
  if (!complete && completionTime !== undefined) {
    const why = 'cannot set completionTime when there is no Complete=True condition'
    found.push(fieldError.invalid('status.completionTime', completionTime, why))
  }
  if (failed && !isTrue(status, 'FailureTarget')) {
    wrong(path, 'cannot set Failed=True condition without the FailureTarget=true condition')
  }
  if (complete && !isTrue(status, 'SuccessCriteriaMet')) {
    wrong(path, 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition')
  }
  if ((complete || failed) && active > 0) wrong('status.active', 'active>0 is invalid for finished job')
  if ((complete || failed) && startTime === undefined) {
    found.push(fieldError.required('status.startTime', 'startTime is required for finished job'))
  }
  if (startTime && completionTime && Date.parse(completionTime) < Date.parse(startTime)) {
    found.push(
      fieldError.invalid('status.completionTime', completionTime, 'completionTime cannot be set before startTime'),
    )
  }
  return found
}
