import { stringifyJson } from '../codec/json.js'
import { formatAge } from '../meta/go-duration.js'
import { isJsonObject, type JsonObject, type KubeObject, type ObjectMeta, setOwn } from '../meta/object.js'
import { normalizeTime } from '../meta/rfc3339.js'
import type { PrinterColumn } from '../registry/definition.js'
import { compileJsonPath, type JsonPath } from '../schema/json-path.js'

/** What a row carries beside its cells (API-SEMANTICS C10). */
export type IncludeObject = 'None' | 'Metadata' | 'Object'

export type MetaVersion = 'v1' | 'v1beta1'

export interface TableColumnDefinition {
  readonly name: string
  readonly type: string
  readonly format: string
  readonly description: string
  readonly priority: number
}

export interface TableColumns {
  readonly definitions: readonly TableColumnDefinition[]
  /** One a column. */
  readonly cells: readonly ((object: KubeObject, now: number) => unknown)[]
}

export interface TableRow {
  readonly cells: unknown[]
  readonly object: unknown
}

export interface PartialObjectMetadata {
  readonly kind: 'PartialObjectMetadata'
  readonly apiVersion: string
  readonly metadata: ObjectMeta
}

const nameColumn: TableColumnDefinition = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'The name of the object, unique among those of its kind in its namespace.',
  priority: 0,
}

/** What a resource without printer columns shows. */
export const ageColumns: readonly PrinterColumn[] = [
  {
    name: 'Age',
    type: 'date',
    jsonPath: '.metadata.creationTimestamp',
    description: 'How long ago the object was created.',
  },
]

/** Paths are compiled once for a definition, not once for a request. */
const compiled = new WeakMap<readonly PrinterColumn[], TableColumns>()

/** Name, then the resource's own columns, or its age when it has none (R50). @throws SyntaxError for a bad JSONPath */
export function tableColumns(printerColumns: readonly PrinterColumn[] = ageColumns): TableColumns {
  const own = printerColumns.length > 0 ? printerColumns : ageColumns
  let columns = compiled.get(own)
  if (!columns) {
    // Events show their name last.
    const named = own.some(({ format }) => format === 'name')
    columns = {
      definitions: [...(named ? [] : [nameColumn]), ...own.map(definition)],
      cells: [...(named ? [] : [nameOf]), ...own.map(cellReader)],
    }
    compiled.set(own, columns)
  }
  return columns
}

/** A row of a Table; `now` is what ages are counted to, in milliseconds. */
export function tableRow(
  object: KubeObject,
  columns: TableColumns,
  includeObject: IncludeObject,
  now: number,
  version: MetaVersion = 'v1',
): TableRow {
  const whole = includeObject === 'Object' ? object : partialObjectMetadata(object, version)
  return {
    cells: columns.cells.map((cell) => cell(object, now)),
    object: includeObject === 'None' ? null : whole,
  }
}

/** An object's metadata alone (C11). */
export function partialObjectMetadata(object: KubeObject, version: MetaVersion = 'v1'): PartialObjectMetadata {
  return { kind: 'PartialObjectMetadata', apiVersion: metaApiVersion(version), metadata: object.metadata }
}

export function metaApiVersion(version: MetaVersion): string {
  return `meta.k8s.io/${version}`
}

function definition({ name, type, format, description, jsonPath, priority }: PrinterColumn): TableColumnDefinition {
  return {
    name,
    type,
    format: format ?? '',
    description: description || (jsonPath ? `Custom resource definition column (in JSONPath format): ${jsonPath}` : ''),
    priority: priority ?? 0,
  }
}

const nameOf = ({ metadata }: KubeObject) => metadata.name ?? ''

function cellReader({ type, format, jsonPath, value }: PrinterColumn): (object: KubeObject, now: number) => unknown {
  if (value) return (object, now) => value(object, now)
  if (jsonPath === undefined) return format === 'name' ? nameOf : () => null
  const find: JsonPath = compileJsonPath(jsonPath)
  return (object, now) => {
    // As upstream, a path that finds several values shows the first.
    const found = find(object)
    return found.length === 0 ? null : cell(type, found[0], now)
  }
}

/** A value as its column's type wants it; null when it is of another type. */
function cell(type: PrinterColumn['type'], value: unknown, now: number): unknown {
  switch (type) {
    case 'string':
      return printed(value)
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : typeof value === 'bigint' ? value : null
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint' ? value : null
    case 'boolean':
      return typeof value === 'boolean' ? value : null
    case 'date':
      return typeof value === 'string' ? age(value, now) : null
  }
}

function age(time: string, now: number): string {
  if (time === '' || time === 'null') return '<unknown>'
  try {
    return formatAge(now - Date.parse(normalizeTime(time)))
  } catch {
    return '<invalid>'
  }
}

/** As Go prints it: lists and objects as JSON with sorted keys. */
function printed(value: unknown): string {
  if (value === null) return '<no value>'
  if (typeof value === 'number') return printedNumber(value)
  if (typeof value !== 'object') return String(value)
  return stringifyJson(sorted(value)).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)
}

/** Go's %v: floats from 10^6 on and below 10^-4 have an exponent of at least two digits. */
function printedNumber(value: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e')
  const power = Number(exponent)
  if (Number.isSafeInteger(value) || (power >= -4 && power < 6)) return String(value)
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isJsonObject(value)) return value
  const copy: JsonObject = {}
  for (const key of Object.keys(value).sort()) setOwn(copy, key, sorted(value[key]))
  return copy
}
