import { jsonEquals } from '../../meta/json-equal.js'
import type { KubeObject } from '../../meta/object.js'
import { StatusError } from '../../meta/status.js'
import { create } from '../../registry/create.js'
import { deleteObject } from '../../registry/delete.js'
import type { Resource } from '../../registry/resource.js'
import { update } from '../../registry/update.js'
import { controllerWrite, ignoringNotFound } from '../write.js'
import { writeDeploymentStatus } from './deployment-status.js'
import { annotateForRevision, revisionOf } from './revision-annotations.js'
import { controllerReference, membersOf, numberAt, ownedBy, type Subject, simulation } from './simulation.js'
import { templateHash } from './template-hash.js'

const hashLabel = 'pod-template-hash'

/** Replica sets, revisions and status as upstream's controller makes them; a new set takes over once it is available. */
export const deploymentController = simulation({
  name: 'deployment-controller',
  group: 'apps',
  plural: 'deployments',
  owned: { group: 'apps', plural: 'replicasets' },
  look: async (subject) => {
    const sets = subject.context.backend.registry.stored('apps', 'replicasets')
    if (!sets) return
    const owned = ownedBy(subject, sets)
    const template = membersOf(subject.object.spec).template
    const current = owned.find((set) => jsonEquals(templateOf(set), template))
    const paused = membersOf(subject.object.spec).paused === true
    const newest = current ?? (paused ? undefined : await makeSet(subject, sets, owned))
    if (newest && current) await annotate(subject, sets, newest, owned)
    await scale(subject, sets, newest, owned)
    if (!paused) await forgetOldSets(subject, sets, newest, owned)
    await writeDeploymentStatus(
      subject,
      newest,
      owned.includes(newest as KubeObject) || !newest ? owned : [...owned, newest],
    )
  },
})

/** The template of a replica set as its deployment has it. */
function templateOf({ spec }: KubeObject): unknown {
  const template = membersOf(membersOf(spec).template)
  const metadata = membersOf(template.metadata)
  const { [hashLabel]: _, ...labels } = membersOf(metadata.labels)
  return { ...template, metadata: { ...metadata, labels } }
}

async function makeSet(
  subject: Subject,
  sets: Resource,
  owned: readonly KubeObject[],
): Promise<KubeObject | undefined> {
  const { context, namespace, object } = subject
  const spec = membersOf(object.spec)
  const template = membersOf(spec.template)
  const collisions = numberAt(object.status, 'collisionCount')
  const hash = templateHash(template, collisions)
  const metadata = membersOf(template.metadata)
  const labels = { ...membersOf(metadata.labels), [hashLabel]: hash } as Record<string, string>
  const selector = membersOf(spec.selector)
  const replicas = numberAt(spec, 'replicas')
  const set: KubeObject = {
    apiVersion: sets.apiVersion,
    kind: sets.kind,
    metadata: { name: `${subject.name}-${hash}`, namespace, labels, ownerReferences: [controllerReference(subject)] },
    spec: {
      replicas,
      ...(spec.minReadySeconds ? { minReadySeconds: spec.minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...membersOf(selector.matchLabels), [hashLabel]: hash } },
      template: { ...template, metadata: { ...metadata, labels } },
    },
  }
  annotateForRevision(set, object, highestRevision(owned) + 1)
  try {
    await create(context.backend, context.caller, { resource: sets, namespace }, set, controllerWrite)
    return set
  } catch (error) {
    if (!(error instanceof StatusError) || error.status.reason !== 'AlreadyExists') throw error
    await countCollision(subject)
    return undefined
  }
}

/** Another deployment's set has the name: the next look gives another one. */
async function countCollision({ context, resource, namespace, name }: Subject): Promise<void> {
  const target = { resource, namespace, name, subresource: 'status' } as const
  await ignoringNotFound(
    update(context.backend, context.caller, target, controllerWrite, (deployment) => {
      const status = membersOf(deployment.status)
      return { ...deployment, status: { ...status, collisionCount: numberAt(status, 'collisionCount') + 1 } }
    }),
  )
}

/** A template that is back becomes the newest revision again. */
async function annotate(
  subject: Subject,
  sets: Resource,
  newest: KubeObject,
  owned: readonly KubeObject[],
): Promise<void> {
  const others = owned.filter((set) => set !== newest)
  const revision = Math.max(highestRevision(others) + 1, revisionOf(newest))
  annotateForRevision(newest, subject.object, revision)
  await changeSet(subject, sets, newest, (set) => {
    annotateForRevision(set, subject.object, revision)
  })
}

/** The newest set gets all replicas at once; the others keep theirs until it has them. */
async function scale(
  subject: Subject,
  sets: Resource,
  newest: KubeObject | undefined,
  owned: readonly KubeObject[],
): Promise<void> {
  const replicas = numberAt(subject.object.spec, 'replicas')
  const paused = membersOf(subject.object.spec).paused === true
  const isActive = (set: KubeObject) => numberAt(set.spec, 'replicas') > 0
  const leading = paused ? (owned.find(isActive) ?? newest) : newest
  if (leading && owned.includes(leading)) await setReplicas(subject, sets, leading, replicas)
  if (paused || !newest || numberAt(newest.status, 'availableReplicas') < replicas) return
  for (const set of owned) if (set !== newest && isActive(set)) await setReplicas(subject, sets, set, 0)
}

async function setReplicas(subject: Subject, sets: Resource, set: KubeObject, replicas: number): Promise<void> {
  if (numberAt(set.spec, 'replicas') === replicas) return
  await changeSet(subject, sets, set, (current) => {
    current.spec = { ...membersOf(current.spec), replicas }
  })
}

async function forgetOldSets(
  subject: Subject,
  sets: Resource,
  newest: KubeObject | undefined,
  owned: readonly KubeObject[],
): Promise<void> {
  const { backend, caller } = subject.context
  const idle = owned.filter(
    (set) => set !== newest && numberAt(set.spec, 'replicas') === 0 && numberAt(set.status, 'replicas') === 0,
  )
  const limit = numberAt(subject.object.spec, 'revisionHistoryLimit')
  const old = idle.sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, Math.max(0, idle.length - limit))
  for (const { metadata } of old) {
    const options = { dryRun: false, ...(metadata.uid ? { preconditions: { uid: metadata.uid } } : {}) }
    await ignoringNotFound(
      deleteObject(
        backend,
        caller,
        { resource: sets, namespace: subject.namespace, name: metadata.name ?? '' },
        options,
      ),
    )
  }
}

async function changeSet(
  { context, namespace }: Subject,
  sets: Resource,
  { metadata }: KubeObject,
  edit: (set: KubeObject) => void,
): Promise<void> {
  const target = { resource: sets, namespace, name: metadata.name ?? '', subresource: '' } as const
  await ignoringNotFound(
    update(context.backend, context.caller, target, controllerWrite, (set) => {
      edit(set)
      return set
    }),
  )
}

const highestRevision = (sets: readonly KubeObject[]) => Math.max(0, ...sets.map(revisionOf))
