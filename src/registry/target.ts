import type { Resource } from './resource.js'

/** The objects a path like `/api/v1/namespaces/<namespace>/pods` names; the namespace is '' for all of them. */
export interface CollectionTarget {
  readonly resource: Resource
  readonly namespace: string
}

/** One object. */
export interface ObjectTarget extends CollectionTarget {
  readonly name: string
}

/** What an update is about. */
export interface UpdateTarget extends ObjectTarget {
  /** '' for the main resource, `status` for the status alone, `*` for a writer that may change both (`bake`). */
  readonly subresource: string
}
