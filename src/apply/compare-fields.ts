import { jsonEquals } from '../meta/json-equal.js'
import { asArray, asObject, type JsonObject } from '../meta/object.js'
import { NodeBuilder } from './field-nodes.js'
import { fieldElement, formatPath, type PathElement } from './field-path.js'
import { type FieldSet, nodeUnion, noFields } from './field-set.js'
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
export function compareFields(before: JsonObject, after: JsonObject, type: FieldType): Comparison {
  const { added, modified, removed } = new ComparisonWalk().compare(before, after, type) ?? unchanged
  return { added: added ?? noFields, modified: modified ?? noFields, removed: removed ?? noFields }
}

/** A node of each of the three sets; undefined where there is none. */
interface NodeChanges {
  readonly added: FieldSet | undefined
  readonly modified: FieldSet | undefined
  readonly removed: FieldSet | undefined
}

const unchanged: NodeChanges = { added: undefined, modified: undefined, removed: undefined }
const addedField: NodeChanges = { ...unchanged, added: noFields }
const modifiedField: NodeChanges = { ...unchanged, modified: noFields }
const removedField: NodeChanges = { ...unchanged, removed: noFields }

class ComparisonWalk {
  private readonly path: PathElement[] = []

  /** undefined is a value that is not there; null is a value. Answers undefined when nothing differs. */
  compare(before: unknown, after: unknown, type: FieldType): NodeChanges | undefined {
    if (before === after) return undefined
    const was = formOf(type, before)
    const is = formOf(type, after)
    const last = after === undefined ? was : is
    const changes = this.visit(last, before, after, type)
    if (was === last || before === undefined) return changes
    return joined(this.visit(was, before, after, type), changes)
  }

  private visit(form: Form, before: unknown, after: unknown, type: FieldType): NodeChanges | undefined {
    if (form === 'map' && type.map && !type.map.atomic) {
      const level = new LevelChanges(before === undefined, after === undefined)
      if (this.visitMap(asObject(before), asObject(after), type.map, level)) return level.build()
    } else if (form === 'list' && type.list && !type.list.atomic) {
      const level = new LevelChanges(before === undefined, after === undefined)
      if (this.visitList(asArray(before), asArray(after), type.list, level)) return level.build()
    }
    if (before === undefined) return addedField
    if (after === undefined) return removedField
    return jsonEquals(before, after) ? undefined : modifiedField
  }

  /** Answers false for two empty maps: they are one field. */
  private visitMap(before: JsonObject, after: JsonObject, map: MapType, level: LevelChanges): boolean {
    const had = Object.keys(before)
    const has = Object.keys(after)
    if (had.length === 0 && has.length === 0) return false
    for (const key of had) {
      const was = before[key]
      const is = Object.hasOwn(after, key) ? after[key] : undefined
      if (was !== is) this.compareField(key, was, is, map, level)
    }
    for (const key of has) {
      const isNew = !Object.hasOwn(before, key) || before[key] === undefined
      if (isNew && after[key] !== undefined) this.compareField(key, undefined, after[key], map, level)
    }
    return true
  }

  private compareField(key: string, before: unknown, after: unknown, map: MapType, level: LevelChanges): void {
    const field = map.declared(key)
    const element = field?.element ?? fieldElement(key)
    this.path.push(element)
    level.put(element, this.compare(before, after, field?.type ?? map.rest ?? unknownType))
    this.path.pop()
  }

  private visitList(
    before: readonly unknown[],
    after: readonly unknown[],
    list: ListType,
    level: LevelChanges,
  ): boolean {
    if (before.length === 0 && after.length === 0) return false
    if (jsonEquals(before, after)) return true
    const [left, right] = [this.index(before, list), this.index(after, list)]
    for (const [element, items] of left) this.compareItems(element, items, right.get(element) ?? noItems, list, level)
    for (const [element, items] of right) {
      if (!left.has(element)) this.compareItems(element, noItems, items, list, level)
    }
    return true
  }

  /** Items that occur several times can't be told apart: they are one field. */
  private compareItems(
    element: PathElement,
    before: readonly unknown[],
    after: readonly unknown[],
    list: ListType,
    level: LevelChanges,
  ): void {
    this.path.push(element)
    if (before.length < 2 && after.length < 2) level.put(element, this.compare(before[0], after[0], list.items))
    else if (before.length >= 2 && after.length >= 2) {
      if (!jsonEquals(before, after)) level.put(element, modifiedField)
    } else if (before.length >= 2) {
      level.put(element, joined(removedField, this.compare(undefined, after[0], list.items)))
    } else level.put(element, joined(addedField, this.compare(before[0], undefined, list.items)))
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

/** The changes below one map or list. */
class LevelChanges {
  private added: NodeBuilder | undefined
  private modified: NodeBuilder | undefined
  private removed: NodeBuilder | undefined

  constructor(
    private readonly isNew: boolean,
    private readonly isGone: boolean,
  ) {}

  put(element: PathElement, changes: NodeChanges | undefined): void {
    if (!changes) return
    this.added = withChild(this.added, element, changes.added)
    this.modified = withChild(this.modified, element, changes.modified)
    this.removed = withChild(this.removed, element, changes.removed)
  }

  build(): NodeChanges | undefined {
    const added = this.added ? this.added.build(this.isNew) : this.isNew ? noFields : undefined
    const removed = this.removed ? this.removed.build(this.isGone) : this.isGone ? noFields : undefined
    const modified = this.modified?.build(false)
    return added || modified || removed ? { added, modified, removed } : undefined
  }
}

function withChild(builder: NodeBuilder | undefined, element: PathElement, child: FieldSet | undefined) {
  if (!child) return builder
  const used = builder ?? new NodeBuilder()
  used.add(element, child)
  return used
}

function joined(a: NodeChanges | undefined, b: NodeChanges | undefined): NodeChanges | undefined {
  if (!a || !b) return a ?? b
  const both = (x: FieldSet | undefined, y: FieldSet | undefined) => (x && y ? nodeUnion(x, y) : (x ?? y))
  return {
    added: both(a.added, b.added),
    modified: both(a.modified, b.modified),
    removed: both(a.removed, b.removed),
  }
}

const noItems: readonly unknown[] = []
