import type { Field, KnownType, StructType, Type } from '../../codec/typed/type.js'
import type { Schema } from '../../schema/schema.js'

/** Kept by type, so that kinds share what they share, and a type may contain itself. */
const known = new WeakMap<Type, Schema>()

/**
 * A type as a structural schema: what prunes, merges and tracks fields asks for. `required` is not in it: upstream
 * does not hold its own kinds to it either, what must be there the kinds' validation says.
 */
export function typeSchema(type: Type): Schema {
  let schema = known.get(type)
  if (!schema) {
    schema = newSchema(type)
    known.set(type, schema)
    if (type.kind === 'struct') fillStruct(schema, type)
  }
  return schema
}

/** Kinds that stand inside other kinds, as whole objects: there apiVersion and kind are fields like others. */
const nestedKinds = new Set(['core.v1.PersistentVolumeClaim'])

function fillStruct(schema: Schema, type: StructType): void {
  if (type.mapType) schema['x-kubernetes-map-type'] = type.mapType
  const { properties = {} } = schema
  if (nestedKinds.has(type.name)) properties.apiVersion = properties.kind = { type: 'string' }
  for (const [name, { field }] of type.members) properties[name] = fieldSchema(field)
}

function fieldSchema(field: Field): Schema {
  const extensions: Schema = field.default === undefined || isLeftOut(field) ? {} : { default: field.default }
  Object.assign(extensions, fieldExtensions(field))
  const schema = typeSchema(field.type)
  if (field.listMapKeys) defaultKeys(field.type, field.listMapKeys)
  // The properties of a type that contains itself are filled in later: they are shared, not copied.
  return Object.keys(extensions).length === 0 ? schema : { ...schema, ...extensions }
}

/** Whether what the field is when nothing is said is what Go leaves out of JSON: documents tell of it, objects do not. */
function isLeftOut({ default: value, pointer, omitEmpty }: Field): boolean {
  return omitEmpty && !pointer && (value === '' || value === 0 || value === false)
}

/** How a field's lists, maps and patches are merged. */
export function fieldExtensions({ listType, listMapKeys, mapType, patchMergeKey, patchStrategy }: Field): Schema {
  return {
    ...(listType ? { 'x-kubernetes-list-type': listType } : {}),
    ...(listMapKeys ? { 'x-kubernetes-list-map-keys': [...listMapKeys] } : {}),
    ...(mapType ? { 'x-kubernetes-map-type': mapType } : {}),
    ...(patchMergeKey ? { 'x-kubernetes-patch-merge-key': patchMergeKey } : {}),
    ...(patchStrategy ? { 'x-kubernetes-patch-strategy': patchStrategy as PatchStrategy } : {}),
  }
}

/** A key that is always there is never missing: an item that leaves it out has its zero value, in an apply as well. */
function defaultKeys(list: Type, keys: readonly string[]): void {
  if (list.kind !== 'list' || list.item.kind !== 'struct') return
  const { properties = {} } = typeSchema(list.item)
  for (const key of keys) {
    const field = list.item.members.get(key)?.field
    const schema = properties[key]
    if (!field || !schema || field.pointer || field.omitEmpty || schema.default !== undefined) continue
    const zero = schema.type === 'string' ? '' : schema.type === 'integer' ? 0 : undefined
    if (zero !== undefined) properties[key] = { ...schema, default: zero }
  }
}

type PatchStrategy = NonNullable<Schema['x-kubernetes-patch-strategy']>

function newSchema(type: Type): Schema {
  if (type.kind === 'struct') return { type: 'object', properties: {} }
  return type.kind === 'known' ? knownSchema(type) : plainSchema(type, typeSchema)
}

type PlainSchema<S> = Pick<Schema, 'type' | 'format'> & { readonly items?: S; readonly additionalProperties?: S }

/** The schema of a type without a name; `item` makes that of what a list or a map is made of. */
export function plainSchema<S>(type: Exclude<Type, StructType | KnownType>, item: (type: Type) => S): PlainSchema<S> {
  switch (type.kind) {
    case 'string':
      return { type: 'string' }
    case 'bytes':
      return { type: 'string', format: 'byte' }
    case 'bool':
      return { type: 'boolean' }
    case 'int32':
    case 'int64':
      return { type: 'integer', format: type.kind }
    case 'float64':
      return { type: 'number', format: 'double' }
    case 'list':
      return { type: 'array', items: item(type.item) }
    case 'map':
      return { type: 'object', additionalProperties: item(type.value) }
  }
}

function knownSchema({ name }: KnownType): Schema {
  switch (name) {
    case 'meta.v1.Time':
    case 'meta.v1.MicroTime':
      return { type: 'string', format: 'date-time' }
    case 'resource.Quantity':
    case 'intstr.IntOrString':
      return { 'x-kubernetes-int-or-string': true }
    case 'meta.v1.FieldsV1':
      return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
    case 'runtime.RawExtension':
      // Whoever writes a part of it owns the whole.
      return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, 'x-kubernetes-map-type': 'atomic' }
    default:
      return { 'x-kubernetes-preserve-unknown-fields': true }
  }
}
