import type { JsonObject } from '../../meta/object.js'
import { timestamp } from '../../registry/backend.js'
import { type Condition, membersOf, numberAt, simulation, withConditions, writeStatus } from './simulation.js'

const reached = { reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' }
const completed: readonly Condition[] = ['SuccessCriteriaMet', 'Complete'].map((type) => ({
  type,
  status: 'True',
  ...reached,
}))

/** A job has succeeded at once, unless it is suspended; one that has ended stays as it is. */
export const jobController = simulation({
  name: 'job-controller',
  group: 'batch',
  plural: 'jobs',
  look: async (subject) => {
    const { object, context } = subject
    const spec = membersOf(object.spec)
    const now = timestamp(context.backend.now())
    if (spec.managedBy !== undefined && spec.managedBy !== 'kubernetes.io/job-controller') return
    await writeStatus(subject, (status) => {
      if (hasEnded(status)) return status
      return spec.suspend === true ? suspended(status, now) : succeeded(status, spec, now)
    })
  },
})

function hasEnded({ conditions }: JsonObject): boolean {
  return (Array.isArray(conditions) ? conditions : [])
    .map(membersOf)
    .some(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True')
}

function suspended(status: JsonObject, now: string): JsonObject {
  const condition = { type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' } as const
  const { startTime: _, ...rest } = status
  return { ...rest, conditions: withConditions(status.conditions, [condition], now, times) }
}

const times = ['lastProbeTime', 'lastTransitionTime']

function succeeded(status: JsonObject, spec: JsonObject, now: string): JsonObject {
  const completions = numberAt(spec, 'completions') || 1
  const resumed = { type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' } as const
  const was = (Array.isArray(status.conditions) ? status.conditions : []).map(membersOf)
  const changes = was.some(({ type }) => type === 'Suspended') ? [resumed, ...completed] : completed
  return {
    ...status,
    startTime: status.startTime ?? now,
    completionTime: now,
    succeeded: completions,
    ...(spec.completionMode === 'Indexed' ? { completedIndexes: completions > 1 ? `0-${completions - 1}` : '0' } : {}),
    ready: 0,
    terminating: 0,
    uncountedTerminatedPods: {},
    conditions: withConditions(status.conditions, changes, now, times),
  }
}
