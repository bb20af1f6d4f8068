import { type FieldError, fieldError } from '../../meta/field-error.js'
import type { KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age, containerCells, since } from '../cells.js'
import { podNameWarnings, podTemplateWarnings } from '../core/pods/pod-warnings.js'
import { checkNotNegative, checkOneOf } from '../field-checks.js'
import { cronError, isTimeZone } from './cron-schedule.js'
import type { JobSpec } from './job-spec.js'
import { validateJobSpec } from './validate-job.js'

interface Spec {
  readonly schedule?: string
  readonly timeZone?: string
  readonly concurrencyPolicy?: string
  readonly suspend?: boolean
  readonly startingDeadlineSeconds?: number
  readonly successfulJobsHistoryLimit?: number
  readonly failedJobsHistoryLimit?: number
  readonly jobTemplate?: { readonly spec?: JobSpec }
}

/** A job's name is that of its cron job and eleven characters more. */
const longestName = 52

const specOf = (job: KubeObject) => (job.spec ?? {}) as Spec
const statusOf = (job: KubeObject) => (job.status ?? {}) as { active?: unknown[]; lastScheduleTime?: string }
const templateOf = (job: KubeObject) => specOf(job).jobTemplate?.spec?.template

/** batch/v1 CronJob. */
export const cronJobs: BuiltinKind = {
  defaults: {
    'batch.v1.CronJobSpec': {
      fields: { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 },
    },
  },
  strategy: {
    validate: (job, update) => {
      if (update?.subresource === 'status') return []
      const { name = '' } = job.metadata
      const found = validateSpec(specOf(job), update && specOf(update.old))
      if (update || Buffer.byteLength(name) <= longestName) return found
      return [...found, fieldError.invalid('metadata.name', name, `must be no more than ${longestName} characters`)]
    },
    warnings: cronJobWarnings,
  },
  cells: {
    Schedule: (job) => specOf(job).schedule ?? '',
    Timezone: (job) => specOf(job).timeZone ?? '<none>',
    Suspend: (job) => (specOf(job).suspend === undefined ? '<unset>' : specOf(job).suspend ? 'True' : 'False'),
    Active: (job) => statusOf(job).active?.length ?? 0,
    'Last Schedule': (job, now) =>
      statusOf(job).lastScheduleTime ? since(statusOf(job).lastScheduleTime, now) : '<none>',
    Age: age,
    ...containerCells(templateOf),
    Selector: () => '<none>',
  },
}

function validateSpec(spec: Spec, old: Spec | undefined): FieldError[] {
  const { schedule, timeZone, jobTemplate: { spec: job = {} } = {} } = spec
  const found = schedule ? validateSchedule(spec, old, schedule) : [fieldError.required('spec.schedule')]
  found.push(...checkNotNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'))
  if (timeZone !== undefined && (!old || old.timeZone !== timeZone)) found.push(...validateTimeZone(timeZone))
  found.push(...checkOneOf(spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'], 'spec.concurrencyPolicy'))
  const path = 'spec.jobTemplate.spec'
  found.push(...validateJobSpec(job, path))
  if (job.selector)
    found.push(fieldError.invalid(`${path}.selector`, job.selector, '`selector` will be auto-generated'))
  if (job.manualSelector) found.push(fieldError.notSupported(`${path}.manualSelector`, true, ['nil', 'false']))
  return [
    ...found,
    ...checkNotNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
    ...checkNotNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
  ]
}

function validateSchedule({ timeZone }: Spec, old: Spec | undefined, schedule: string): FieldError[] {
  const path = 'spec.schedule'
  const wrong = cronError(schedule)
  const found = wrong === undefined ? [] : [fieldError.invalid(path, schedule, wrong)]
  if (!schedule.includes('TZ')) return found
  const had = old?.schedule?.includes('TZ') === true
  if (had && timeZone === undefined) return found
  const why = had
    ? 'cannot use both timeZone field and TZ or CRON_TZ in schedule'
    : 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'
  return [...found, fieldError.invalid(path, schedule, why)]
}

function validateTimeZone(timeZone: string): FieldError[] {
  const path = 'spec.timeZone'
  const wrong = (why: string) => fieldError.invalid(path, timeZone, why)
  if (timeZone === '') return [wrong('timeZone must be nil or non-empty string')]
  const isPart = (part: string) =>
    /^[A-Za-z.\-_0-9+]{1,14}$/.test(part) && part !== '.' && part !== '..' && !part.startsWith('-')
  const unknown = wrong(`unknown time zone ${timeZone}`)
  if (!timeZone.split('/').every(isPart)) return [unknown]
  const found: FieldError[] = []
  if (timeZone.toLowerCase() === 'local') {
    found.push(wrong('timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'))
  }
  // Go knows that one: it is the server's own.
  return timeZone === 'Local' || isTimeZone(timeZone) ? found : [...found, unknown]
}

function cronJobWarnings(job: KubeObject, old: KubeObject | undefined): string[] {
  const found = old ? [] : podNameWarnings(job)
  if (specOf(job).schedule?.includes('TZ') && (!old || specOf(old).schedule !== specOf(job).schedule)) {
    found.push(
      'spec.schedule: TZ or CRON_TZ in schedule is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details',
    )
  }
  return [...found, ...podTemplateWarnings(templateOf(job), old && templateOf(old), 'spec.jobTemplate.spec.template')]
}
