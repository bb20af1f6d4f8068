import type { GroupVersions } from '../http/aggregation.js'
import { compareVersions } from '../meta/version-order.js'
import type { Priority } from '../registry/priorities.js'
import type { ApiServiceIndex } from './api-service-index.js'

/**
 * The groups that are served here, and those that APIServices are there for, by the highest priority of a group's
 * versions, then by name; versions by their own priority, then as Kubernetes orders them (API-SEMANTICS D02, D06).
 */
export function groupsInOrder(
  index: ApiServiceIndex,
  local: readonly GroupVersions[],
  localPriority: (group: string, version: string) => Priority,
): GroupVersions[] {
  const groups = new Map(local.map(({ name, versions }) => [name, new Set(versions)]))
  for (const { group, version, automanaged, remote } of index.all()) {
    // What was made for something served here goes with it, a moment later.
    if (automanaged && !remote) continue
    groups.set(group, (groups.get(group) ?? new Set()).add(version))
  }
  const priority = (group: string, version: string) =>
    index.get(group, version)?.priority ?? localPriority(group, version)
  return [...groups]
    .map(([name, versions]) => orderVersions(name, [...versions], (version) => priority(name, version)))
    .sort((a, b) => (a.priority === b.priority ? compareNames(a.name, b.name) : b.priority - a.priority))
}

function orderVersions(name: string, versions: readonly string[], priorityOf: (version: string) => Priority) {
  const known = new Map(versions.map((version) => [version, priorityOf(version)]))
  const of = (version: string) => known.get(version)?.version ?? 0
  return {
    name,
    priority: Math.max(...[...known.values()].map(({ group }) => group)),
    versions: [...versions].sort((a, b) => of(b) - of(a) || compareVersions(a, b)),
  }
}

const compareNames = (a: string, b: string) => (a < b ? -1 : 1)
