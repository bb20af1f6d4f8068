import { formatGroupResource, type GroupResource } from '../../meta/gvk.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../../meta/object.js'
import type { RemoteRemains } from '../controller.js'

/** What a pass over a namespace's content left behind, here and on other servers. */
export type Remains = RemoteRemains

interface Condition extends JsonObject {
  readonly type: string
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message: string
}

/** What upstream says while all is well (API-SEMANTICS V52), in its order. */
const fine = [
  ['NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'],
  ['NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
  [
    'NamespaceDeletionContentFailure',
    'ContentDeleted',
    'All content successfully deleted, may be waiting on finalization',
  ],
  ['NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'],
  ['NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
] as const

/** Sets the conditions of a terminating namespace; a transition's time is `now`. */
export function setConditions(namespace: KubeObject, remains: Remains, now: string): void {
  const status = isJsonObject(namespace.status) ? namespace.status : {}
  const old = (Array.isArray(status.conditions) ? status.conditions : []) as JsonObject[]
  const next = conditionsOf(remains)
  const ours = next.map((condition) => {
    const before = old.find(({ type }) => type === condition.type)
    const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : now
    return { ...before, ...condition, lastTransitionTime }
  })
  const others = old.filter(({ type }) => !next.some((condition) => condition.type === type))
  namespace.status = { ...status, conditions: [...others, ...ours] }
}

function conditionsOf({ resources, finalizers, failures, undiscovered }: Remains): Condition[] {
  const wrong: Readonly<Record<string, readonly [string, string] | undefined>> = {
    NamespaceDeletionDiscoveryFailure: undiscovered.length > 0 ? discoveryFailure(undiscovered) : undefined,
    NamespaceDeletionContentFailure: failures.length > 0 ? contentFailure(failures) : undefined,
    NamespaceContentRemaining: resources.size > 0 ? contentRemaining(resources) : undefined,
    NamespaceFinalizersRemaining: finalizers.size > 0 ? finalizersRemaining(finalizers) : undefined,
  }
  return fine.map(([type, reason, message]) => {
    const found = wrong[type]
    if (found) return { type, status: 'True', reason: found[0], message: found[1] }
    return { type, status: 'False', reason, message }
  })
}

function discoveryFailure(groupVersions: readonly string[]): readonly [string, string] {
  const each = groupVersions.map((one) => `${one}: stale GroupVersion discovery: ${one}`).sort()
  const all = `unable to retrieve the complete list of server APIs: ${each.join(', ')}`
  return ['DiscoveryFailed', `Discovery failed for some groups, ${groupVersions.length} failing: ${all}`]
}

function contentFailure(failures: readonly string[]): readonly [string, string] {
  const all = [...failures].sort().join(', ')
  return ['ContentDeletionFailed', `Failed to delete all resource types, ${failures.length} remaining: ${all}`]
}

function contentRemaining(resources: Remains['resources']): readonly [string, string] {
  // Upstream puts the dot behind the resource also where the group is empty.
  const name = (resource: GroupResource) => `${formatGroupResource(resource)}${resource.group === '' ? '.' : ''}`
  const texts = [...resources].map(([resource, count]) => `${name(resource)} has ${count} resource instances`)
  return ['SomeResourcesRemain', `Some resources are remaining: ${texts.sort().join(', ')}`]
}

function finalizersRemaining(finalizers: Remains['finalizers']): readonly [string, string] {
  const texts = [...finalizers].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`)
  return ['SomeFinalizersRemain', `Some content in the namespace has finalizers remaining: ${texts.sort().join(', ')}`]
}
