import { isJsonObject } from '../meta/object.js'
import { errors, type StatusError } from '../meta/status.js'

/** What upstream says of strategic merge patches it can't apply; where it answers 500 for a bad patch, this is a 400. */
export const patchError = {
  primitiveList: () => errors.badRequest('invalid patch format of primitive list'),
  retainKeys: () => errors.badRequest('invalid patch format of retainKeys'),
  setElementOrder: () => errors.badRequest('invalid patch format of setElementOrder list'),
  listOfLists: (): StatusError => errors.unprocessable(),
  listDirective: () => errors.badRequest('merging lists cannot yet be specified in the patch'),
  elementTypes: (...lists: unknown[]) => errors.badRequest(`list element types are not identical: ${printed(lists)}`),
  withoutMergeKey: () => errors.badRequest('cannot merge lists without merge key'),
  missingMergeKey: (item: unknown, key: string) =>
    errors.badRequest(`map: ${printed(item)} does not contain declared merge key: ${key}`),
  directive: (directive: unknown, map: unknown) =>
    errors.badRequest(`unknown patch type: ${printed(directive)} in map: ${printed(map)}`),
  order: (patch: unknown, order: unknown) =>
    errors.badRequest(
      `the order in patch list:\n${printed(patch)}\n doesn't match $setElementOrder list:\n${printed(order)}`,
    ),
  notList: (value: unknown) => errors.badRequest(`expected a []interface {}, but received a ${goType(value)}`),
  notMap: (value: unknown) => errors.badRequest(`expected a map[string]interface {}, but received a ${goType(value)}`),
}

/** Messages show at most this much of a value: patches may be large. */
const maxShown = 1000

/** As Go's %v: `map[a:1 b:[x y]]`. */
function printed(value: unknown): string {
  const text = print(value)
  return text.length > maxShown ? `${text.slice(0, maxShown)}...` : text
}

function print(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(print).join(' ')}]`
  if (!isJsonObject(value)) return String(value)
  const members = Object.keys(value).sort()
  return `map[${members.map((key) => `${key}:${print(value[key])}`).join(' ')}]`
}

function goType(value: unknown): string {
  if (value === null) return '<nil>'
  if (Array.isArray(value)) return '[]interface {}'
  if (isJsonObject(value)) return 'map[string]interface {}'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'string'
  return Number.isInteger(value) || typeof value === 'bigint' ? 'int64' : 'float64'
}
