import { propertyOf } from './member.js'
import type { Schema } from './schema.js'
import type { SchemaErrors } from './schema-errors.js'

/** Lists that are sets or maps: what their items must be, and which keys they have. */
export function checkListType(schema: Schema, path: string, errors: SchemaErrors): void {
  const listType: string | undefined = schema['x-kubernetes-list-type']
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const at = `${path}.x-kubernetes-list-type`
  if (listType !== undefined && schema.type !== 'array') {
    const why = 'must be array if x-kubernetes-list-type is specified'
    if (!schema.type) errors.required(`${path}.type`, why)
    else errors.invalid(`${path}.type`, schema.type, why)
  } else if (listType === 'set' && schema.items) checkSetItems(schema.items, `${path}.items`, errors)
  const known = ['atomic', 'set', 'map']
  if (listType !== undefined && !known.includes(listType)) errors.notSupported(at, listType, known)
  if (keys.length > 0 && listType !== 'map') {
    const why = 'must be map if x-kubernetes-list-map-keys is non-empty'
    if (listType === undefined) errors.required(at, why)
    else errors.invalid(at, listType, why)
  }
  if (listType === 'map') checkMapKeys(schema, keys, path, errors)
  if (listType === 'set' || listType === 'map') checkNulls(schema, keys, listType, path, errors)
}

/** Items of a set are compared as a whole, so they must be changed as a whole. */
function checkSetItems(items: Schema, path: string, errors: SchemaErrors): void {
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set'
  const itemType = items['x-kubernetes-list-type']
  if (items.type === 'array' && itemType !== undefined && itemType !== 'atomic') {
    errors.invalid(`${path}.x-kubernetes-list-type`, itemType, why)
  }
  if (items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
    errors.invalid(`${path}.x-kubernetes-map-type`, itemType, why)
  }
}

function checkMapKeys(schema: Schema, keys: readonly string[], path: string, errors: SchemaErrors): void {
  const { items } = schema
  const at = `${path}.x-kubernetes-list-map-keys`
  if (keys.length === 0) errors.required(at, 'must not be empty if x-kubernetes-list-type is map')
  if (!items) {
    errors.required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map')
    return
  }
  if (items.type !== 'object') {
    const why = "must be object if parent array's x-kubernetes-list-type is map"
    errors.invalid(`${path}.items.type`, items.type ?? '', why)
    return
  }
  for (const [i, key] of keys.entries()) {
    const type = propertyOf(items, key)?.type
    if (!propertyOf(items, key)) errors.invalid(at, keys, 'entries must all be names of item properties')
    else if (type === 'array' || type === 'object') {
      const why = "must be a scalar type if parent array's x-kubernetes-list-type is map"
      errors.invalid(`${path}.items.properties[${key}].type`, items.type, why)
    }
    if (keys.indexOf(key) < i) errors.invalid(at, keys, 'must not contain duplicate entries')
  }
}

function checkNulls(
  { items }: Schema,
  keys: readonly string[],
  listType: 'set' | 'map',
  path: string,
  errors: SchemaErrors,
): void {
  if (items?.nullable) {
    errors.forbidden(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`)
  }
  if (!items || listType === 'set') return
  for (const key of keys) {
    const property = propertyOf(items, key)
    const inKeys = 'this property is in x-kubernetes-list-map-keys, so it'
    const at = `${path}.items.properties[${key}]`
    const given = property?.default !== undefined && property.default !== null
    if (property && !given && !items.required?.includes(key)) {
      errors.required(`${at}.default`, `${inKeys} must have a default or be a required property`)
    }
    if (property?.nullable) errors.forbidden(`${at}.nullable`, `${inKeys} cannot be nullable`)
  }
}
