/** Where a group version stands in discovery; the higher number comes first. */
export interface Priority {
  readonly group: number
  readonly version: number
}

/** Upstream's, by group. */
const groupPriorities: Readonly<Record<string, number>> = {
  '': 18_000,
  apps: 17_800,
  'events.k8s.io': 17_750,
  'authentication.k8s.io': 17_700,
  'authorization.k8s.io': 17_600,
  autoscaling: 17_500,
  batch: 17_400,
  'certificates.k8s.io': 17_300,
  'networking.k8s.io': 17_200,
  policy: 17_100,
  'rbac.authorization.k8s.io': 17_000,
  'storage.k8s.io': 16_800,
  'apiextensions.k8s.io': 16_700,
  'admissionregistration.k8s.io': 16_700,
  'scheduling.k8s.io': 16_600,
  'coordination.k8s.io': 16_500,
  'node.k8s.io': 16_300,
  'discovery.k8s.io': 16_200,
  'resource.k8s.io': 16_200,
  'flowcontrol.apiserver.k8s.io': 16_100,
}

/** Where it is not 15. */
const versionPriorities: Readonly<Record<string, number>> = {
  '/v1': 1,
  'autoscaling/v2': 30,
  'flowcontrol.apiserver.k8s.io/v1': 21,
  'resource.k8s.io/v1': 21,
}

/** The group of APIServices itself: it has none, is always served here, and comes first. */
export const ownGroup = 'apiregistration.k8s.io'

/** What upstream gives groups that it serves itself: Kubernetes' own their places, all others one below them. */
export function localPriority(group: string, version: string): Priority {
  if (group === ownGroup) return { group: Number.POSITIVE_INFINITY, version: 1_000 }
  const known = groupPriorities[group]
  if (known === undefined) return { group: 1_000, version: 100 }
  return { group: known, version: versionPriorities[`${group}/${version}`] ?? 15 }
}
