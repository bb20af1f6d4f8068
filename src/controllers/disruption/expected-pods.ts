import { formatGroupResource } from '../../meta/gvk.js'
import type { KubeObject } from '../../meta/object.js'
import type { Backend } from '../../registry/backend.js'
import { readObject } from '../../registry/read.js'
import { getScale } from '../../registry/scale.js'

/** What a PodDisruptionBudget counts by. */
export interface Expected {
  /** How many pods there should be. */
  readonly expectedPods: number
  /** How many of them must be healthy. */
  readonly desiredHealthy: number
  /** There are pods that nothing controls: they do not count where a part of all is asked for. */
  readonly unmanaged: boolean
}

export interface BudgetSpec {
  readonly minAvailable?: number | string
  readonly maxUnavailable?: number | string
}

/** @throws Error when what controls a pod does not say how many there should be */
export async function expectedPods(
  backend: Backend,
  { minAvailable, maxUnavailable }: BudgetSpec,
  pods: readonly KubeObject[],
): Promise<Expected> {
  const unmanaged = pods.some((pod) => controllerOf(pod) === undefined)
  if (maxUnavailable !== undefined) {
    const scale = await scaleOf(backend, pods)
    return { expectedPods: scale, desiredHealthy: Math.max(0, scale - partOf(maxUnavailable, scale)), unmanaged }
  }
  if (minAvailable === undefined) return { expectedPods: 0, desiredHealthy: 0, unmanaged: false }
  if (typeof minAvailable === 'number') {
    return { expectedPods: pods.length, desiredHealthy: minAvailable, unmanaged: false }
  }
  const scale = await scaleOf(backend, pods)
  return { expectedPods: scale, desiredHealthy: partOf(minAvailable, scale), unmanaged }
}

const controllerOf = ({ metadata }: KubeObject) => metadata.ownerReferences?.find(({ controller }) => controller)

/** A number, or so many percent of `whole`, rounded up. */
function partOf(amount: number | string, whole: number): number {
  return typeof amount === 'number' ? amount : Math.ceil((Number.parseInt(amount, 10) * whole) / 100)
}

/** How many pods their controllers are to have together; what is controlled by nothing does not count. */
async function scaleOf(backend: Backend, pods: readonly KubeObject[]): Promise<number> {
  const scales = new Map<string, number>()
  for (const pod of pods) {
    const owner = controllerOf(pod)
    if (!owner || scales.has(owner.uid)) continue
    const { metadata } = pod
    const found = await controllerScale(backend, metadata.namespace ?? '', owner)
    if (!found) throw new Error(`found no controllers for pod ${JSON.stringify(metadata.name)}`)
    // Pods of several ReplicaSets of one Deployment are counted once.
    scales.set(found.uid, found.replicas)
  }
  return [...scales.values()].reduce((sum, replicas) => sum + replicas, 0)
}

interface Reference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
}

async function controllerScale(
  backend: Backend,
  namespace: string,
  { apiVersion, kind, name, uid }: Reference,
): Promise<{ uid: string; replicas: number } | undefined> {
  const resource = backend.registry.resourceOfKind(apiVersion, kind)
  const stored = resource && backend.cache.peek(resource.key(namespace, name))
  if (!resource || !stored) return undefined
  const object = await readObject(resource, stored)
  if (object.metadata.uid !== uid) return undefined
  const { scale } = resource.version.subresources ?? {}
  if (!scale) throw new Error(`${formatGroupResource(resource.groupResource)} does not implement the scale subresource`)
  const owner = controllerOf(object)
  if (kind === 'ReplicaSet' && owner?.kind === 'Deployment') {
    const deployment = await controllerScale(backend, namespace, owner)
    if (deployment) return deployment
  }
  return { uid, replicas: getScale(object, scale).spec.replicas ?? 0 }
}
