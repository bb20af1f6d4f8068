import { isJsonObject } from '../../meta/object.js'
import { stringifyJson } from '../json.js'
import type { KnownType, StructType } from '../typed/type.js'
import { wireType } from './reader.js'
import type { ProtobufWriter } from './writer.js'

type EncodeSchema = (schema: unknown, type: StructType) => void

/** Writes the message of a type with a JSON form of its own; nothing for a value that is not there. */
export function encodeKnownMessage(
  writer: ProtobufWriter,
  value: unknown,
  type: KnownType,
  encodeSchema: EncodeSchema,
): void {
  switch (type.name) {
    case 'meta.v1.Time':
    case 'meta.v1.MicroTime':
      writeTime(writer, value)
      break
    case 'resource.Quantity':
      writeText(writer, 1, String(value ?? '0'))
      break
    case 'intstr.IntOrString': {
      const isText = typeof value === 'string'
      writeText(writer, 3, isText ? value : '')
      writeInteger(writer, 2, isText ? 0 : Number(value ?? 0))
      writeInteger(writer, 1, isText ? 1 : 0)
      break
    }
    case 'meta.v1.FieldsV1':
    case 'runtime.RawExtension':
    case 'apiextensions.v1.JSON':
      if (value !== undefined && value !== null) writeText(writer, 1, stringifyJson(value))
      break
    default:
      writeSchema(writer, value, type, encodeSchema)
  }
}

function writeTime(writer: ProtobufWriter, value: unknown): void {
  if (typeof value !== 'string') return
  const micros = Number(/\.(\d{6})/.exec(value)?.[1] ?? 0)
  writeInteger(writer, 2, micros * 1000)
  writeInteger(writer, 1, Math.floor(Date.parse(value) / 1000))
}

function writeSchema(writer: ProtobufWriter, value: unknown, type: KnownType, encodeSchema: EncodeSchema): void {
  const schemaType = type.schema()
  if (!schemaType) return
  const isBool = type.name === 'apiextensions.v1.JSONSchemaPropsOrBool'
  const message = (number: number, schema: unknown) => writer.field(number, () => encodeSchema(schema, schemaType))
  if (Array.isArray(value)) {
    for (const item of value.toReversed()) {
      if (typeof item === 'string') writeText(writer, 2, item)
      else message(2, item)
    }
  } else if (isJsonObject(value)) message(isBool ? 2 : 1, value)
  if (isBool) writeInteger(writer, 1, value === false || value === undefined ? 0 : 1)
}

function writeText(writer: ProtobufWriter, number: number, text: string): void {
  writer.field(number, () => writer.text(text))
}

function writeInteger(writer: ProtobufWriter, number: number, value: number): void {
  writer.integer(value)
  writer.tag(number, wireType.varint)
}
