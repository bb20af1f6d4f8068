import type { KubeObject, OwnerReference } from '../../meta/object.js'
import { deleteObject } from '../../registry/delete.js'
import type { DeleteOptions } from '../../registry/options.js'
import { update } from '../../registry/update.js'
import { decodeStored } from '../../store/encode.js'
import type { ControllerContext } from '../controller.js'
import { inParallel } from '../in-parallel.js'
import { controllerWrite, ignoringNotFound } from '../write.js'
import type { DependencyGraph } from './graph.js'
import { foregroundFinalizer, type Node, orphanFinalizer, ownsBlocking } from './node.js'
import { type Found, findOwner, ownerKey, ownerResource } from './owners.js'

/** Dependents let go at the same time. */
const lanes = 64

export interface Collection {
  readonly context: ControllerContext
  readonly graph: DependencyGraph
  look(key: string): void
  /** An owner that can't be told of now; the node is looked at again when that may have changed. */
  unknown(node: Node): void
  /** An owner that is not where the reference says. */
  missing(node: Node, owner: OwnerReference): void
}

/** Does what the owners and dependents of one object ask for (API-SEMANTICS V45). */
export async function collect(collection: Collection, key: string): Promise<void> {
  const node = collection.graph.node(key)
  if (!node || node.deletion === 'other') return
  if (node.deletion === 'orphan') await orphanDependents(collection, node)
  else if (node.deletion === 'foreground') await awaitDependents(collection, node)
  else await checkOwners(collection, node)
}

async function orphanDependents({ context, graph }: Collection, owner: Node): Promise<void> {
  await inParallel(graph.dependentsOf(owner.uid), lanes, (dependent) =>
    keepOwners(context, dependent, ({ uid }) => uid !== owner.uid),
  )
  await removeFinalizer(context, owner, orphanFinalizer)
}

async function awaitDependents({ context, graph, look }: Collection, owner: Node): Promise<void> {
  const blocking = graph.dependentsOf(owner.uid).filter((dependent) => ownsBlocking(dependent, owner.uid))
  if (blocking.length === 0) return removeFinalizer(context, owner, foregroundFinalizer)
  for (const { key, deletion } of blocking) if (deletion !== 'foreground') look(key)
}

async function checkOwners(collection: Collection, node: Node): Promise<void> {
  const { context, graph } = collection
  if (node.owners.length === 0) return
  const found = new Map<OwnerReference, Found>()
  for (const owner of node.owners) {
    const state = findOwner(context, node, owner)
    found.set(owner, state)
    const resource = ownerResource(context, owner)
    if (state === 'solid' && resource) graph.sawAlive(owner.uid, ownerKey(resource, node, owner))
    else if (state === 'absent' || state === 'misplaced') collection.missing(node, owner)
  }
  const states = [...found.values()]
  if (states.includes('misplaced')) return
  if (states.includes('unknown')) return collection.unknown(node)
  if (states.includes('succeeded')) return followSuccessors(context, node)
  if (states.includes('solid')) {
    if (states.every((state) => state === 'solid')) return
    const solid = new Set([...found].filter(([, state]) => state === 'solid').map(([owner]) => owner.uid))
    return keepOwners(context, node, ({ uid }) => solid.has(uid))
  }
  const dependents = graph.dependentsOf(node.uid)
  if (!states.includes('waiting') || dependents.length === 0) return remove(context, node)
  // Owners that wait for each other would wait for ever.
  if (dependents.some(({ deletion }) => deletion === 'foreground')) await unblock(context, node)
  return remove(context, node, 'Foreground')
}

/** Without a policy: the one whose finalizer the object has already. */
async function remove(
  { backend, caller }: ControllerContext,
  node: Node,
  policy?: DeleteOptions['propagationPolicy'],
): Promise<void> {
  const found = current(backend, node)
  if (!found) return
  const { resource, name, metadata } = found
  const { finalizers = [], resourceVersion } = metadata
  const own = finalizers.includes(orphanFinalizer)
    ? 'Orphan'
    : finalizers.includes(foregroundFinalizer)
      ? 'Foreground'
      : 'Background'
  // Owners that were added since the look keep it: only what was looked at is deleted.
  const preconditions = { uid: node.uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) }
  const options = { dryRun: false, propagationPolicy: policy ?? own, preconditions }
  await ignoringNotFound(deleteObject(backend, caller, { resource, namespace: node.namespace, name }, options))
}

async function removeFinalizer(context: ControllerContext, node: Node, finalizer: string): Promise<void> {
  await change(context, node, ({ metadata }) => {
    metadata.finalizers = (metadata.finalizers ?? []).filter((own) => own !== finalizer)
  })
}

async function keepOwners(
  context: ControllerContext,
  node: Node,
  keeps: (owner: OwnerReference) => boolean,
): Promise<void> {
  await change(context, node, ({ metadata }) => {
    const kept = (metadata.ownerReferences ?? []).filter(keeps)
    if (kept.length > 0) metadata.ownerReferences = kept
    else delete metadata.ownerReferences
  })
}

async function followSuccessors(context: ControllerContext, node: Node): Promise<void> {
  await change(context, node, ({ metadata }) => {
    for (const owner of metadata.ownerReferences ?? []) owner.uid = context.successorOf(owner) ?? owner.uid
  })
}

async function unblock(context: ControllerContext, node: Node): Promise<void> {
  await change(context, node, ({ metadata }) => {
    for (const owner of metadata.ownerReferences ?? []) owner.blockOwnerDeletion = false
  })
}

/** Another object of the same name is left as it is. */
async function change(context: ControllerContext, node: Node, edit: (object: KubeObject) => void): Promise<void> {
  const { backend, caller } = context
  const found = current(backend, node)
  if (!found) return
  const target = { ...found, namespace: node.namespace, subresource: '' } as const
  await ignoringNotFound(
    update(backend, caller, target, controllerWrite, (object) => {
      if (object.metadata.uid === node.uid) edit(object)
      return object
    }),
  )
}

/** The object as it is now, if it is still the one in the graph. */
function current({ cache, registry }: ControllerContext['backend'], { key, uid }: Node) {
  const stored = cache.peek(key)
  const resource = registry.resourceOfKey(key)
  if (!stored || !resource) return undefined
  const { metadata } = decodeStored(stored)
  return metadata.uid === uid ? { resource, metadata, name: metadata.name ?? '' } : undefined
}
