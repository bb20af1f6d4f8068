import { formatApiVersion, type GroupResource, type GroupVersionKind } from '../meta/gvk.js'
import { storeKey } from '../store/keys.js'
import type { ResourceDefinition, ResourceVersion } from './definition.js'

/** One resource in one of its served versions: what a request path names. */
export class Resource {
  readonly group: string
  readonly plural: string
  readonly kind: string
  readonly listKind: string
  readonly namespaced: boolean
  readonly apiVersion: string
  readonly storageApiVersion: string
  readonly storage: ResourceVersion
  readonly groupResource: GroupResource
  readonly groupVersionKind: GroupVersionKind
  /** The JSON every object of this version begins with, up to its metadata. */
  readonly head: string

  constructor(
    readonly definition: ResourceDefinition,
    readonly version: ResourceVersion,
  ) {
    const storage = definition.versions.find((v) => v.storage)
    if (!storage) throw new Error(`${definition.names.plural}.${definition.group} has no storage version`)
    this.storage = storage
    this.group = version.group ?? definition.group
    this.plural = definition.names.plural
    this.kind = definition.names.kind
    this.listKind = definition.names.listKind ?? `${this.kind}List`
    this.namespaced = definition.scope === 'Namespaced'
    this.apiVersion = formatApiVersion({ group: this.group, version: version.name })
    this.storageApiVersion = formatApiVersion({ group: definition.group, version: storage.name })
    this.groupResource = { group: this.group, resource: this.plural }
    this.groupVersionKind = { group: this.group, version: version.name, kind: this.kind }
    this.head = `{"apiVersion":${JSON.stringify(this.apiVersion)},"kind":${JSON.stringify(this.kind)},`
  }

  /** Stored objects are sent as they are: the version asked for is the one they are stored in. */
  get isStorage(): boolean {
    return this.apiVersion === this.storageApiVersion
  }

  get builtin(): boolean {
    return this.definition.rules?.builtin === true
  }

  get hasStatus(): boolean {
    return this.version.subresources?.status === true
  }

  key(namespace: string, name: string): string {
    return storeKey(this.definition.group, this.plural, this.namespaced ? namespace : '', name)
  }

  /** Prefix of a collection; namespace '' is all of them. */
  prefix(namespace: string): string {
    return storeKey(this.definition.group, this.plural, this.namespaced ? namespace : '')
  }

  /** The text of the `Warning` every request of a deprecated version gets (API-SEMANTICS R41). */
  get deprecation(): string | undefined {
    if (!this.version.deprecated) return undefined
    return this.version.deprecationWarning ?? `${this.apiVersion} ${this.kind} is deprecated`
  }
}
