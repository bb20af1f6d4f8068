import type { GroupVersionKind } from '../meta/gvk.js'
import type { JsonObject } from '../meta/object.js'
import type { Schema } from './schema.js'

/** What an OpenAPI document tells of one resource in one version. */
export interface OpenApiResource extends GroupVersionKind {
  readonly listKind: string
  readonly plural: string
  readonly namespaced: boolean
  /** Asked for only where the kind has no published type of its own. */
  readonly schema: Schema
  /** As in discovery: get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verbs: readonly string[]
  readonly subresources: readonly OpenApiSubresource[]
  /** One of Kubernetes' own kinds: strategic merge patches and protobuf are taken too. */
  readonly builtin: boolean
  /** Defined by a CustomResourceDefinition. */
  readonly custom?: boolean
  /** A deletion answers with the object, not with a Status. */
  readonly answersWithDeleted?: boolean
}

/** The kind is that of what is read and written through it. */
export interface OpenApiSubresource extends GroupVersionKind {
  readonly name: string
  /** As in discovery: get, create, update, patch, delete. */
  readonly verbs: readonly string[]
}

/**
 * Adds the schemas of a kind of Kubernetes' own, or of a type of meta.k8s.io/v1, and of all it refers to, by name; what
 * is there already stays. Answers with the kind's name among them; undefined for any other kind.
 */
export type PublishKind = (names: { apiVersion: string; kind: string }, schemas: JsonObject) => string | undefined
