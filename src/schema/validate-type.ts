import type { Findings } from './findings.js'
import { stringFormat } from './formats.js'
import { isInteger } from './numbers.js'
import type { Schema } from './schema.js'

/** Types a schema allows, and the format that is enforced; empty where there is none. */
export interface TypeAndFormat {
  readonly types: readonly string[]
  readonly format: string
}

const numberFormats: Readonly<Record<string, readonly string[]>> = {
  integer: ['int32', 'int64'],
  number: ['float', 'double'],
}
const anyType: TypeAndFormat = { types: [], format: '' }
const intOrString: TypeAndFormat = { types: ['integer', 'string'], format: '' }
const single: ReadonlyMap<string, TypeAndFormat> = new Map(
  ['object', 'array', 'string', 'integer', 'number', 'boolean'].map((type) => [type, { types: [type], format: '' }]),
)

/** Unknown formats, and those of other types, are ignored. */
export function typeAndFormat(schema: Schema): TypeAndFormat {
  const { type, format } = schema
  const plain = schema['x-kubernetes-int-or-string'] ? intOrString : type ? ofType(type) : anyType
  return format && isEnforced(format, plain.types) ? { types: plain.types, format } : plain
}

/** Whether a format means anything for values of that type; '' is any type. */
export function isEnforcedFormat(type: string, format: string): boolean {
  return isEnforced(format, type === '' ? [] : [type])
}

/** A type nobody knows, in a schema that is being looked at, fits no value. */
function ofType(type: string): TypeAndFormat {
  return single.get(type) ?? { types: [type], format: '' }
}

function isEnforced(format: string, types: readonly string[]): boolean {
  const [type, other] = types
  if (type === undefined || type === 'string' || other !== undefined) return stringFormat(format) !== undefined
  return numberFormats[type]?.includes(format) ?? false
}

/** Type and format of a value, in the words of upstream's messages. */
function kindOf(value: unknown): [type: string, format: string] {
  if (Array.isArray(value)) return ['array', '']
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return ['integer', 'int64']
  return [typeof value, typeof value === 'number' ? 'float64' : '']
}

/** Whether the value is of a type the schema allows. To upstream a list fits every format, whatever the type. */
export function checkType(value: unknown, { types, format }: TypeAndFormat, name: string, into: Findings): void {
  const [type, ownFormat] = kindOf(value)
  const fits =
    types.includes(type) ||
    (type === 'array' && format !== '' && !isNumeric(types)) ||
    (type === 'integer' && types.includes('number')) ||
    (type === 'number' && types.includes('integer') && isInteger(value as number))
  if (fits) into.matches++
  else if (format !== '' && typeof value !== 'string' && !Array.isArray(value)) wrongType(name, format, ownFormat, into)
  else if (types.length > 0) wrongType(name, types.join(','), type, into)
  else into.matches++
}

function isNumeric(types: readonly string[]): boolean {
  return types.includes('number') || types.includes('integer')
}

/** null fits no type unless the schema says so. */
export function checkNull(nullable: boolean, { types }: TypeAndFormat, name: string, into: Findings): void {
  if (types.length > 0 && !nullable) wrongType(name, types.join(','), 'null', into)
  else into.matches++
}

function wrongType(name: string, expected: string, actual: string, into: Findings): void {
  const shown = JSON.stringify(actual)
  into.add(
    'FieldValueTypeInvalid',
    name,
    `Invalid value: ${shown}: ${name} in body must be of type ${expected}: ${shown}`,
  )
}
