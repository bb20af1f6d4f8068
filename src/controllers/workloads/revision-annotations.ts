import type { KubeObject } from '../../meta/object.js'

export const revisionAnnotation = 'deployment.kubernetes.io/revision'
const historyAnnotation = 'deployment.kubernetes.io/revision-history'
const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas'
const maxAnnotation = 'deployment.kubernetes.io/max-replicas'
/** They speak of the deployment itself. */
const own = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
])
const longestHistory = 2_000

export function revisionOf({ metadata }: KubeObject): number {
  const revision = Number(metadata.annotations?.[revisionAnnotation])
  return Number.isSafeInteger(revision) ? revision : 0
}

/** A replica set's annotations: its deployment's, and which revision it is and was. `kubectl rollout` reads them. */
export function annotateForRevision(set: KubeObject, deployment: KubeObject, revision: number): void {
  const annotations = { ...set.metadata.annotations }
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!own.has(key)) annotations[key] = value
  }
  const before = annotations[revisionAnnotation]
  if (before !== undefined && Number(before) < revision) {
    const history = [...(annotations[historyAnnotation]?.split(',') ?? []), before]
    while (history.join().length > longestHistory) history.shift()
    annotations[historyAnnotation] = history.join()
  }
  annotations[revisionAnnotation] = String(revision)
  set.metadata.annotations = annotations
}
