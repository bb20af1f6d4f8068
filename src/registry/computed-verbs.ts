import type { KubeObject } from '../meta/object.js'
import type { UserInfo } from '../meta/user.js'

/**
 * A resource that no store keeps: it is worked out for each request, or kept in memory or elsewhere. One function for each
 * verb that is served; others get 405. Objects are in the storage version; who asks in another one gets them converted.
 * What is thrown is answered: a StatusError as it is.
 *
 * With `get`, writes are handled as those of stored resources: names, namespaces, defaults, admission, validation,
 * preconditions and finalizers are seen to before a function is called, and who owns which field is noted in the object. In
 * a dry run a function works out the answer and keeps nothing. Without `get` there can be no `update` and no `delete`, and
 * objects of `create` need no name, as those of reviews.
 */
export interface ComputedVerbs<T extends KubeObject = KubeObject> {
  /** With `get`: of a name that it does not find. */
  create?(call: ComputedCall, object: T): T | Promise<T>
  /** Undefined, or an error NotFound: there is none. */
  get?(call: ComputedCall, name: string): T | undefined | Promise<T | undefined>
  /** All of a namespace, or with the namespace '' of all; selectors are applied to it later. */
  list?(call: ComputedCall): readonly T[] | Promise<readonly T[]>
  /**
   * Tells of changes as they come; `initial`: first of what there is, as ADDED. Selectors are applied later. Answers
   * with what ends it.
   */
  watch?(call: ComputedCall, initial: boolean, tell: (change: ComputedChange<T>) => void): () => void
  /**
   * PUT, PATCH and server-side apply, of the object and, where there is one, of its status. `object` is to take the place
   * of `old`, which `get` has answered. Undefined, or an error Conflict: it is not as `old` any more; the request is tried
   * again on what is there now, or refused when it names a resourceVersion.
   */
  update?(call: ComputedCall, object: T, old: T): T | undefined | Promise<T | undefined>
  /** Answers with the object as it was; undefined: it is gone, or not any more as `get` has answered it. */
  delete?(call: ComputedCall, name: string): T | undefined | Promise<T | undefined>
}

/** What a verb is asked with. */
export interface ComputedCall {
  /** '' for cluster-scoped resources, and for requests over all namespaces. */
  readonly namespace: string
  /** Of the object below which something is created: `serviceaccounts/<name>/token`; else ''. */
  readonly name: string
  readonly user: UserInfo
  /** Of create, update and delete: nothing may come of it but the answer. */
  readonly dryRun: boolean
}

/** What a watch tells; DELETED has the object as it was. */
export interface ComputedChange<T extends KubeObject = KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: T
}

/** The verbs, as discovery lists them: what can be updated can be patched. */
export function computedVerbNames(verbs: ComputedVerbs): string[] {
  return (['create', 'delete', 'get', 'list', 'update', 'watch'] as const)
    .filter((verb) => verbs[verb])
    .flatMap((verb) => (verb === 'update' ? ['patch', verb] : [verb]))
}
