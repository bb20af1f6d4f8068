import type { OwnerReference } from '../../meta/object.js'
import type { Resource } from '../../registry/resource.js'
import { decodeStored } from '../../store/encode.js'
import type { Stored } from '../../store/store.js'
import type { ControllerContext } from '../controller.js'
import { deletionOf, type Node } from './node.js'

/** What a look at an owner found. */
export type Found =
  /** It is there. */
  | 'solid'
  /** It is not, or another one has its name: what it owned is garbage. */
  | 'absent'
  /** Another one has taken its place, and means to own what it owned. */
  | 'succeeded'
  /** It waits for its dependents to be deleted. */
  | 'waiting'
  /** Nobody can tell: its kind is not served, or its file is not taken. */
  | 'unknown'
  /** A cluster-scoped object can't be owned by something in a namespace. */
  | 'misplaced'

/** What an owner reference names: with the owner's kind not served, nothing. */
export function ownerResource({ backend }: ControllerContext, owner: OwnerReference): Resource | undefined {
  return backend.registry.resourceOfKind(owner.apiVersion, owner.kind)
}

/** An owner is in its dependent's namespace, or in none. */
export function ownerKey(resource: Resource, { namespace }: Node, { name }: OwnerReference): string {
  return resource.key(resource.namespaced ? namespace : '', name)
}

export function findOwner(context: ControllerContext, node: Node, owner: OwnerReference): Found {
  const resource = ownerResource(context, owner)
  if (!resource) return 'unknown'
  if (resource.namespaced && node.namespace === '') return 'misplaced'
  const key = ownerKey(resource, node, owner)
  const stored = context.backend.cache.peek(key)
  const facts = stored && factsOf(stored)
  if (facts?.uid === owner.uid) return facts.waits ? 'waiting' : 'solid'
  if (facts && facts.uid === context.successorOf(owner)) return 'succeeded'
  return context.isRefused(key) ? 'unknown' : 'absent'
}

interface OwnerFacts {
  readonly uid: string
  readonly waits: boolean
}

/** Kept: many dependents ask about one owner. */
const known = new WeakMap<Stored, OwnerFacts>()

function factsOf(stored: Stored): OwnerFacts {
  let facts = known.get(stored)
  if (!facts) {
    const { metadata } = decodeStored(stored)
    facts = { uid: metadata.uid ?? '', waits: deletionOf(metadata) === 'foreground' }
    known.set(stored, facts)
  }
  return facts
}

/** Whether an object with the owner's uid is in another namespace than the dependent's. */
export function isElsewhere(context: ControllerContext, node: Node, owner: OwnerReference): boolean {
  const resource = ownerResource(context, owner)
  if (!resource?.namespaced) return false
  const member = Buffer.from(`"uid":${JSON.stringify(owner.uid)}`)
  return context.backend.cache
    .peekAll(resource.prefix(''))
    .some(
      (stored) =>
        stored.json.includes(member) &&
        factsOf(stored).uid === owner.uid &&
        stored.key !== ownerKey(resource, node, owner),
    )
}
