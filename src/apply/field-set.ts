import { compareElements, elementOrder, type FieldPath, type PathElement } from './field-path.js'

/**
 * A set of fields, as the very tree FieldsV1 is (API-SEMANTICS S04): a node's members are path elements. A node without
 * members is a field of the set; one with members is itself a field only when `.` is among them. Nodes are never changed
 * once made and may be shared, members stand in upstream's order, and there are no nodes without purpose: so a set is
 * printed by doing nothing, and an operation costs what the smaller set costs. Every key has its type in front of it,
 * so that `__proto__` is never one.
 */
export interface FieldSet {
  readonly [element: PathElement]: FieldSet
}

/** A set under construction; `sorted` makes a FieldSet of it. */
export interface FieldSetBuilder {
  [element: PathElement]: FieldSetBuilder
}

export const noFields: FieldSet = Object.freeze({})
const leaf = noFields

export function fieldSet(...paths: readonly FieldPath[]): FieldSet {
  const builder: FieldSetBuilder = {}
  for (const path of paths) insertField(builder, path)
  return sorted(builder)
}

/** The empty path is the whole object, which is no field. */
function insertField(set: FieldSetBuilder, path: FieldPath): void {
  const last = path.length - 1
  let node = set
  for (let depth = 0; depth <= last; depth++) {
    const element = path[depth] as PathElement
    const next = node[element]
    if (next === undefined) {
      const made: FieldSetBuilder = {}
      node[element] = made
      node = made
    } else {
      if (depth === last ? hasChildren(next) : isLeaf(next)) next['.'] ??= {}
      node = next
    }
  }
}

export function isEmptySet(set: FieldSet): boolean {
  return isLeaf(set)
}

export function hasField(set: FieldSet, path: FieldPath): boolean {
  let node: FieldSet | undefined = set
  for (const element of path) {
    node = node[element]
    if (node === undefined) return false
  }
  return path.length > 0 && isMember(node)
}

/** Whether a node that stands in a set is a field of it, or only the way to some. */
export function isMember(node: FieldSet): boolean {
  return node['.'] !== undefined || isLeaf(node)
}

export function hasChildren(node: FieldSet): boolean {
  for (const element in node) if (element !== '.') return true
  return false
}

function isLeaf(node: FieldSet): boolean {
  for (const _ in node) return false
  return true
}

/** The node with these children that is a field or not; undefined when it is neither. */
export function node(children: FieldSet, member: boolean): FieldSet | undefined {
  if (isLeaf(children)) return member ? children : undefined
  if (!hasChildren(children)) return member ? leaf : undefined
  if ((children['.'] !== undefined) === member) return children
  if (member) return { '.': leaf, ...children }
  const { '.': _, ...rest } = children
  return rest
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isLeaf(b)) return a
  if (isLeaf(a)) return b
  let more = false
  const changed: Record<PathElement, FieldSet> = {}
  for (const element in b) {
    const [mine, other] = [a[element], b[element] as FieldSet]
    const both = mine === undefined ? other : nodeUnion(mine, other)
    if (both !== mine) changed[element] = both
    if (mine === undefined) more = true
  }
  if (isLeaf(changed)) return a
  return more ? inOrder({ ...a, ...changed }) : { ...a, ...changed }
}

export function nodeUnion(a: FieldSet, b: FieldSet): FieldSet {
  if (isLeaf(b)) return node(a, true) ?? leaf
  if (isLeaf(a)) return node(b, true) ?? leaf
  return union(a, b)
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a
  const common: Record<PathElement, FieldSet> = {}
  for (const element in a) {
    const [mine, other] = [a[element] as FieldSet, b[element]]
    if (other === undefined || element === '.') continue
    const both = node(intersection(mine, other), isMember(mine) && isMember(other))
    if (both) common[element] = both
  }
  return common
}

/** Whether every field of `a` is in `b`. */
export function isSubset(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true
  for (const element in a) {
    if (element === '.') continue
    const [mine, other] = [a[element] as FieldSet, b[element]]
    if (other === undefined || (isMember(mine) && !isMember(other)) || !isSubset(mine, other)) return false
  }
  return true
}

/** The fields of `a` that are not in `b`. A field below one that is in `b` stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return without(a, b, (mine, other) => node(difference(mine, other), isMember(mine) && !isMember(other)))
}

/** As `difference`, but what is below a field of `b` goes too. */
export function differenceBelow(a: FieldSet, b: FieldSet): FieldSet {
  return without(a, b, (mine, other) =>
    isMember(other) ? undefined : node(differenceBelow(mine, other), isMember(mine)),
  )
}

/** `a` with those children that `b` has too changed, or taken away when `change` answers undefined. */
function without(
  a: FieldSet,
  b: FieldSet,
  change: (mine: FieldSet, other: FieldSet) => FieldSet | undefined,
): FieldSet {
  let changes: Map<PathElement, FieldSet | undefined> | undefined
  for (const element in b) {
    const mine = a[element]
    if (mine === undefined || element === '.') continue
    const changed = change(mine, b[element] as FieldSet)
    if (changed === mine) continue
    changes ??= new Map()
    changes.set(element, changed)
  }
  if (!changes) return a
  const rest: Record<PathElement, FieldSet> = {}
  for (const element in a) {
    const child = changes.has(element) ? changes.get(element) : a[element]
    if (child) rest[element] = child
  }
  return rest
}

/** Every field, in the order upstream lists them: those of a level before those below them. */
export function* fieldPaths(set: FieldSet, parent: FieldPath = []): Generator<FieldPath> {
  for (const element in set) {
    if (element !== '.' && isMember(set[element] as FieldSet)) yield [...parent, element]
  }
  for (const element in set) {
    if (element !== '.') yield* fieldPaths(set[element] as FieldSet, [...parent, element])
  }
}

/** The tree with the members of every node in order. */
export function sorted(set: FieldSetBuilder): FieldSet {
  const elements = Object.keys(set)
  let changed: Record<PathElement, FieldSet> | undefined
  for (const element of elements) {
    const child = set[element] as FieldSetBuilder
    const ordered = sorted(child)
    if (ordered !== child) {
      changed ??= { ...set }
      changed[element] = ordered
    }
  }
  return inOrder(changed ?? set)
}

function inOrder(set: FieldSet): FieldSet {
  const elements = Object.keys(set)
  if (elements.every((element, i) => i === 0 || compareElements(elements[i - 1] ?? '', element) <= 0)) return set
  const ordered: Record<PathElement, FieldSet> = {}
  for (const element of elements.sort(elementOrder(elements.length))) ordered[element] = set[element] as FieldSet
  return ordered
}
