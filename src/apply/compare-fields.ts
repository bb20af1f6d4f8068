import { jsonEquals } from '../meta/json-equal.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import { fieldElement, formatPath, type PathElement } from './field-path.js'
import { type FieldSet, type FieldSetBuilder, insertField, sorted } from './field-set.js'
import { type FieldType, type Form, formOf, type ListType, type MapType, unknownType } from './field-type.js'
import { itemElements } from './list-items.js'

/** What differs between two values of a type; no field is in more than one of the sets. */
export interface Comparison {
  readonly added: FieldSet
  readonly modified: FieldSet
  readonly removed: FieldSet
}

/**
 * Compares field by field. A map or list item that is new is itself added, besides what is in it. Values of a form that
 * the type does not allow count as one field. @throws FieldTypeError when items of a list with keys have none
 */
export function compareFields(before: unknown, after: unknown, type: FieldType): Comparison {
  const walk = new ComparisonWalk()
  walk.compare(before, after, type)
  return { added: sorted(walk.added), modified: sorted(walk.modified), removed: sorted(walk.removed) }
}

class ComparisonWalk {
  readonly added: FieldSetBuilder = {}
  readonly modified: FieldSetBuilder = {}
  readonly removed: FieldSetBuilder = {}
  private readonly path: PathElement[] = []

  /** undefined is a value that is not there; null is a value. */
  compare(before: unknown, after: unknown, type: FieldType): void {
    if (before === after) return
    const [was, is] = [formOf(type, before), formOf(type, after)]
    const last = after === undefined ? was : is
    if (was !== last && before !== undefined) this.visit(was, before, after, type)
    const whole = this.visit(last, before, after, type)
    if (whole) return
    if (before === undefined) insertField(this.added, this.path)
    else if (after === undefined) insertField(this.removed, this.path)
  }

  /** Answers whether the value is owned as a whole. */
  private visit(form: Form, before: unknown, after: unknown, type: FieldType): boolean {
    if (form === 'map' && type.map && !type.map.atomic) {
      const [left, right] = [asObject(before), asObject(after)]
      if (!isEmpty(left) || !isEmpty(right)) return this.visitMap(left, right, type.map)
    } else if (form === 'list' && type.list && !type.list.atomic) {
      const [left, right] = [asArray(before), asArray(after)]
      if (left.length > 0 || right.length > 0) return this.visitList(left, right, type.list)
    }
    if (before === undefined) insertField(this.added, this.path)
    else if (after === undefined) insertField(this.removed, this.path)
    else if (!jsonEquals(before, after)) insertField(this.modified, this.path)
    return true
  }

  private visitMap(before: JsonObject, after: JsonObject, map: MapType): false {
    for (const key of Object.keys(before)) {
      const [was, is] = [before[key], Object.hasOwn(after, key) ? after[key] : undefined]
      if (was !== is) this.compareField(key, was, is, map)
    }
    for (const key of Object.keys(after)) {
      const isNew = !Object.hasOwn(before, key) || before[key] === undefined
      if (isNew && after[key] !== undefined) this.compareField(key, undefined, after[key], map)
    }
    return false
  }

  private compareField(key: string, before: unknown, after: unknown, map: MapType): void {
    const field = map.declared(key)
    const type = field?.type ?? map.rest
    this.path.push(field?.element ?? fieldElement(key))
    this.compare(before, after, type ?? unknownType)
    this.path.pop()
  }

  private visitList(before: readonly unknown[], after: readonly unknown[], list: ListType): false {
    if (jsonEquals(before, after)) return false
    const [left, right] = [this.index(before, list), this.index(after, list)]
    for (const [element, items] of left) this.compareItems(element, items, right.get(element) ?? [], list)
    for (const [element, items] of right) if (!left.has(element)) this.compareItems(element, [], items, list)
    return false
  }

  /** Items that occur several times can't be told apart: they are one field. */
  private compareItems(
    element: PathElement,
    before: readonly unknown[],
    after: readonly unknown[],
    list: ListType,
  ): void {
    this.path.push(element)
    if (before.length < 2 && after.length < 2) this.compare(before[0], after[0], list.items)
    else if (before.length >= 2 && after.length >= 2) {
      if (!jsonEquals(before, after)) insertField(this.modified, this.path)
    } else if (before.length >= 2) {
      if (after.length === 1) this.compare(undefined, after[0], list.items)
      insertField(this.removed, this.path)
    } else {
      if (before.length === 1) this.compare(before[0], undefined, list.items)
      insertField(this.added, this.path)
    }
    this.path.pop()
  }

  private index(items: readonly unknown[], list: ListType): Map<PathElement, unknown[]> {
    const index = new Map<PathElement, unknown[]>()
    const elements = itemElements(list, items, () => formatPath(this.path))
    for (const [i, element] of elements.entries()) {
      const same = index.get(element)
      if (same) same.push(items[i])
      else index.set(element, [items[i]])
    }
    return index
  }
}

const noMembers: JsonObject = Object.freeze({})
const noItems: readonly unknown[] = Object.freeze([])

function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : noMembers
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : noItems
}

function isEmpty(object: JsonObject): boolean {
  for (const _ in object) return false
  return true
}
