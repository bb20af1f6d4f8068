import { type FieldError, fieldError } from '../../meta/field-error.js'
import { formatAge } from '../../meta/go-duration.js'
import { jsonEquals } from '../../meta/json-equal.js'
import { labelErrors } from '../../meta/names.js'
import type { JsonObject, KubeObject, ObjectMeta } from '../../meta/object.js'
import { formatSelector, selectorMatches, validateSelector } from '../../meta/selector-object.js'
import { isReadable, validateTemplateLabels } from '../apps/workload-template.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age, containerCells } from '../cells.js'
import { podNameWarnings, podTemplateWarnings } from '../core/pods/pod-warnings.js'
import { checkImmutable } from '../field-checks.js'
import type { JobSpec } from './job-spec.js'
import { isTrue, type JobStatus, validateJobStatus } from './job-status.js'
import { validateJobSpec } from './validate-job.js'

const prefix = 'batch.kubernetes.io/'
const uidLabel = `${prefix}controller-uid`
const maxInt32 = 2 ** 31 - 1

const specOf = (job: KubeObject) => (job.spec ?? {}) as JobSpec
const statusOf = (job: KubeObject) => (job.status ?? {}) as JobStatus

/** batch/v1 Job. */
export const jobs: BuiltinKind = {
  defaults: {
    'batch.v1.Job': { set: setJobDefaults },
    'batch.v1.PodFailurePolicyOnPodConditionsPattern': {
      set: (pattern) => {
        pattern.status ||= 'True'
      },
    },
  },
  strategy: {
    prepareForCreate: generateSelector,
    validate: (job, update) =>
      update?.subresource === 'status' ? validateJobStatus(job, update.old) : validateJob(job),
    // As upstream, which looks at the whole of an update twice, and names each cause as often.
    validateUpdate: (job, old, subresource) =>
      subresource === 'status' ? [] : [...validateJob(job), ...validateChange(job, old)],
    warnings: jobWarnings,
  },
  cells: {
    Status: (job) => jobState(job),
    Completions: (job) => formatCompletions(specOf(job), statusOf(job)),
    Duration: (job, now) => formatDuration(statusOf(job), now),
    Age: age,
    ...containerCells((job) => specOf(job).template),
    Selector: (job) => formatSelector(specOf(job).selector),
  },
}

function setJobDefaults(job: JsonObject): void {
  const { metadata, spec } = job as { metadata?: ObjectMeta; spec?: JsonObject }
  if (!spec) return
  setJobSpecDefaults(spec)
  const { labels } = (spec as JobSpec).template?.metadata ?? {}
  if (metadata && labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels }
}

function setJobSpecDefaults(spec: JsonObject): void {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1
  spec.parallelism ??= 1
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : maxInt32
  spec.completionMode ??= 'NonIndexed'
  spec.suspend ??= false
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'
  spec.manualSelector ??= false
}

/** Unless somebody wants to choose pods by hand, a job's are those with its uid in their labels. */
function generateSelector(job: KubeObject): void {
  const { uid = '', name = '' } = job.metadata
  const { spec } = job as { spec?: { manualSelector?: boolean; selector?: JsonObject; template?: JsonObject } }
  if (!spec || spec.manualSelector) return
  const template = spec.template ?? {}
  const metadata = (template.metadata ?? {}) as ObjectMeta
  const generated = { 'controller-uid': uid, 'job-name': name, [uidLabel]: uid, [`${prefix}job-name`]: name }
  const hadLabels = metadata.labels !== undefined
  const shared = !hadLabels || jsonEquals(job.metadata.labels ?? {}, metadata.labels)
  metadata.labels = { ...generated, ...metadata.labels }
  spec.template = { ...template, metadata }
  // Upstream's job shares the labels of its template where it has none of its own.
  if (shared && (!hadLabels ? Object.keys(job.metadata.labels ?? {}).length === 0 : true)) {
    job.metadata.labels = { ...metadata.labels }
  }
  const selector = spec.selector ?? {}
  spec.selector = { ...selector, matchLabels: { [uidLabel]: uid, ...(selector.matchLabels as JsonObject | undefined) } }
}

function validateJob(job: KubeObject): FieldError[] {
  const spec = specOf(job)
  const { selector, template = {} } = spec
  const found = [...validateGenerated(job), ...validateJobSpec(spec, 'spec')]
  found.push(...(selector ? validateSelector(selector, 'spec.selector') : [fieldError.required('spec.selector')]))
  if (isReadable(selector)) found.push(...validateTemplateLabels(selector, template))
  const { name = '' } = job.metadata
  if (spec.completionMode !== 'Indexed' || !spec.completions || spec.completions < 0) return found
  const last = `${name}-${spec.completions - 1}`
  if (labelErrors(last).length === 0) return found
  const why = `will not able to create pod with invalid DNS label: ${last}`
  return [...found, fieldError.invalid('metadata.name', name, why)]
}

/** The labels that were generated must still be there and be selected. */
function validateGenerated(job: KubeObject): FieldError[] {
  const { uid = '', name = '' } = job.metadata
  const { manualSelector, selector, template = {} } = specOf(job)
  if (manualSelector || !selector) return []
  const expected = { 'controller-uid': uid, 'job-name': name, [uidLabel]: uid, [`${prefix}job-name`]: name }
  const labels = template.metadata?.labels ?? {}
  const found = Object.entries(expected).flatMap(([key, value]) => {
    const path = `spec.template.metadata.labels[${key}]`
    if (labels[key] === value) return []
    if (labels[key] === undefined) return [fieldError.required(path, `must be '${value}'`)]
    return [fieldError.invalid(path, labels, `must be '${value}'`)]
  })
  if (!isReadable(selector) || selectorMatches(selector, expected)) return found
  return [...found, fieldError.invalid('spec.selector', selector, '`selector` not auto-generated')]
}

/** What is never changed, with the types of what messages show. */
const fixed = [
  ['selector'],
  ['template', 'core.v1.PodTemplateSpec'],
  ['completionMode'],
  ['podFailurePolicy', 'batch.v1.PodFailurePolicy'],
  ['backoffLimitPerIndex'],
  ['managedBy'],
  ['successPolicy', 'batch.v1.SuccessPolicy'],
] as const

function validateChange(job: KubeObject, old: KubeObject): FieldError[] {
  const [spec, before] = [specOf(job), specOf(old)]
  const found: FieldError[] = []
  if (spec.completionMode !== 'Indexed') {
    found.push(...checkImmutable(spec.completions, before.completions, 'spec.completions'))
  } else if (spec.completions !== before.completions && spec.completions !== spec.parallelism) {
    const why = 'can only be modified in tandem with spec.parallelism'
    found.push(fieldError.invalid('spec.completions', spec.completions, why))
  }
  const free = before.suspend === true && statusOf(old).startTime === undefined
  for (const [field, typeName] of fixed) {
    if (field === 'template' && free && jsonEquals(unscheduled(spec), unscheduled(before))) continue
    found.push(...checkImmutable(spec[field], before[field], `spec.${field}`, typeName))
  }
  return found
}

/** A template without what may be said anew as long as no pod was started: where its pods shall run. */
function unscheduled({ template = {} }: JobSpec): unknown {
  const { metadata: { labels: _l, annotations: _a, ...metadata } = {}, spec = {} } = template
  const { nodeSelector: _n, tolerations: _t, schedulingGates: _s, affinity, ...rest } = spec
  const { nodeAffinity: _, ...others } = affinity ?? {}
  const { containers = [], initContainers = [] } = spec
  const noResources = (list: typeof containers) => list.map(({ resources: _r, ...container }) => container)
  return {
    metadata,
    ...rest,
    affinity: others,
    containers: noResources(containers),
    initContainers: noResources(initContainers),
  }
}

function jobWarnings(job: KubeObject, old: KubeObject | undefined): string[] {
  const found = old ? [] : podNameWarnings(job)
  const { template, completionMode, completions = 0, parallelism = 0 } = specOf(job)
  if (completionMode === 'Indexed' && completions > 100_000 && parallelism > 10_000) {
    found.push(
      'spec: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes ' +
        'might not be able to track completedIndexes when a big number of indexes fail',
    )
  }
  return [...found, ...podTemplateWarnings(template, old && specOf(old).template, 'spec.template')]
}

function jobState(job: KubeObject): string {
  const status = statusOf(job)
  if (isTrue(status, 'Complete')) return 'Complete'
  if (isTrue(status, 'Failed')) return 'Failed'
  if (job.metadata.deletionTimestamp) return 'Terminating'
  if (isTrue(status, 'Suspended')) return 'Suspended'
  if (isTrue(status, 'FailureTarget')) return 'FailureTarget'
  return isTrue(status, 'SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running'
}

function formatCompletions({ completions, parallelism = 0 }: JobSpec, { succeeded = 0 }: JobStatus): string {
  if (completions !== undefined) return `${succeeded}/${completions}`
  return `${succeeded}/1${parallelism > 1 ? ` of ${parallelism}` : ''}`
}

function formatDuration({ startTime, completionTime }: JobStatus, now: number): string {
  if (!startTime) return ''
  return formatAge((completionTime ? Date.parse(completionTime) : now) - Date.parse(startTime))
}
