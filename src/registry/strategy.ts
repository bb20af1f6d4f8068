import type { FieldError } from '../meta/field-error.js'
import type { KubeObject } from '../meta/object.js'

/** An update of the object at `old`; `subresource` is '' for the main resource. */
export interface ObjectUpdate {
  readonly old: KubeObject
  readonly subresource: string
}

/** A change as it was made durable; objects are in the storage version. */
export interface CommitEvent<T extends KubeObject = KubeObject> {
  readonly type: 'created' | 'updated' | 'deleted'
  /** As it is now, or was last. */
  readonly object: T
  /** Of an update: as it was before. */
  readonly previous?: T
  /** Grows from event to event: one that is not above the last was told before. */
  readonly revision: number
}

/** A kind to read: a ResourceDefinition, or `{ group: '', names: { plural: 'configmaps' } }`. */
export interface ReadableKind<T extends KubeObject = KubeObject> {
  readonly group: string
  readonly names: { readonly plural: string }
  /** The type of its objects; never there. */
  readonly objectType?: T
}

/**
 * Objects of other kinds, as they are stored. `namespace`: of namespaced kinds; without one `list` reads all of them. Each
 * call makes fresh objects; a list takes time with the size of the collection.
 */
export interface ObjectReader {
  get<T extends KubeObject>(kind: ReadableKind<T>, name: string, namespace?: string): T | undefined
  list<T extends KubeObject>(kind: ReadableKind<T>, namespace?: string): T[]
}

/** What a resource does beyond its schema. All functions but the last are pure; objects are in the request's version. */
export interface Strategy {
  prepareForCreate?(object: KubeObject): void
  /** `subresource` is '' for the main resource. */
  prepareForUpdate?(object: KubeObject, old: KubeObject, subresource: string): void
  /** To be waited for before `validate` is called; undefined: nothing. */
  ready?(object: KubeObject): Promise<void> | undefined
  /** What is wrong with an object in itself; `update` where it takes the place of another. */
  validate?(object: KubeObject, update?: ObjectUpdate): FieldError[]
  validateUpdate?(object: KubeObject, old: KubeObject, subresource: string): FieldError[]
  /**
   * What is wrong with an object beside others. Of what has been answered to anybody it sees all; two writes at the same
   * time may not see each other, unless objects are in etcd.
   */
  check?(object: KubeObject, objects: ObjectReader, update?: ObjectUpdate): FieldError[]
  warnings?(object: KubeObject, old: KubeObject | undefined): string[]
  /**
   * Seconds that a deletion waits for whoever runs what the object describes; `asked` as in the request. 0 or absent:
   * it does not wait.
   */
  graceSeconds?(object: KubeObject, asked: number | undefined): number
  /** Called when a deletion begins that can't end at once: finalizers, time to stop, or `mayBeRemoved` says no. */
  prepareForDelete?(object: KubeObject): void
  /** Decides whether an object may go for good once its finalizers are gone (namespaces wait for spec.finalizers). */
  mayBeRemoved?(object: KubeObject): boolean
  /**
   * Told of each change once it is durable, whoever made it, in order and one at a time: the next waits until this one is
   * dealt with. What it throws is logged, and the change counts as told.
   */
  afterCommit?(event: CommitEvent): void | Promise<void>
}
