/**
 * Types of Kubernetes' own kinds, as Go declares them: what JSON and protobuf bodies of these kinds are read by. `go`
 * is how Go prints the type, and error messages quote it.
 */
export type Type = ScalarType | KnownType | ListType | MapType | StructType

export interface ScalarType {
  readonly kind: 'string' | 'bool' | 'int32' | 'int64' | 'float64' | 'bytes'
  readonly go: string
  /** All that it may be, as OpenAPI documents tell; the kind's validation may allow less. */
  readonly enum?: readonly string[]
}

/** A type with a JSON form of its own. */
export interface KnownType {
  readonly kind: 'known'
  readonly name: KnownName
  readonly go: string
  /** What one of the JSONSchemaPropsOr… types is, or is made of. */
  schema(): StructType | undefined
}

export type KnownName =
  | 'meta.v1.Time'
  | 'meta.v1.MicroTime'
  | 'meta.v1.FieldsV1'
  | 'resource.Quantity'
  | 'intstr.IntOrString'
  | 'runtime.RawExtension'
  | 'apiextensions.v1.JSON'
  | 'apiextensions.v1.JSONSchemaPropsOrArray'
  | 'apiextensions.v1.JSONSchemaPropsOrBool'
  | 'apiextensions.v1.JSONSchemaPropsOrStringArray'

export interface ListType {
  readonly kind: 'list'
  readonly item: Type
  /** Protobuf wraps the list in a message, with the items as field 1. */
  readonly message: boolean
  readonly go: string
}

export interface MapType {
  readonly kind: 'map'
  /** Keys are always texts. */
  readonly value: Type
  readonly go: string
}

export interface StructType {
  readonly kind: 'struct'
  /** Unique: `core.v1.PodSpec`. */
  readonly name: string
  readonly go: string
  readonly mapType?: 'atomic' | 'granular'
  /** What OpenAPI documents have as x-kubernetes-unions. */
  readonly unions?: unknown
  /** In Go's order, which is that of the JSON. */
  readonly fields: readonly Field[]
  /** What JSON has in the struct, by name: its own fields and those of embedded structs. */
  readonly members: ReadonlyMap<string, Member>
  readonly byNumber: ReadonlyMap<number, Field>
}

export interface Field {
  /** '' for an embedded struct. */
  readonly name: string
  readonly number: number
  readonly type: Type
  /** Tells nothing from an empty value. */
  readonly pointer: boolean
  /** JSON leaves it out when it is empty. */
  readonly omitEmpty: boolean
  readonly required: boolean
  readonly listType?: 'atomic' | 'set' | 'map'
  readonly listMapKeys?: readonly string[]
  readonly mapType?: 'atomic' | 'granular'
  readonly patchStrategy?: string
  readonly patchMergeKey?: string
  readonly default?: unknown
}

export interface Member {
  readonly field: Field
  /** The path of Go's error messages: `VolumeSource.configMap` for a field of an embedded struct. */
  readonly goPath: string
}
