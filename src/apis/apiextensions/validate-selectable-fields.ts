import { type FieldError, fieldError } from '../../meta/field-error.js'
import { additionalOf, propertyOf } from '../../schema/member.js'
import type { Schema } from '../../schema/schema.js'
import type { SelectableField } from './custom-resource-definition.js'

const mostFields = 8

/** `grandfathered`: these very fields were there before, when there could be more of them. */
export function checkSelectableFields(
  fields: readonly SelectableField[],
  schema: Schema | undefined,
  path: string,
  grandfathered: boolean,
): FieldError[] {
  const found: FieldError[] = []
  const seen = new Set<string>()
  for (const [i, { jsonPath }] of fields.entries()) {
    const at = `${path}[${i}].jsonPath`
    if (jsonPath === '') {
      found.push(fieldError.required(at))
      continue
    }
    const target = follow(jsonPath, schema ?? {})
    if (typeof target === 'string') {
      found.push(fieldError.invalid(at, jsonPath, `is an invalid path: ${target}`))
      continue
    }
    found.push(...checkTarget(jsonPath, target, at))
    if (seen.has(jsonPath)) found.push(fieldError.duplicate(at, jsonPath))
    seen.add(jsonPath)
  }
  if (seen.size > mostFields && !grandfathered) found.push(fieldError.tooMany(path, seen.size, mostFields))
  return found
}

function checkTarget(jsonPath: string, { type }: Schema, path: string): FieldError[] {
  const found: FieldError[] = []
  if (jsonPath.split('.')[1] === 'metadata') {
    found.push(fieldError.invalid(path, jsonPath, 'must not point to fields in metadata'))
  }
  if (type === 'string' || type === 'boolean' || type === 'integer') return found
  const why =
    'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.'
  return [...found, fieldError.invalid(path, jsonPath, why)]
}

/** Where a path of names leads to in a schema, or why it leads nowhere. */
function follow(jsonPath: string, schema: Schema): Schema | string {
  const tokens = jsonPath.match(/[.[\]]|[^.[\]]+/g) ?? []
  let node: Schema = schema
  for (let i = 0; i < tokens.length; i += 2) {
    const [token = '', name] = tokens.slice(i, i + 2)
    if (token === '[') return 'array notation is not allowed'
    if (token !== '.') return `expected [ or . but got: ${token}`
    if (name === undefined) return 'unexpected end of JSON path'
    const next = node.properties ? propertyOf(node, name) : additionalOf(node)
    if (!next) return 'does not refer to a valid field'
    node = next
  }
  return node
}
