import type { FieldError } from '../meta/field-error.js'
import type { KubeObject } from '../meta/object.js'
import type { ComputedVerbs } from '../registry/computed-verbs.js'
import type {
  PrinterColumn,
  ResourceDefinition,
  ResourceNames,
  ResourceVersion,
  Subresources,
} from '../registry/definition.js'
import type { CommitEvent, ObjectReader, ReadableKind, Strategy } from '../registry/strategy.js'
import type { Schema } from '../schema/schema.js'
import type { ObjectOf, SchemaLike } from './object-type.js'

/** One version of a resource; objects of it have the type that follows from its schema. */
export interface VersionSpec<S> {
  /** A structural schema, plain or TypeBox's: of spec, status and what else an object has beside its metadata. */
  readonly schema: S
  /** Exactly one version is the one that objects are stored in. */
  readonly storage?: boolean
  /** Default true. */
  readonly served?: boolean
  /** Clients are warned. */
  readonly deprecated?: boolean
  /** What they are told. Default: `<group>/<version> <Kind> is deprecated`. */
  readonly deprecationWarning?: string
  /** Default: the resource's group. Two groups can serve one stored kind. */
  readonly group?: string
  /** What defaults in the schema can't say; on the object itself, which is not validated yet. */
  setDefaults?(object: ObjectOf<S>): void
  /**
   * From this version to the one objects are stored in, and back; both or neither: without them versions differ in their
   * names alone. Objects may come from files and be of any shape: what can't be converted is passed on for validation.
   */
  toStorage?(object: ObjectOf<S>): object
  fromStorage?(object: KubeObject): object
  /** What `kubectl get` shows beside the name. Default: the age. */
  readonly printerColumns?: readonly PrinterColumn[]
  /** What field selectors may name beside `metadata.name` and `metadata.namespace`: paths such as `.spec.size`. */
  readonly selectableFields?: ResourceVersion['selectableFields']
  /** What is served below an object's path: `status`, `scale`, and functions of your own. */
  readonly subresources?: Subresources
}

/**
 * A resource in all its versions. Functions see objects in the version of the request, and change only what they are given
 * to change. All but `afterCommit` and `verbs` must be pure: they may be called again, and for a dry run.
 */
export interface ResourceSpec<S extends Record<string, SchemaLike>> {
  /** A domain, such as `shop.example.com`. */
  readonly group: string
  readonly names: ResourceNames
  /** Whether objects are in namespaces. */
  readonly scope: 'Namespaced' | 'Cluster'
  /** By their names: `v1`, `v1beta1`, … One of several has `storage: true`. */
  readonly versions: { readonly [K in keyof S]: VersionSpec<S[K]> }
  /** Sets what you alone decide about a new object; after admission, before it is validated. */
  prepareForCreate?(object: ObjectOf<S[keyof S]>): void
  /** The same of an object that takes the place of `old`. `subresource` is '' for the main resource. */
  prepareForUpdate?(object: ObjectOf<S[keyof S]>, old: ObjectOf<S[keyof S]>, subresource: string): void
  /** What is wrong with an object in itself, beyond its schema, new or changed; an empty list: nothing. */
  validate?(object: ObjectOf<S[keyof S]>): FieldError[]
  /** What is wrong with the change from `old`; asked after `validate`. */
  validateUpdate?(object: ObjectOf<S[keyof S]>, old: ObjectOf<S[keyof S]>, subresource: string): FieldError[]
  /**
   * What is wrong with an object beside others, which `objects` reads. Of what has been answered to anybody it sees all;
   * two writes at the same time may not see each other, unless objects are in etcd. `update`: what it takes the place of.
   */
  check?(
    object: ObjectOf<S[keyof S]>,
    objects: ObjectReader,
    update?: { readonly old: ObjectOf<S[keyof S]>; readonly subresource: string },
  ): FieldError[]
  /** What deserves a word although it is accepted; clients such as kubectl show it. `old` is undefined for a new object. */
  warnings?(object: ObjectOf<S[keyof S]>, old: ObjectOf<S[keyof S]> | undefined): string[]
  /**
   * Seconds that a deletion leaves whoever runs what the object describes to stop it; `asked` as in the request. The object
   * goes when the time is up, or as soon as it is deleted with gracePeriodSeconds 0. 0 or absent: it does not wait.
   */
  graceSeconds?(object: ObjectOf<S[keyof S]>, asked: number | undefined): number
  /** Told when a deletion begins that can't end at once: finalizers, or time to stop. */
  prepareForDelete?(object: ObjectOf<S[keyof S]>): void
  /**
   * Told of each change once it is durable, whoever made it, in order and one at a time; objects are in the storage
   * version. Each change is told once in a run, and runs that follow a clean end go on behind it; after a kill what was told
   * in the last moments is told again, with the same `revision`. What it throws is logged, and the change counts as told.
   */
  afterCommit?(event: CommitEvent<ObjectOf<S[keyof S]>>): void | Promise<void>
  /** There: no store keeps it, and only these verbs are served. Of subresources it can have the status. */
  readonly verbs?: ComputedVerbs<ObjectOf<S[keyof S]>>
}

/** A definition that knows the type of its objects. */
export type DefinedResource<T extends KubeObject> = ResourceDefinition & ReadableKind<T>

/**
 * A resource out of one object, with the types of its objects inferred from its schemas.
 * @throws Error that names the resource and the field: no or several storage versions, a conversion that goes one way only
 */
export function defineResource<const S extends Record<string, SchemaLike>>(
  spec: ResourceSpec<S>,
): DefinedResource<ObjectOf<S[keyof S]> & KubeObject> {
  const { group, names, scope, verbs } = spec
  const versions = Object.entries(spec.versions as unknown as Record<string, VersionSpec<Schema>>)
  const place = `${names.plural}.${group}: versions`
  const storage = storageOf(versions, place)
  checkConversions(versions, storage, place)
  const strategy = strategyOf(spec as unknown as Strategy)
  const convert = converter(group, Object.fromEntries(versions), storage)
  return {
    group,
    names,
    scope,
    versions: versions.map(([name, version]) => ({ ...definitionOf(version), name, storage: name === storage })),
    ...(convert ? { convert } : {}),
    ...(strategy ? { strategy } : {}),
    ...(verbs ? { verbs } : {}),
  }
}

type Versions = readonly (readonly [string, VersionSpec<Schema>])[]

function storageOf(versions: Versions, place: string): string {
  const [found, second] = versions.filter(([, { storage }]) => storage || versions.length === 1)
  if (!found || second) throw new Error(`${place}: exactly one must have storage: true`)
  return found[0]
}

/** Every version reaches every other through the one that is stored. */
function checkConversions(versions: Versions, storage: string, place: string): void {
  for (const [name, { toStorage, fromStorage }] of versions) {
    if (name === storage && (toStorage || fromStorage)) {
      throw new Error(`${place}.${name}: is what objects are stored in and needs no toStorage and fromStorage`)
    }
    if (!toStorage !== !fromStorage) {
      throw new Error(
        `${place}.${name}: has ${toStorage ? 'toStorage but no fromStorage' : 'fromStorage but no toStorage'}`,
      )
    }
  }
}

function definitionOf(version: VersionSpec<Schema>): Omit<ResourceVersion, 'name' | 'storage'> {
  const { schema, served = true, storage: _s, toStorage: _t, fromStorage: _f, ...rest } = version
  return { ...rest, served, schema: plainSchema(schema) } as Omit<ResourceVersion, 'name' | 'storage'>
}

/** TypeBox notes on its schemas what they are made of, under symbols; the rest is JSON schema. */
function plainSchema(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema)) as Schema
}

const hooks = [
  ...['prepareForCreate', 'prepareForUpdate', 'validate', 'validateUpdate', 'check', 'warnings'],
  ...['graceSeconds', 'prepareForDelete', 'afterCommit'],
] as const satisfies readonly (keyof Strategy)[]

function strategyOf(spec: Strategy): Strategy | undefined {
  const given = hooks.filter((hook) => spec[hook] !== undefined)
  if (given.length === 0) return undefined
  const own = Object.fromEntries(given.map((hook) => [hook, (spec[hook] as () => unknown).bind(spec)])) as Strategy
  const { graceSeconds } = own
  // Who asks for none says that what there was to stop has stopped.
  return graceSeconds
    ? { ...own, graceSeconds: (object, asked) => (asked === 0 ? 0 : graceSeconds(object, asked)) }
    : own
}

function converter(
  group: string,
  versions: Readonly<Record<string, VersionSpec<Schema>>>,
  storage: string,
): ResourceDefinition['convert'] {
  if (!Object.values(versions).some(({ toStorage }) => toStorage)) return undefined
  const apiVersion = (version: string) => `${versions[version]?.group ?? group}/${version}`
  return (objects, toVersion) =>
    objects.map((object) => {
      const from = versions[object.apiVersion.split('/').at(-1) ?? '']
      const stored = from?.toStorage ? { ...object, ...from.toStorage(object as never) } : object
      const inStorage = { ...stored, apiVersion: apiVersion(storage) } as KubeObject
      if (toVersion === storage) return inStorage
      const converted = versions[toVersion]?.fromStorage?.(inStorage) ?? {}
      return { ...inStorage, ...converted, apiVersion: apiVersion(toVersion) } as KubeObject
    })
}
