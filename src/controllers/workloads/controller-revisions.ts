import { jsonEquals } from '../../meta/json-equal.js'
import type { KubeObject } from '../../meta/object.js'
import { StatusError } from '../../meta/status.js'
import { create } from '../../registry/create.js'
import { deleteObject } from '../../registry/delete.js'
import type { Resource } from '../../registry/resource.js'
import { update } from '../../registry/update.js'
import { controllerWrite, ignoringNotFound } from '../write.js'
import { controllerReference, membersOf, numberAt, ownedBy, type Subject } from './simulation.js'
import { templateHash } from './template-hash.js'

/** What controls revisions of templates: the kinds that keep their history in ControllerRevisions. */
export const controllerRevisions = { group: 'apps', plural: 'controllerrevisions' } as const

/**
 * The name of the ControllerRevision for a StatefulSet's or DaemonSet's template; made where it is missing, the newest
 * again where it is back, and old ones beyond the history's limit go. `kubectl rollout history` and `undo` read them.
 */
export async function currentRevision(subject: Subject): Promise<string | undefined> {
  const { group, plural } = controllerRevisions
  const revisions = subject.context.backend.registry.stored(group, plural)
  if (!revisions) return undefined
  const owned = ownedBy(subject, revisions)
  const data = { spec: { template: { ...membersOf(membersOf(subject.object.spec).template), $patch: 'replace' } } }
  const highest = Math.max(0, ...owned.map(numberOf))
  const known = owned.find((revision) => jsonEquals(revision.data, data))
  // With the uid: one of another kind may have the same name and template.
  const name = known?.metadata.name ?? `${subject.name}-${templateHash([subject.object.metadata.uid, data], 0)}`
  if (!known) await make(subject, revisions, name, data, highest + 1)
  else if (numberOf(known) < highest) await renumber(subject, revisions, name, highest + 1)
  await forgetOld(
    subject,
    revisions,
    owned.filter((revision) => revision !== known),
  )
  return name
}

const numberOf = (revision: KubeObject) => numberAt(revision, 'revision')

async function make(
  subject: Subject,
  revisions: Resource,
  name: string,
  data: unknown,
  revision: number,
): Promise<void> {
  const { context, namespace, object } = subject
  const labels = membersOf(membersOf(membersOf(object.spec).selector).matchLabels) as Record<string, string>
  const made: KubeObject = {
    apiVersion: revisions.apiVersion,
    kind: revisions.kind,
    metadata: { name, labels, ownerReferences: [controllerReference(subject)] },
    data,
    revision,
  }
  try {
    await create(context.backend, context.caller, { resource: revisions, namespace }, made, controllerWrite)
  } catch (error) {
    if (!(error instanceof StatusError) || error.status.reason !== 'AlreadyExists') throw error
  }
}

async function renumber(
  { context, namespace }: Subject,
  revisions: Resource,
  name: string,
  revision: number,
): Promise<void> {
  const target = { resource: revisions, namespace, name, subresource: '' } as const
  await ignoringNotFound(
    update(context.backend, context.caller, target, controllerWrite, (current) => ({ ...current, revision })),
  )
}

async function forgetOld(
  { context, namespace, object }: Subject,
  revisions: Resource,
  old: KubeObject[],
): Promise<void> {
  const limit = numberAt(object.spec, 'revisionHistoryLimit')
  const tooMany = old.sort((a, b) => numberOf(a) - numberOf(b)).slice(0, Math.max(0, old.length - limit))
  for (const { metadata } of tooMany) {
    const { backend, caller } = context
    await ignoringNotFound(
      deleteObject(backend, caller, { resource: revisions, namespace, name: metadata.name ?? '' }, { dryRun: false }),
    )
  }
}
