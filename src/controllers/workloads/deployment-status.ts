import type { JsonObject, KubeObject } from '../../meta/object.js'
import { timestamp } from '../../registry/backend.js'
import { update } from '../../registry/update.js'
import { controllerWrite, ignoringNotFound } from '../write.js'
import { revisionAnnotation } from './revision-annotations.js'
import { type Condition, membersOf, numberAt, type Subject, withConditions } from './simulation.js'

/** Writes what upstream's controller would, out of the states of the deployment's replica sets. */
export async function writeDeploymentStatus(
  { context, resource, namespace, name, object }: Subject,
  newest: KubeObject | undefined,
  sets: readonly KubeObject[],
): Promise<void> {
  const { backend, caller } = context
  const now = timestamp(backend.now())
  const revision = newest?.metadata.annotations?.[revisionAnnotation]
  // Upstream's controller notes the revision with the status: it is no new generation.
  const target = { resource, namespace, name, subresource: '*' } as const
  await ignoringNotFound(
    update(backend, caller, target, controllerWrite, (current) => {
      const { uid, generation } = current.metadata
      if (uid !== object.metadata.uid || generation !== object.metadata.generation) return current
      if (revision !== undefined) {
        current.metadata.annotations = { ...current.metadata.annotations, [revisionAnnotation]: revision }
      }
      return { ...current, status: statusOf(current, newest, sets, now) }
    }),
  )
}

function statusOf(
  deployment: KubeObject,
  newest: KubeObject | undefined,
  sets: readonly KubeObject[],
  now: string,
): JsonObject {
  const old = membersOf(deployment.status)
  const sum = (member: string) => sets.reduce((total, { status }) => total + numberAt(status, member), 0)
  const desired = numberAt(deployment.spec, 'replicas')
  const counts = {
    replicas: sum('replicas'),
    updatedReplicas: numberAt(newest?.status, 'replicas'),
    readyReplicas: sum('readyReplicas'),
    availableReplicas: sum('availableReplicas'),
    unavailableReplicas: Math.max(0, desired - sum('availableReplicas')),
  }
  const conditions = [available(counts.availableReplicas >= desired)]
  const complete =
    counts.updatedReplicas === desired && counts.replicas === desired && counts.availableReplicas === desired
  const progress = progressing(deployment, newest, complete)
  if (progress) conditions.push(progress)
  return {
    observedGeneration: deployment.metadata.generation,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    ...(old.collisionCount ? { collisionCount: old.collisionCount } : {}),
    conditions: withConditions(old.conditions, conditions, now, ['lastUpdateTime', 'lastTransitionTime']),
  }
}

function available(is: boolean): Condition {
  return is
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      }
}

function progressing({ spec }: KubeObject, newest: KubeObject | undefined, complete: boolean): Condition | undefined {
  const { paused, progressDeadlineSeconds } = membersOf(spec)
  if (progressDeadlineSeconds === undefined) return undefined
  const type = 'Progressing'
  if (paused === true) {
    return { type, status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' }
  }
  const set = `ReplicaSet "${newest?.metadata.name ?? ''}"`
  return complete
    ? { type, status: 'True', reason: 'NewReplicaSetAvailable', message: `${set} has successfully progressed.` }
    : { type, status: 'True', reason: 'ReplicaSetUpdated', message: `${set} is progressing.` }
}
