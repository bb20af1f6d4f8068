import { isJsonObject, type JsonObject, setOwn } from '../../meta/object.js'
import { errors } from '../../meta/status.js'
import { type Condition, compareValues, fieldPath, meets, parseConditions, valueAt } from './conditions.js'

/** What a list in concise form asks for; `page` counts from 1. */
export interface ListQuery {
  readonly where: readonly Condition[]
  /** Somewhere in the object, in any case of letters; lower case here. */
  readonly text: string
  readonly sort: readonly { readonly path: readonly string[]; readonly descending: boolean }[]
  /** Empty: all. */
  readonly fields: readonly (readonly string[])[]
  readonly page: number
  readonly size: number
}

const defaultSize = 100
const maxSize = 1_000
const maxFields = 64

/**
 * Reads `where`, `q`, `sort` (`-created,name`), `fields` (`name,status.cost`), `page` and `size`.
 * @throws StatusError BadRequest naming the parameter
 */
export function parseListQuery(query: URLSearchParams): ListQuery {
  return {
    where: parseConditions(query.getAll('where')),
    text: (query.get('q') ?? '').toLowerCase(),
    sort: names(query, 'sort').map((name) => ({
      path: fieldPath(name.replace(/^-/, '')),
      descending: name[0] === '-',
    })),
    fields: names(query, 'fields').map(fieldPath),
    page: count(query, 'page', 1, Number.MAX_SAFE_INTEGER),
    size: count(query, 'size', defaultSize, maxSize),
  }
}

function names(query: URLSearchParams, parameter: string): string[] {
  const given = query.getAll(parameter).flatMap((text) => text.split(','))
  const found = given.map((name) => name.trim()).filter((name) => name !== '')
  if (found.length > maxFields) throw errors.badRequest(`${parameter}: at most ${maxFields} fields`)
  return found
}

function count(query: URLSearchParams, parameter: string, preset: number, most: number): number {
  const text = query.get(parameter)
  if (text === null || text === '') return preset
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < 1 || value > most) {
    throw errors.badRequest(`${parameter}: must be a number from 1${most < 1e6 ? ` to ${most}` : ' on'}`)
  }
  return value
}

export function isSelected(concise: JsonObject, { where, text }: ListQuery): boolean {
  return where.every((condition) => meets(concise, condition)) && (text === '' || contains(concise, text))
}

/** Whether a text, a number or a name of a field somewhere in `value` has `text` in it. */
function contains(value: unknown, text: string): boolean {
  if (Array.isArray(value)) return value.some((item) => contains(item, text))
  if (!isJsonObject(value)) return String(value).toLowerCase().includes(text)
  return Object.entries(value).some(([name, item]) => name.toLowerCase().includes(text) || contains(item, text))
}

/** In the order asked for; what is equal stays in the order of the API: namespace, then name. */
export function sorted(items: readonly JsonObject[], { sort }: ListQuery): readonly JsonObject[] {
  if (sort.length === 0) return items
  return [...items].sort((a, b) => {
    for (const { path, descending } of sort) {
      const order = compareValues(valueAt(a, path), valueAt(b, path)) || 0
      if (order !== 0) return descending ? -order : order
    }
    return 0
  })
}

/** The fields asked for, each where it stands in the whole object; of a list those of each item. */
export function projected(concise: JsonObject, { fields }: ListQuery): JsonObject {
  return fields.length === 0 ? concise : (project(concise, fields) as JsonObject)
}

function project(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some((path) => path.length === 0)) return value
  if (Array.isArray(value)) return value.map((item) => project(item, paths))
  if (!isJsonObject(value)) return value
  const result: JsonObject = {}
  for (const first of new Set(paths.map(([name = '']) => name))) {
    if (!Object.hasOwn(value, first)) continue
    const below = paths.filter(([name]) => name === first).map((path) => path.slice(1))
    setOwn(result, first, project(value[first], below))
  }
  return result
}
