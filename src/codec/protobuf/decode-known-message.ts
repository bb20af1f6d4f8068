import type { JsonObject } from '../../meta/object.js'
import { formatQuantity, parseQuantity, zeroQuantity } from '../../meta/quantity.js'
import { parseJson } from '../json.js'
import { JsonError } from '../json-error.js'
import type { KnownType, StructType } from '../typed/type.js'
import { decodeUtf8 } from '../utf8.js'
import { ProtobufError, type ProtobufReader, wireType } from './reader.js'

/** What is read of a small message: the values of its fields, by number. */
type Fields = Map<number, unknown>

const zeroTime = -62_135_596_800
const endOfTime = 253_402_300_799

type DecodeSchema = (message: ProtobufReader, type: StructType) => JsonObject

/**
 * A message of a type with a JSON form of its own; undefined for what JSON shows as null.
 * @throws ProtobufError
 */
export function decodeKnownMessage(reader: ProtobufReader, type: KnownType, decodeSchema: DecodeSchema): unknown {
  switch (type.name) {
    case 'meta.v1.Time':
      return readTime(reader, 0)
    case 'meta.v1.MicroTime':
      return readTime(reader, 6)
    case 'resource.Quantity':
      return readQuantity(reader)
    case 'intstr.IntOrString':
      return readIntOrString(reader)
    case 'meta.v1.FieldsV1':
    case 'runtime.RawExtension':
    case 'apiextensions.v1.JSON':
      return readJson(reader)
    default:
      return readSchema(reader, type, decodeSchema)
  }
}

function readTime(reader: ProtobufReader, digits: 0 | 6): string | undefined {
  if (reader.done) return undefined
  const fields = numbers(reader)
  const seconds = Number(fields.get(1) ?? 0)
  const micros = Math.floor(Number(fields.get(2) ?? 0) / 1000)
  if (seconds === zeroTime) return undefined
  if (seconds < zeroTime || seconds > endOfTime || micros < 0 || micros > 999_999) {
    throw new ProtobufError(`proto: no time is ${seconds} seconds and ${micros} microseconds from 1970`)
  }
  const text = new Date(seconds * 1000).toISOString().slice(0, 19)
  return digits === 0 ? `${text}Z` : `${text}.${String(micros).padStart(6, '0')}Z`
}

function numbers(reader: ProtobufReader): Fields {
  const fields: Fields = new Map()
  while (!reader.done) {
    const { number, wire } = reader.tag()
    if (wire === wireType.varint) fields.set(number, reader.int64())
    else reader.skip(wire)
  }
  return fields
}

function readQuantity(reader: ProtobufReader): string {
  const text = firstBytes(reader)
  if (text === undefined || text.length === 0) return zeroQuantity
  try {
    return formatQuantity(parseQuantity(decodeUtf8(text)))
  } catch (error) {
    throw new ProtobufError((error as Error).message)
  }
}

function readIntOrString(reader: ProtobufReader): number | string {
  let [isText, number, text] = [false, 0, '']
  while (!reader.done) {
    const { number: field, wire } = reader.tag()
    if (field === 1 && wire === wireType.varint) isText = reader.int32() === 1
    else if (field === 2 && wire === wireType.varint) number = reader.int32()
    else if (field === 3 && wire === wireType.bytes) text = decodeUtf8(reader.slice())
    else reader.skip(wire)
  }
  return isText ? text : number
}

function readJson(reader: ProtobufReader): unknown {
  const text = firstBytes(reader)
  if (text === undefined || text.length === 0) return undefined
  try {
    return parseJson(text) ?? undefined
  } catch (error) {
    if (error instanceof JsonError) throw new ProtobufError(error.message)
    throw error
  }
}

/** Field 1 of a message that has no other. */
function firstBytes(reader: ProtobufReader): Buffer | undefined {
  let found: Buffer | undefined
  while (!reader.done) {
    const { number, wire } = reader.tag()
    if (number === 1 && wire === wireType.bytes) found = reader.slice()
    else reader.skip(wire)
  }
  return found
}

/** A schema, or a bool, several schemas or names in its place. */
function readSchema(reader: ProtobufReader, type: KnownType, decodeSchema: DecodeSchema): unknown {
  const schemaType = type.schema()
  const isBool = type.name === 'apiextensions.v1.JSONSchemaPropsOrBool'
  const schemaField = isBool ? 2 : 1
  let [schema, allows]: [unknown, boolean] = [undefined, false]
  const several: unknown[] = []
  while (!reader.done && schemaType) {
    const { number, wire } = reader.tag()
    if (number === schemaField && wire === wireType.bytes) schema = decodeSchema(reader.message(), schemaType)
    else if (isBool && number === 1 && wire === wireType.varint) allows = reader.bool()
    else if (isBool || number !== 2 || wire !== wireType.bytes) reader.skip(wire)
    else if (type.name === 'apiextensions.v1.JSONSchemaPropsOrStringArray') several.push(decodeUtf8(reader.slice()))
    else several.push(decodeSchema(reader.message(), schemaType))
  }
  if (isBool) return schema ?? allows
  return several.length > 0 ? several : schema
}
