import { isJsonObject, type JsonObject, setOwn } from '../meta/object.js'
import { fieldElement } from './field-path.js'
import { type FieldSet, isMember } from './field-set.js'
import { type FieldType, formOf, type ListType, type MapType, unknownType } from './field-type.js'
import { itemElements } from './list-items.js'

/**
 * `value` without the fields of a set and all that is in them. Not changed; the result shares parts with it and is
 * `value` itself where nothing goes. A map or list that loses its last member but is not in the set itself stays, empty;
 * or null, when `emptied` says so: `fieldsOf` does not see an empty list, null it does.
 */
export function removeFields(value: unknown, fields: FieldSet, type: FieldType, emptied?: null): unknown {
  const form = formOf(type, value)
  if (form === 'map' && type.map && !type.map.atomic && isJsonObject(value)) {
    return removeMembers(value, fields, type.map, emptied)
  }
  if (form === 'list' && type.list && !type.list.atomic && Array.isArray(value)) {
    return removeItems(value, fields, type.list, emptied)
  }
  return value
}

function removeMembers(value: JsonObject, fields: FieldSet, map: MapType, emptied: null | undefined): unknown {
  let rest: JsonObject | undefined
  for (const key of Object.keys(value)) {
    const declared = map.declared(key)
    const node = fields[declared?.element ?? fieldElement(key)]
    if (node === undefined) continue
    const type = declared?.type ?? map.rest ?? unknownType
    const child = isMember(node) ? undefined : removeFields(value[key], node, type, emptied)
    if (child === value[key]) continue
    rest ??= { ...value }
    if (child === undefined) delete rest[key]
    else setOwn(rest, key, child)
  }
  if (!rest) return value
  return Object.keys(rest).length === 0 && emptied === null ? null : rest
}

function removeItems(value: readonly unknown[], fields: FieldSet, list: ListType, emptied: null | undefined): unknown {
  const elements = itemElements(list, value, () => '')
  const rest: unknown[] = []
  for (const [i, element] of elements.entries()) {
    const node = fields[element]
    if (node !== undefined && isMember(node)) continue
    rest.push(node === undefined ? value[i] : removeFields(value[i], node, list.items, emptied))
  }
  const same = rest.length === value.length && rest.every((item, i) => item === value[i])
  return same ? value : rest.length === 0 && emptied === null ? null : rest
}
