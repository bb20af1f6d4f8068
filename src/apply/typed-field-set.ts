import type { PathElement } from './field-path.js'
import { type FieldSet, hasChildren, isMember, node, noFields } from './field-set.js'
import { type FieldType, unknownType } from './field-type.js'

/**
 * The set with every declared field that leads to one of its own: `spec` too where it has `spec.size`, but not a map
 * entry or list item on the way. An applier that gives up all below a field gives it up too (API-SEMANTICS S07).
 */
export function withNamedFields(fields: FieldSet, type: FieldType): FieldSet {
  return mapNodes(fields, (element, child) => {
    const named = element.startsWith('f:') && type.map?.declared(element.slice(2)) !== undefined
    const below = withNamedFields(child, childType(type, element) ?? unknownType)
    return node(below, named || isMember(child)) ?? noFields
  })
}

/**
 * The set as it has to be after the schema has changed: who owned parts of a map or list that has become atomic owns the
 * whole now. Only looked for where a write has `touched` such a whole: nothing else depends on it.
 */
export function reconciled(fields: FieldSet, touched: FieldSet, type: FieldType): FieldSet {
  let changed: Record<PathElement, FieldSet> | undefined
  for (const element in touched) {
    const mine = fields[element]
    const below = mine && element !== '.' && hasChildren(mine) ? childType(type, element) : undefined
    if (!mine || !below) continue
    const now = isAtomic(below) ? noFields : reconciled(mine, touched[element] as FieldSet, below)
    if (now === mine) continue
    changed ??= { ...fields }
    changed[element] = now
  }
  return changed ?? fields
}

function mapNodes(fields: FieldSet, change: (element: PathElement, child: FieldSet) => FieldSet): FieldSet {
  let changed: Record<PathElement, FieldSet> | undefined
  for (const element in fields) {
    const child = fields[element] as FieldSet
    if (element === '.') continue
    const now = change(element, child)
    if (now === child) continue
    changed ??= { ...fields }
    changed[element] = now
  }
  return changed ?? fields
}

function childType(type: FieldType, element: PathElement): FieldType | undefined {
  if (!element.startsWith('f:')) return type.list && !type.list.atomic ? type.list.items : undefined
  return type.map?.declared(element.slice(2))?.type ?? type.map?.rest
}

/** Of a type with several forms nothing is known: it is left alone. */
function isAtomic(type: FieldType): boolean {
  if (type.map) return type.map.atomic && !type.scalar
  return type.list !== undefined && !type.scalar && type.list.atomic
}
