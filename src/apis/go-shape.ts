import type { Field, StructType, Type } from '../codec/typed/type.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import { namedType } from './facts/kind-types.js'
import { goName, internalFields, podHostFields } from './go-fields.js'

/**
 * A value as upstream's messages show it: its internal structs have no JSON names, so all of their fields are there,
 * called as in Go. `typeName` is that of the published type (`policy.v1.PodDisruptionBudgetSpec`).
 */
export function goShape(value: unknown, typeName: string): unknown {
  const type = namedType(typeName)
  return type ? structShape(isJsonObject(value) ? value : {}, type) : value
}

function structShape(value: JsonObject, type: StructType): JsonObject {
  // Types of the API's machinery have JSON names inside too.
  if (type.name.startsWith('meta.v1.')) return value
  const shown: JsonObject = {}
  for (const field of fieldsOf(type)) {
    const member = Object.hasOwn(value, field.name) ? value[field.name] : undefined
    const embedded = field.name === '' && field.type.kind === 'struct' ? structShape(value, field.type) : undefined
    if (embedded) Object.assign(shown, embedded)
    // Metadata is embedded there, and shows what it has.
    else if (field.name === 'metadata') Object.assign(shown, sortedMaps(member))
    else shown[goName(field.name)] = member === undefined && field.pointer ? null : shape(member, field.type)
  }
  if (type.name === 'core.v1.PodSpec' && isJsonObject(shown.SecurityContext)) {
    shown.SecurityContext = { ...hostShape(value), ...shown.SecurityContext }
  }
  return shown
}

function fieldsOf({ name, fields }: StructType): readonly Field[] {
  const order = internalFields[name]
  return order ? order.flatMap((one) => fields.find((field) => field.name === one) ?? []) : fields
}

function hostShape(spec: JsonObject): JsonObject {
  return Object.fromEntries(
    podHostFields.map((name) => [
      goName(name),
      spec[name] ?? (name.startsWith('host') && name !== 'hostUsers' ? false : null),
    ]),
  )
}

function sortedMaps(metadata: unknown): JsonObject {
  const members = Object.entries(isJsonObject(metadata) ? metadata : {})
  return Object.fromEntries(members.map(([name, part]) => [name, isJsonObject(part) ? sorted(part) : part]))
}

function sorted(map: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function shape(value: unknown, type: Type): unknown {
  switch (type.kind) {
    case 'struct':
      return structShape(isJsonObject(value) ? value : {}, type)
    case 'list':
      return Array.isArray(value) ? value.map((item) => shape(item, type.item)) : null
    case 'map':
      if (!isJsonObject(value)) return null
      return sorted(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shape(item, type.value)])))
    case 'string':
      return value ?? ''
    case 'bool':
      return value ?? false
    case 'int32':
    case 'int64':
    case 'float64':
      return value ?? 0
    default:
      return value ?? null
  }
}
