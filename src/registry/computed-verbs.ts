import type { KubeObject } from '../meta/object.js'
import type { UserInfo } from '../meta/user.js'

/**
 * A resource that is answered with what is worked out for each request, such as reviews of access: a function a verb
 * that there is. Objects are in the request's version. What is thrown is answered: a StatusError as it is.
 */
export interface ComputedVerbs {
  /** `object` has been defaulted, admitted and held to the schema; it need not have a name. */
  create?(call: ComputedCall, object: KubeObject): KubeObject | Promise<KubeObject>
  /** @throws StatusError NotFound */
  get?(call: ComputedCall, name: string): KubeObject | Promise<KubeObject>
  /** All of a namespace, or with the namespace '' of all; selectors are applied to it later. */
  list?(call: ComputedCall): readonly KubeObject[] | Promise<readonly KubeObject[]>
  /**
   * Tells of changes as they come; `initial`: first of what there is, as ADDED. Selectors are applied later. Answers
   * with what ends it.
   */
  watch?(call: ComputedCall, initial: boolean, tell: (change: ComputedChange) => void): () => void
  /** Answers with the object as it was. @throws StatusError NotFound */
  delete?(call: ComputedCall, name: string): KubeObject | Promise<KubeObject>
}

export interface ComputedCall {
  /** '' for cluster-scoped resources, and for requests over all namespaces. */
  readonly namespace: string
  /** Of the object below which something is created: `serviceaccounts/<name>/token`; else ''. */
  readonly name: string
  readonly user: UserInfo
  /** Of create and delete: nothing may come of it but the answer. */
  readonly dryRun: boolean
}

export interface ComputedChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: KubeObject
}

/** The verbs, as discovery lists them. */
export function computedVerbNames(verbs: ComputedVerbs): string[] {
  return (['create', 'delete', 'get', 'list', 'watch'] as const).filter((verb) => verbs[verb])
}
