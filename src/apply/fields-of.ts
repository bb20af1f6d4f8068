import { isJsonObject, type JsonObject } from '../meta/object.js'
import { NodeBuilder } from './field-nodes.js'
import { fieldElement, formatPath, type PathElement } from './field-path.js'
import { type FieldSet, node, noFields } from './field-set.js'
import { type FieldType, formOf, type ListType, type MapType, unknownType } from './field-type.js'
import { itemElements } from './list-items.js'

/**
 * The fields a value mentions: leaves, list items and map entries, but not the objects on the way unless they are empty
 * (API-SEMANTICS S04: what an applier owns). @throws FieldTypeError when items of a list with keys have none
 */
export function fieldsOf(value: JsonObject, type: FieldType): FieldSet {
  return new FieldsWalk().visit(value, type) ?? noFields
}

class FieldsWalk {
  private readonly path: PathElement[] = []

  /** The node a value makes; undefined when it mentions nothing. */
  visit(value: unknown, type: FieldType): FieldSet | undefined {
    const form = formOf(type, value)
    if (form === 'map' && type.map && !type.map.atomic) {
      return isJsonObject(value) ? this.visitMap(value, type.map) : undefined
    }
    if (form === 'list' && type.list && !type.list.atomic) {
      return Array.isArray(value) ? this.visitList(value, type.list) : undefined
    }
    return noFields
  }

  private visitMap(value: JsonObject, map: MapType): FieldSet | undefined {
    const fields = new NodeBuilder()
    for (const key of Object.keys(value)) {
      const child = value[key]
      if (child === undefined) continue
      const field = map.declared(key)
      const element = field?.element ?? fieldElement(key)
      this.path.push(element)
      const below = this.visit(child, field?.type ?? map.rest ?? unknownType)
      this.path.pop()
      const member = !field || child === null || isEmptyObject(child)
      const made = member ? node(below ?? noFields, true) : below
      if (made) fields.add(element, made)
    }
    return fields.build(false)
  }

  private visitList(value: readonly unknown[], list: ListType): FieldSet | undefined {
    const items = new NodeBuilder()
    const elements = itemElements(list, value, () => formatPath(this.path))
    const seen = new Set<PathElement>()
    const repeated = new Set(elements.filter((element) => seen.size === seen.add(element).size))
    for (const [i, element] of elements.entries()) {
      if (repeated.has(element)) continue
      this.path.push(element)
      items.add(element, node(this.visit(value[i], list.items) ?? noFields, true) ?? noFields)
      this.path.pop()
    }
    for (const element of repeated) items.add(element, noFields)
    return items.build(false)
  }
}

function isEmptyObject(value: unknown): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0
}
