import type { Schema } from './schema.js'

/** What an OpenAPI document tells of one resource in one version. */
export interface OpenApiResource {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly listKind: string
  readonly plural: string
  readonly singular: string
  readonly namespaced: boolean
  readonly schema: Schema
  /** As in discovery: get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verbs: readonly string[]
  readonly status: boolean
  readonly scale: boolean
  readonly custom: readonly CustomSubresourceMethods[]
  /** Takes strategic merge patches too, and its schema is named as Kubernetes' own are. */
  readonly builtin: boolean
  /** Takes server-side apply. */
  readonly applyPatch?: boolean
}

export interface CustomSubresourceMethods {
  readonly name: string
  /** GET, POST, PUT, DELETE. */
  readonly methods: readonly string[]
}
