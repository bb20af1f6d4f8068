import type { JsonObject, KubeObject } from '../meta/object.js'
import type { UserInfo } from '../meta/user.js'
import type { NameRule } from '../meta/validate-object-meta.js'
import type { Schema } from '../schema/schema.js'
import type { ComputedVerbs } from './computed-verbs.js'
import type { Strategy } from './strategy.js'
import type { StreamedAnswer } from './streamed-answer.js'

/** One resource: the same shape for a built-in type, a TypeScript type and a CustomResourceDefinition. */
export interface ResourceDefinition {
  readonly group: string
  readonly names: ResourceNames
  readonly scope: 'Namespaced' | 'Cluster'
  /** At least one; exactly one is the storage version. */
  readonly versions: readonly ResourceVersion[]
  /**
   * Brings objects of any of the versions to `toVersion`, in order; a list, so that a webhook is asked once. Metadata
   * but labels and annotations stays. Absent: only apiVersion is rewritten.
   */
  convert?(objects: KubeObject[], toVersion: string): KubeObject[] | Promise<KubeObject[]>
  readonly strategy?: Strategy
  /** Absent: all that is stored is as the storage version's schema has it. */
  readonly settled?: Settled
  /** Where this resource differs from a custom resource. */
  readonly rules?: ResourceRules
  /** There: no store keeps it, and only these verbs are served. Of subresources it can have the status. */
  readonly verbs?: ComputedVerbs
}

/**
 * What is stored was stored under one schema after the other. Objects of a revision above `from` are as the schema of
 * today has them, and their bytes can be sent as they are; older ones are read with a look at it.
 */
export interface Settled {
  from: number
  /** `from` comes down as soon as something has been stored under today's schema; not where others store as well. */
  readonly lowered: boolean
}

/** What a resource is called in paths, in objects and by kubectl. */
export interface ResourceNames {
  readonly plural: string
  readonly singular: string
  readonly kind: string
  /** Default: kind + "List". */
  readonly listKind?: string
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
}

/** One version of a resource. */
export interface ResourceVersion {
  readonly name: string
  /** The group that serves it, where it is not the resource's own: events are one stored thing in two groups. */
  readonly group?: string
  readonly served: boolean
  readonly storage: boolean
  readonly schema: Schema
  /**
   * Reads the members of a body, metadata aside, as the kind's own types do, in place: empty ones are left out, times,
   * quantities and base64 brought to one form. Kubernetes' own kinds have it instead of validation by schema.
   * @throws Error with Go's text for a value of a wrong type
   */
  decode?(object: JsonObject): void
  /**
   * What an object of a kind of Kubernetes' own is before anything is set: nobody owns what is always there (S04).
   * Absent: nothing but apiVersion and kind.
   */
  readonly emptyObject?: JsonObject
  /** Fills in what a schema default can't say; called after schema defaulting, on the object itself. */
  setDefaults?(object: KubeObject): void
  readonly printerColumns?: readonly PrinterColumn[]
  /** Usable in field selectors: paths such as `.spec.size`, or fields that are not just a value at a path. */
  readonly selectableFields?: readonly (string | SelectableField)[]
  readonly subresources?: Subresources
  readonly deprecated?: boolean
  /** Default: `<group>/<version> <Kind> is deprecated`. */
  readonly deprecationWarning?: string
}

/** A field that field selectors may name, which is not just a value at a path. */
export interface SelectableField {
  /** As selectors name it: `involvedObject.kind`. */
  readonly name: string
  /** Its value in an object of the storage version; '' when there is none. */
  value(stored: KubeObject): string
}

/**
 * A column of `kubectl get`. `jsonPath` as in CustomResourceDefinitions, or `value` says what its cell shows. Priority
 * above 0: only with `-o wide`.
 */
export interface PrinterColumn {
  readonly name: string
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date'
  /** Such as `.spec.size`. */
  readonly jsonPath?: string
  /** The cell as it is; `now` in milliseconds. */
  value?(object: KubeObject, now: number): unknown
  /** `name`: the object's name, which otherwise is the first column of itself. */
  readonly format?: string
  readonly description?: string
  readonly priority?: number
}

/** What is served below an object's path. */
export interface Subresources {
  /** `/status` writes only status, the main resource all but status. */
  readonly status?: boolean
  /** `/finalize`, of namespaces: PUT only (API-SEMANTICS U05). */
  readonly finalize?: boolean
  /**
   * More of the object itself, with GET, PUT and PATCH: `prepareForUpdate` keeps what they may not change (`resize`).
   * Values are the verbs as discovery tells them.
   */
  readonly parts?: Readonly<Record<string, readonly ('get' | 'patch' | 'update')[]>>
  readonly scale?: ScaleSubresource
  readonly custom?: Readonly<Record<string, CustomSubresource>>
}

/**
 * `/scale`, an autoscaling/v1 Scale over the object (API-SEMANTICS U03). Paths such as `.spec.replicas`; the selector is
 * a label selector, or its text.
 */
export interface ScaleSubresource {
  readonly specReplicasPath: string
  readonly statusReplicasPath: string
  readonly labelSelectorPath?: string
}

/** A subresource of the API group's own, such as `pizzas/{name}/bake`. A text is answered as it is, a stream as it comes. */
export interface CustomSubresource {
  /** Kind named in discovery; default the resource's own. */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string }
  /**
   * Its requests are connections: admission is asked with operation CONNECT and an object of `kind` that has these
   * members. `subpath` is what follows the subresource in the path. @throws StatusError BadRequest
   */
  connects?(query: URLSearchParams, subpath: string): object
  /** POST makes an object of this kind, which is stored nowhere: what its `verbs.create` says. */
  readonly creates?: ResourceDefinition
  /** A function for each method that is served; others get 405. PATCH: of Kubernetes' own kinds only. */
  readonly methods: Partial<
    Record<
      'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      (call: SubresourceCall) => Promise<KubeObject | string | StreamedAnswer>
    >
  >
  /**
   * Talks with a client that asks for a WebSocket, until it returns or the client goes. It is a GET, authorised as `get`
   * of the subresource. What it throws closes the connection.
   */
  connect?(call: SubresourceCall, connection: SubresourceConnection): Promise<void>
}

/** Both directions of a WebSocket; texts are strings. */
export interface SubresourceConnection {
  /** Ends when the client has gone. To be read once. */
  readonly messages: AsyncIterable<string | Uint8Array>
  /** Resolves when it has been handed on; rejects when the client has gone. */
  send(message: string | Uint8Array): Promise<void>
  close(): void
}

/** One request to a subresource of an API group's own. */
export interface SubresourceCall {
  readonly namespace: string
  readonly name: string
  readonly user: UserInfo
  readonly query: URLSearchParams
  readonly dryRun: boolean
  /** The request's body, decoded; undefined when there is none. Nothing has checked it. */
  readonly body: unknown
  /** Aborts when the caller has gone, or the server shuts down. */
  readonly signal: AbortSignal
  /** The object in the request's version. @throws StatusError NotFound */
  get(): Promise<KubeObject>
  /**
   * Changes the object, status included; `change` is called again with the newer object after a conflict. The strategy
   * is told that it is `as` that changes it; default: the main resource.
   */
  update(change: (object: KubeObject) => void, as?: string): Promise<KubeObject>
  /** DELETE of the object. @throws StatusError NotFound, Conflict, Forbidden */
  remove(options: RemoveOptions): Promise<void>
  /** Objects of another resource in the same namespace, in its storage version. */
  others(group: string, plural: string): OtherObjects
}

/** DeleteOptions of meta/v1. */
export interface RemoveOptions {
  readonly dryRun: boolean
  readonly gracePeriodSeconds?: number
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan'
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

/** Objects of another resource, beside the one that a subresource is called of. */
export interface OtherObjects {
  list(): Promise<KubeObject[]>
  /** Undefined: there is none of the name. */
  get(name: string): Promise<KubeObject | undefined>
  /** As `update`, of the status; `change` may throw to refuse. */
  updateStatus(name: string, change: (object: KubeObject) => void, dryRun: boolean): Promise<void>
}

/** Where kinds of Kubernetes' own, each in its way, differ from custom resources; groups of one's own seldom need any. */
export interface ResourceRules {
  /** A body may leave out apiVersion and kind (API-SEMANTICS V12); list items leave them out too (L01). */
  readonly builtin?: boolean
  /** Of a built-in kind: whether what reads its bodies knows the named kind, be it another one (V12). */
  readonly knowsKind?: (names: { apiVersion: string; kind: string }) => boolean
  /** PUT without a resourceVersion overwrites (V06). */
  readonly unconditionalUpdate?: boolean
  /** PUT of a missing object creates it (V05). */
  readonly createOnUpdate?: boolean
  /** metadata.generation is not kept (V35). */
  readonly noGeneration?: boolean
  /** A finished deletion answers with the object, not with a Status (V47). */
  readonly returnsDeletedObject?: boolean
  readonly noDeleteCollection?: boolean
  /**
   * The first deletion only marks, with deletionTimestamp and what `prepareForDelete` says, whatever the policy: what
   * belongs to the object goes first (namespaces, CustomResourceDefinitions).
   */
  readonly deletedInStages?: boolean
  /**
   * Defined by a CustomResourceDefinition: converted and stored as upstream does it, held to the schema of the request's
   * version alone.
   */
  readonly customResource?: boolean
  /** Who deletes it without saying what becomes of its dependents leaves them be (V44), and may be told of that. */
  readonly orphansByDefault?: { readonly warning?: string }
  /** Of a built-in kind: what is wrong with the metadata of an update is told once, not twice. */
  readonly metadataCheckedOnce?: boolean
  /** Who gives it no name gets one that is a uid. */
  readonly namesItself?: boolean
  /** Of a built-in kind: its finalizers need no domain. */
  readonly anyFinalizers?: boolean
  /** What of metadata a write of status changes too, in order of name; default: nothing. Upstream's kinds differ. */
  readonly statusMetadata?: readonly ('annotations' | 'finalizers' | 'labels' | 'ownerReferences')[]
  /** Top-level fields that nobody owns, beside the status of those that have the subresource (S09). */
  readonly unowned?: readonly string[]
  /** How names are checked; default: RFC 1123 subdomain (V21). */
  readonly nameRule?: NameRule
  /** Names that can't be deleted (V54). */
  readonly undeletable?: readonly string[]
}
