import { isJsonObject, type JsonObject } from '../meta/object.js'
import { canonicalElement, type PathElement, PathElementError } from './field-path.js'
import { type FieldSet, type FieldSetBuilder, hasChildren, node, nodeUnion, noFields, sorted } from './field-set.js'

/** FieldsV1 that can't be read. */
export class FieldsV1Error extends Error {}

/**
 * Reads FieldsV1 from outside. Elements become canonical, those of unknown types are ignored, as upstream does. What the
 * server itself has written is a FieldSet as it stands and needs no reading. @throws FieldsV1Error
 */
export function parseFieldsV1(value: unknown): FieldSet {
  if (value === undefined || value === null) return noFields
  if (!isJsonObject(value)) throw new FieldsV1Error('fieldsV1 is no object')
  try {
    return sorted(readChildren(value) as FieldSetBuilder)
  } catch (error) {
    if (error instanceof PathElementError) throw new FieldsV1Error(error.message)
    throw error
  }
}

function readChildren(value: JsonObject): FieldSet {
  const children: Record<PathElement, FieldSet> = {}
  for (const key of Object.keys(value)) {
    const element = key === '.' ? undefined : canonicalElement(key)
    if (element === undefined) continue
    const child = readNode(value[key])
    const twin = children[element]
    children[element] = twin ? nodeUnion(twin, child) : child
  }
  return children
}

function readNode(value: unknown): FieldSet {
  if (value === null) return noFields
  if (!isJsonObject(value)) throw new FieldsV1Error('a field is no object')
  const children = readChildren(value)
  const member = Object.hasOwn(value, '.') || !hasChildren(children)
  return node(children, member) ?? noFields
}
