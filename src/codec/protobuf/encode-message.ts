import { isJsonObject } from '../../meta/object.js'
import { zeroValue } from '../typed/print-struct.js'
import type { Field, ScalarType, StructType, Type } from '../typed/type.js'
import { encodeKnownMessage } from './encode-known-message.js'
import { wireType } from './reader.js'
import type { ProtobufWriter } from './writer.js'

/** The fields of each type, last one first, as they are written. */
const backwards = new WeakMap<StructType, readonly Field[]>()

function fieldsBackwards(type: StructType): readonly Field[] {
  const known = backwards.get(type)
  if (known) return known
  const fields = [...type.fields].sort((a, b) => b.number - a.number)
  backwards.set(type, fields)
  return fields
}

/** Writes an object as Go does: fields by number, maps by key, and what is no pointer even when it is empty. */
export function encodeMessage(writer: ProtobufWriter, value: unknown, type: StructType): void {
  const object = isJsonObject(value) ? value : {}
  for (const field of fieldsBackwards(type)) {
    if (field.name === '') writer.field(field.number, () => encodeType(writer, object, field.type))
    else encodeField(writer, Object.hasOwn(object, field.name) ? object[field.name] : undefined, field)
  }
}

function encodeField(writer: ProtobufWriter, value: unknown, field: Field): void {
  const { type, number } = field
  const present = value ?? (field.pointer ? undefined : zeroValue(type))
  if (type.kind === 'list' && !type.message) {
    for (const item of asList(present).toReversed()) encodeOne(writer, number, item, type.item)
  } else if (type.kind === 'map') {
    const entries = Object.entries(isJsonObject(present) ? present : {})
    if (entries.length > 1) entries.sort(([a], [b]) => Buffer.compare(Buffer.from(b), Buffer.from(a)))
    for (const [key, item] of entries) {
      writer.field(number, () => {
        encodeOne(writer, 2, item, type.value)
        encodeOne(writer, 1, key, { kind: 'string', go: 'string' })
      })
    }
  } else if (present !== undefined || (type.kind === 'known' && !field.pointer)) {
    encodeOne(writer, number, present, type)
  }
}

/** One field with its tag. */
function encodeOne(writer: ProtobufWriter, number: number, value: unknown, type: Type): void {
  switch (type.kind) {
    case 'bool':
    case 'int32':
    case 'int64':
      writer.integer(typeof value === 'boolean' ? Number(value) : (value as number | bigint))
      writer.tag(number, wireType.varint)
      break
    case 'float64':
      writer.double(Number(value))
      writer.tag(number, wireType.fixed64)
      break
    default:
      writer.field(number, () => encodeType(writer, value, type))
  }
}

/** What stands behind a length. */
function encodeType(writer: ProtobufWriter, value: unknown, type: Type): void {
  switch (type.kind) {
    case 'string':
      writer.text(String(value ?? ''))
      break
    case 'bytes':
      writer.raw(Buffer.from(String(value ?? ''), 'base64'))
      break
    case 'struct':
      encodeMessage(writer, value, type)
      break
    case 'list':
      for (const item of asList(value).toReversed()) encodeOne(writer, 1, item, type.item as ScalarType)
      break
    case 'known':
      encodeKnownMessage(writer, value, type, (schema, schemaType) => encodeMessage(writer, schema, schemaType))
      break
  }
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
