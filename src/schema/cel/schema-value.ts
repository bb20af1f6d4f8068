import { isJsonObject } from '../../meta/object.js'
import { additionalOf } from '../member.js'
import type { Schema } from '../schema.js'
import { withTypeAndObjectMeta } from './decl-type.js'
import { Preserved } from './preserved.js'
import { KeyedList, SchemaList, SetList } from './schema-list.js'
import { SchemaObject, Shape } from './schema-object.js'
import { parseDate, parseDateTime, parseSpan } from './schema-time.js'
import { fail, type Value } from './value.js'

/** Makes a value of what is in a JSON tree. @throws Failure when it is not of the schema's type */
type Convert = (json: unknown) => Value

const converters = new WeakMap<Schema, Convert>()

/** A JSON value as rules see it: typed by its schema, and looked at only as far as a rule does. */
export function schemaValue(json: unknown, schema: Schema): Value {
  let convert = converters.get(schema)
  if (!convert) {
    convert = converterFor(schema)
    converters.set(schema, convert)
  }
  return convert(json)
}

function converterFor(schema: Schema): Convert {
  const convert = plainConverter(schema)
  if (schema.nullable) return (json) => (json === null ? null : convert(json))
  return (json) => (json === null ? fail('invalid data, got null for schema with nullable=false') : convert(json))
}

function plainConverter(schema: Schema): Convert {
  if (schema['x-kubernetes-int-or-string']) return intOrString
  switch (schema.type) {
    case 'object':
      return objectConverter(schema)
    case 'array':
      return listConverter(schema)
    case 'string':
      return textConverter(schema.format)
    case 'number':
      return (json) => (isNumber(json) ? Number(json) : fail(`invalid data, expected float, got ${goType(json)}`))
    case 'integer':
      return (json) => integer(json) ?? fail(`invalid data, expected int, got ${goType(json)}`)
    case 'boolean':
      return (json) => (typeof json === 'boolean' ? json : fail(`invalid data, expected bool, got ${goType(json)}`))
  }
  return schema['x-kubernetes-preserve-unknown-fields'] ? (json) => new Preserved(json) : untyped
}

function untyped(): never {
  const typed = 'expected object, array, number, integer, boolean or string'
  const or = 'or no type with x-kubernetes-int-or-string or x-kubernetes-preserve-unknown-fields is true'
  return fail(`invalid type, ${typed}, ${or}, got `)
}

function isNumber(json: unknown): json is number | bigint {
  return typeof json === 'number' || typeof json === 'bigint'
}

function integer(json: unknown): bigint | undefined {
  if (typeof json === 'bigint') return json
  return typeof json === 'number' && Number.isInteger(json) ? BigInt(json) : undefined
}

function intOrString(json: unknown): Value {
  if (typeof json === 'string') return json
  return integer(json) ?? fail('invalid data, expected XIntOrString value to be either a string or integer')
}

/** How messages call the types of decoded JSON. */
function goType(json: unknown): string {
  if (Array.isArray(json)) return '[]interface {}'
  if (isJsonObject(json)) return 'map[string]interface {}'
  if (isNumber(json)) return integer(json) === undefined ? 'float64' : 'int64'
  return typeof json === 'boolean' ? 'bool' : typeof json
}

function textConverter(format: string | undefined): Convert {
  const text = (json: unknown) =>
    typeof json === 'string' ? json : fail(`invalid data, expected string, got ${goType(json)}`)
  switch (format) {
    case 'duration':
      return (json) => parseSpan(text(json))
    case 'date':
      return (json) => parseDate(text(json))
    case 'date-time':
      return (json) => parseDateTime(text(json))
    case 'byte':
      return (json) => Buffer.from(text(json), 'base64')
  }
  return text
}

function objectConverter(schema: Schema): Convert {
  const typed = schema['x-kubernetes-embedded-resource'] ? withTypeAndObjectMeta(schema) : schema
  const additional = additionalOf(typed)
  const isStruct = typed.properties !== undefined
  const shape = new Shape(
    isStruct ? (typed.properties ?? {}) : {},
    isStruct ? undefined : additional,
    schemaValue,
    isStruct,
  )
  return (json) =>
    isJsonObject(json)
      ? new SchemaObject(json, shape)
      : fail('invalid data, expected a map for the provided schema with type=object')
}

function listConverter(schema: Schema): Convert {
  const { items } = schema
  if (!items) return () => fail('invalid array type, expected Items with a non-empty Schema')
  const convert = (json: unknown) => schemaValue(json, items)
  const kind = schema['x-kubernetes-list-type']
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  return (json) => {
    if (!Array.isArray(json)) return fail('invalid data, expected an array for the provided schema with type=array')
    if (kind === 'set') return new SetList(json, convert)
    return kind === 'map' ? new KeyedList(json, convert, keys) : new SchemaList(json, convert)
  }
}
