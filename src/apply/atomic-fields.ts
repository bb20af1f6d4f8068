import { isJsonObject } from '../meta/object.js'
import { type FieldType, formOf, unknownType } from './field-type.js'

/** The paths of lists and objects in a value that are only ever replaced as a whole, in upstream's form. */
export function atomicFields(value: unknown, type: FieldType, path = ''): string[] {
  const form = formOf(type, value)
  const found: string[] = []
  if (form === 'map' && type.map && isJsonObject(value)) {
    if (type.map.atomic) found.push(path)
    for (const [key, member] of Object.entries(value)) {
      const field = type.map.declared(key)
      if (field) found.push(...atomicFields(member, field.type, `${path}.${key}`))
    }
  } else if (form === 'list' && type.list && Array.isArray(value)) {
    if (type.list.atomic) found.push(path)
    const { items = unknownType } = type.list
    for (const [i, item] of value.entries()) found.push(...atomicFields(item, items, `${path}[${i}]`))
  }
  return found
}
