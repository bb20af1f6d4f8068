import { compareVersions } from '../meta/version-order.js'
import type { GroupDefinition } from './group-definition.js'

/** Where a group version stands, as an APIService says it: the higher comes first. */
export interface Priority {
  readonly group: number
  readonly version: number
}

/** Of groups that say nothing, and of those of CustomResourceDefinitions: upstream's for these. */
const preset: Priority = { group: 1_000, version: 100 }

/** What decides the order of groups and versions in discovery, and so who has a short name (API-SEMANTICS D02, R51). */
export class Priorities {
  private readonly groups = new Map<string, { group: number; versions: Record<string, number> }>()

  /** Of a group that several modules define the highest counts, as of several APIServices. */
  add({ group, groupPriority, versionPriority = {} }: Omit<GroupDefinition, 'resources'>): void {
    const known = this.groups.get(group)
    if (groupPriority === undefined && Object.keys(versionPriority).length === 0) return
    this.groups.set(group, {
      group: Math.max(known?.group ?? 0, groupPriority ?? preset.group),
      versions: { ...known?.versions, ...versionPriority },
    })
  }

  of(group: string, version: string): Priority {
    const known = this.groups.get(group)
    return { group: known?.group ?? preset.group, version: known?.versions[version] ?? preset.version }
  }

  /** Groups with a higher priority first, then by name; the core group has the highest there is. */
  readonly compareGroups = (a: string, b: string): number => {
    const [first, second] = [this.of(a, '').group, this.of(b, '').group]
    return second - first || (a < b ? -1 : a > b ? 1 : 0)
  }

  compareVersions(group: string, a: string, b: string): number {
    return this.of(group, b).version - this.of(group, a).version || compareVersions(a, b)
  }
}
