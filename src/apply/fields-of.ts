import { isJsonObject } from '../meta/object.js'
import { fieldElement, formatPath, type PathElement } from './field-path.js'
import { type FieldSet, type FieldSetBuilder, insertField, sorted } from './field-set.js'
import { type FieldType, formOf, type ListType, type MapType, unknownType } from './field-type.js'
import { itemElements } from './list-items.js'

/**
 * The fields a value mentions: leaves, list items and map entries, but not the objects on the way unless they are empty
 * (API-SEMANTICS S04: what an applier owns). @throws FieldTypeError when items of a list with keys have none
 */
export function fieldsOf(value: unknown, type: FieldType): FieldSet {
  const walk = new FieldsWalk()
  walk.visit(value, type)
  return sorted(walk.fields)
}

class FieldsWalk {
  readonly fields: FieldSetBuilder = {}
  private readonly path: PathElement[] = []

  visit(value: unknown, type: FieldType): void {
    const form = formOf(type, value)
    if (form === 'map' && type.map && !type.map.atomic) this.visitMap(value, type.map)
    else if (form === 'list' && type.list && !type.list.atomic) this.visitList(value, type.list)
    else insertField(this.fields, this.path)
  }

  private visitMap(value: unknown, map: MapType): void {
    if (!isJsonObject(value)) return
    for (const key of Object.keys(value)) {
      const child = value[key]
      if (child === undefined) continue
      const field = map.declared(key)
      this.path.push(field?.element ?? fieldElement(key))
      this.visit(child, field?.type ?? map.rest ?? unknownType)
      if (!field || child === null || isEmptyObject(child)) insertField(this.fields, this.path)
      this.path.pop()
    }
  }

  private visitList(value: unknown, list: ListType): void {
    if (!Array.isArray(value)) return
    const elements = itemElements(list, value, () => formatPath(this.path))
    const repeated = new Set(elements.filter((element, i) => elements.indexOf(element) !== i))
    for (const [i, element] of elements.entries()) {
      this.path.push(element)
      if (!repeated.has(element)) this.visit(value[i], list.items)
      insertField(this.fields, this.path)
      this.path.pop()
    }
  }
}

function isEmptyObject(value: unknown): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0
}
