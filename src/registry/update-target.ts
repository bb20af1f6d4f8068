import type { Resource } from './resource.js'

/** What an update is about. */
export interface UpdateTarget {
  readonly resource: Resource
  readonly namespace: string
  readonly name: string
  /** '' for the main resource, `status` for the status alone, `*` for a writer that may change both (`bake`). */
  readonly subresource: string
}
