import { parseApiVersion } from '../meta/gvk.js'
import type { ResourceDefinition, ResourceVersion } from './definition.js'
import type { GroupDefinition, GroupRoutes } from './group-definition.js'
import { Priorities, type Priority } from './priorities.js'
import { Resource } from './resource.js'

/** What is served: every resource by group, version and plural name, in the order discovery tells. */
export class Registry {
  private readonly groups = new Map<string, Group>()
  private readonly routes = new Map<string, GroupRoutes>()
  private readonly priorities = new Priorities()
  private readonly listeners = new Set<() => void>()

  /**
   * Says of a group what its resources don't; before they are added.
   * @throws Error when a version has a route already
   */
  describe(group: Omit<GroupDefinition, 'resources'>): void {
    this.priorities.add(group)
    for (const [version, routes] of Object.entries(group.routes ?? {})) {
      const key = `${group.group}/${version}`
      const known = this.routes.get(key) ?? {}
      const twice = Object.keys(routes).find((name) => Object.hasOwn(known, name))
      if (twice !== undefined) throw new Error(`route ${twice} of ${key} is defined twice`)
      this.routes.set(key, { ...known, ...routes })
    }
  }

  /** Where a group version stands among others, served or not. */
  priorityOf(group: string, version: string): Priority {
    return this.priorities.of(group, version)
  }

  /** What answers at `/apis/<group>/<version>/<name>` although it is no resource. */
  route(group: string, version: string, name: string): GroupRoutes[string] | undefined {
    const routes = this.routes.get(`${group}/${version}`)
    return routes && Object.hasOwn(routes, name) ? routes[name] : undefined
  }

  /** @throws Error when the group has the resource already, or the definition contradicts itself */
  add(definition: ResourceDefinition): void {
    const { plural } = definition.names
    for (const name of groupsOf(definition)) {
      if (this.groups.get(name)?.has(plural)) throw new Error(`${plural}.${definition.group} is defined twice`)
    }
    this.set(definition)
  }

  /** Serves `definition`, from now on in place of what the group has had under that plural name. */
  set(definition: ResourceDefinition): void {
    check(definition)
    for (const name of groupsOf(definition)) {
      const group = this.groups.get(name) ?? new Group(name, this.priorities)
      group.set(definition)
      this.groups.set(name, group)
    }
    this.changed()
  }

  remove(group: string, plural: string): void {
    const found = this.groups.get(group)
    if (!found?.remove(plural)) return
    if (found.versions.length === 0) this.groups.delete(group)
    this.changed()
  }

  resource(group: string, version: string, plural: string): Resource | undefined {
    return this.groups.get(group)?.resource(version, plural)
  }

  /** The resource in its storage version, served or not: what a file or a key below a group belongs to; if it is stored. */
  stored(group: string, plural: string): Resource | undefined {
    return this.groups.get(group)?.stored(plural)
  }

  /** The served resource an apiVersion and kind name: how owner references speak of objects. */
  resourceOfKind(apiVersion: string, kind: string): Resource | undefined {
    const gv = parseApiVersion(apiVersion)
    return (
      gv &&
      this.groups
        .get(gv.group)
        ?.resources(gv.version)
        .find((resource) => resource.kind === kind)
    )
  }

  /** The resource, in its storage version, of the object stored under a key. */
  resourceOfKey(key: string): Resource | undefined {
    const [group = '', plural = ''] = key.split('/', 2)
    return this.stored(group === 'core' ? '' : group, plural)
  }

  /** Every resource once, in its storage version. */
  storedResources(): Resource[] {
    return [...this.groups.values()].flatMap((group) => group.storedResources())
  }

  group(name: string): Group | undefined {
    return this.groups.get(name)
  }

  /** Groups with something served, in the order of their priorities: the order of discovery. */
  allGroups(): Group[] {
    const { compareGroups } = this.priorities
    return [...this.groups.values()].filter((g) => g.versions.length > 0).sort((a, b) => compareGroups(a.name, b.name))
  }

  /** Calls `listener` after every change of what is served; answers with what ends that. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private changed(): void {
    for (const listener of this.listeners) listener()
  }
}

/**
 * One API group; `versions` by their priorities and then in Kubernetes' order, so the first one is preferred
 * (API-SEMANTICS D06).
 */
export class Group {
  versions: string[] = []
  private readonly definitions = new Map<string, ResourceDefinition>()
  private readonly served = new Map<string, Map<string, Resource>>()
  private readonly storage = new Map<string, Resource>()
  /** Resources stay the same when others of the group change: much is kept beside them. */
  private readonly made = new WeakMap<ResourceVersion, Resource>()

  constructor(
    readonly name: string,
    private readonly priorities: Priorities,
  ) {}

  resource(version: string, plural: string): Resource | undefined {
    return this.served.get(version)?.get(plural)
  }

  /** One of Kubernetes' own: the server knows all versions there can be (API-SEMANTICS E09). */
  get builtin(): boolean {
    return [...this.definitions.values()].some(({ rules }) => rules?.builtin === true)
  }

  stored(plural: string): Resource | undefined {
    return this.storage.get(plural)
  }

  storedResources(): Resource[] {
    return [...this.storage.values()]
  }

  resources(version: string): Resource[] {
    return [...(this.served.get(version)?.values() ?? [])].sort((a, b) => (a.plural < b.plural ? -1 : 1))
  }

  has(plural: string): boolean {
    return this.definitions.has(plural)
  }

  /** What is defined in the group, served or not. */
  allDefinitions(): ResourceDefinition[] {
    return [...this.definitions.values()]
  }

  set(definition: ResourceDefinition): void {
    this.definitions.set(definition.names.plural, definition)
    this.index()
  }

  remove(plural: string): boolean {
    if (!this.definitions.delete(plural)) return false
    this.index()
    return true
  }

  private index(): void {
    this.served.clear()
    this.storage.clear()
    for (const definition of this.definitions.values()) {
      for (const version of definition.versions) {
        if ((version.group ?? definition.group) !== this.name) continue
        const resource = this.made.get(version) ?? new Resource(definition, version)
        this.made.set(version, resource)
        if (version.storage && !definition.verbs) this.storage.set(resource.plural, resource)
        if (!version.served) continue
        const byPlural = this.served.get(version.name) ?? new Map<string, Resource>()
        this.served.set(version.name, byPlural.set(resource.plural, resource))
      }
    }
    this.versions = [...this.served.keys()].sort((a, b) => this.priorities.compareVersions(this.name, a, b))
  }
}

function groupsOf({ group, versions }: ResourceDefinition): Set<string> {
  return new Set(versions.map((version) => version.group ?? group))
}

function check(definition: ResourceDefinition): void {
  const name = `${definition.names.plural}.${definition.group}`
  if (definition.versions.filter((v) => v.storage).length !== 1) {
    throw new Error(`${name}: exactly one version must be the storage version`)
  }
  if (
    new Set(definition.versions.map((v) => `${v.group ?? definition.group}/${v.name}`)).size !==
    definition.versions.length
  ) {
    throw new Error(`${name}: a version is named twice`)
  }
  const { verbs, versions } = definition
  if (!verbs) return
  if (versions.some((v) => Object.keys(v.subresources ?? {}).some((own) => own !== 'status' || !verbs.update))) {
    throw new Error(`${name}: a resource with verbs has no subresource but the status, and that only with update`)
  }
  if ((verbs.update || verbs.delete) && !verbs.get) throw new Error(`${name}: update and delete need get`)
}
