import { type FieldError, fieldError } from '../../meta/field-error.js'
import type { KubeObject } from '../../meta/object.js'
import { checkNotNegative } from '../field-checks.js'

export interface JobStatus {
  readonly active?: number
  readonly succeeded?: number
  readonly failed?: number
  readonly ready?: number
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
  const counts = ['active', 'succeeded', 'failed', 'ready'] as const
  const found = counts.flatMap((name) => checkNotNegative(status[name], `status.${name}`))
  found.push(...validateEnd(status))
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

function validateEnd(status: JobStatus): FieldError[] {
  const { startTime, completionTime, active = 0, ready = 0 } = status
  const [complete, failed] = [isTrue(status, 'Complete'), isTrue(status, 'Failed')]
  const found: FieldError[] = []
  const wrong = (at: string, why: string) => found.push(fieldError.wrong(at, why))
  if (ready > active) wrong('status.ready', 'cannot set more ready pods than active')
  if (complete && failed) wrong(path, 'cannot set Complete=True and Failed=true conditions')
  if (complete && completionTime === undefined) {
    found.push(fieldError.required('status.completionTime', 'completionTime is required for Complete jobs'))
  }
  if (!complete && completionTime !== undefined) {
    wrong('status.completionTime', 'cannot set completionTime when there is no Complete=True condition')
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
