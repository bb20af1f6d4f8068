import type { GroupResource } from '../meta/gvk.js'
import type { Log } from '../meta/log.js'
import type { JsonObject, KubeObject, OwnerReference } from '../meta/object.js'
import type { RequestedNames } from '../meta/requested-names.js'
import type { Backend, Caller } from '../registry/backend.js'

/** What a controller works with. Everything it does goes through the verbs of the registry, as a client's requests do. */
export interface ControllerContext {
  readonly backend: Backend
  /** The server itself, as a caller of verbs. */
  readonly caller: Caller
  readonly log: Log
  /** Files were changed by hand and are not taken in yet: what seems absent may only be unread (STORE.md 23). */
  hasUnreadFiles(): boolean
  /** There is a file for the object at this key whose text is not served: it may be meant to be there. */
  isRefused(key: string): boolean
  /** The uid of the object that took the place of an owner: that of a file which had the owner's uid. */
  successorOf(owner: OwnerReference): string | undefined
  readonly quotas: QuotaUsage
  readonly remoteContent: RemoteContent
  /** What the server's certificate is checked with, PEM; empty when there is no HTTPS. */
  rootCa(): Promise<string>
  /** Undefined: the server has no authority, or not its key. */
  readonly certificates: CertificateSigner | undefined
}

/** Signs certificates with the key of the server's own authority. */
export interface CertificateSigner {
  /** @throws Error when it is no PKCS #10 request, PEM */
  namesOf(request: string): Promise<RequestedNames>
  /**
   * A certificate, PEM, for a request, PEM; the usages are as certificates.k8s.io names them.
   * @throws Error when the request is not signed by its own key
   */
  sign(signing: {
    readonly request: string
    readonly usages: readonly string[]
    readonly validity: { readonly notBefore: Date; readonly notAfter: Date }
  }): Promise<string>
}

/** What other servers, to which requests are passed on, have in namespaces. */
export interface RemoteContent {
  /** Deletes what they have in a namespace. Never rejects. */
  deleteIn(namespace: string): Promise<RemoteRemains>
  /** Calls `listener` when another server came, went, or tells something else; answers with what ends that. */
  onChange(listener: () => void): () => void
}

export interface RemoteRemains {
  /** Objects left, by resource. */
  readonly resources: ReadonlyMap<GroupResource, number>
  /** Objects that hold a finalizer, by finalizer. */
  readonly finalizers: ReadonlyMap<string, number>
  /** Why objects could not be deleted. */
  readonly failures: readonly string[]
  /** Group versions whose servers could not be asked what they have. */
  readonly undiscovered: readonly string[]
}

/** What objects take of the quotas of their namespaces. */
export interface QuotaUsage {
  /** Whether objects of a resource count for a quota that bounds amounts of these names. */
  isMeasured(names: readonly string[], group: string, plural: string): boolean
  /** The status a quota should have at `now`, and when that changes without a write; in milliseconds. */
  statusOf(quota: KubeObject, now: number): { readonly status: JsonObject; readonly changesAt: number | undefined }
  /** Calls `listener` when what was to be made in a namespace was not made; answers with what ends that. */
  onReturned(listener: (namespace: string) => void): () => void
}

/** Keeps a promise of the API that no single request can keep. */
export interface Controller {
  /**
   * Begins to watch and to work; what happens later it does by itself, again after a failure, and never throws.
   * Answers with what ends it: resolves when nothing is under way any more.
   */
  start(context: ControllerContext): Promise<() => Promise<void>>
}
