import { type JsonObject, setOwn } from '../../meta/object.js'
import { printStruct, zeroItem } from '../typed/print-struct.js'
import type { Field, MapType, ScalarType, StructType, Type } from '../typed/type.js'
import { decodeUtf8 } from '../utf8.js'
import { decodeKnownMessage } from './decode-known-message.js'
import { ProtobufError, type ProtobufReader, wireType } from './reader.js'

/** Messages may be nested this deep: the walk is recursive. */
const maxDepth = 500

/** A message as the JSON tree that Go would print of it. @throws ProtobufError */
export function decodeMessage(reader: ProtobufReader, type: StructType, depth = 0): JsonObject {
  const read = new Map<Field, unknown>()
  readFields(reader, type, read, depth)
  return printStruct(type, read)
}

function readFields(reader: ProtobufReader, type: StructType, into: Map<Field, unknown>, depth: number): void {
  if (depth > maxDepth) throw new ProtobufError('proto: nested too deep')
  while (!reader.done) {
    const { number, wire } = reader.tag()
    const field = type.byNumber.get(number)
    if (!field) reader.skip(wire)
    else if (field.name === '' && field.type.kind === 'struct') {
      expectWire(wire, wireType.bytes, field)
      readFields(reader.message(), field.type, into, depth + 1)
    } else into.set(field, readField(reader, field, wire, into.get(field), depth))
  }
}

/** `previous` is what the field has so far: lists and maps come an entry at a time. */
function readField(reader: ProtobufReader, field: Field, wire: number, previous: unknown, depth: number): unknown {
  const { type } = field
  if (type.kind === 'list' && !type.message) {
    const list = (previous as unknown[] | undefined) ?? []
    const packed = wire === wireType.bytes && wireOf(type.item) !== wireType.bytes
    if (!packed) list.push(readValue(reader, type.item, wire, field, depth) ?? zeroItem(type.item))
    else for (const packer = reader.message(); !packer.done; ) list.push(readScalar(packer, type.item as ScalarType))
    return list
  }
  if (type.kind !== 'map') return readValue(reader, type, wire, field, depth)
  expectWire(wire, wireType.bytes, field)
  const map = (previous as JsonObject | undefined) ?? {}
  readEntry(reader.message(), type, field, map, depth)
  return map
}

/** A map is a list of messages with a key and a value. */
function readEntry(reader: ProtobufReader, type: MapType, field: Field, into: JsonObject, depth: number): void {
  let key = ''
  let value: unknown
  while (!reader.done) {
    const { number, wire } = reader.tag()
    if (number === 1 && wire === wireType.bytes) key = decodeUtf8(reader.slice())
    else if (number === 2) value = readValue(reader, type.value, wire, field, depth)
    else reader.skip(wire)
  }
  setOwn(into, key, value ?? zeroItem(type.value))
}

function readValue(reader: ProtobufReader, type: Type, wire: number, field: Field, depth: number): unknown {
  expectWire(wire, wireOf(type), field)
  switch (type.kind) {
    case 'struct':
      return decodeMessage(reader.message(), type, depth + 1)
    case 'known':
      return decodeKnownMessage(reader.message(), type, (message, schema) => decodeMessage(message, schema, depth + 1))
    case 'list':
      return readItems(reader.message(), type.item)
    case 'map':
      throw new ProtobufError(`proto: ${field.name} is a map of maps`)
    default:
      return readScalar(reader, type)
  }
}

/** A list in a message of its own. */
function readItems(reader: ProtobufReader, item: Type): unknown[] {
  const items: unknown[] = []
  while (!reader.done) {
    const { number, wire } = reader.tag()
    if (number === 1 && wire === wireOf(item)) items.push(readScalar(reader, item as ScalarType))
    else reader.skip(wire)
  }
  return items
}

function readScalar(reader: ProtobufReader, { kind }: ScalarType): unknown {
  switch (kind) {
    case 'string':
      return decodeUtf8(reader.slice())
    case 'bytes':
      return reader.slice().toString('base64')
    case 'bool':
      return reader.bool()
    case 'int32':
      return reader.int32()
    case 'int64':
      return reader.int64()
    case 'float64':
      return reader.double()
  }
}

function wireOf({ kind }: Type): number {
  if (kind === 'bool' || kind === 'int32' || kind === 'int64') return wireType.varint
  return kind === 'float64' ? wireType.fixed64 : wireType.bytes
}

function expectWire(actual: number, expected: number, { name }: Field): void {
  if (actual !== expected) throw new ProtobufError(`proto: wrong wireType = ${actual} for field ${goName(name)}`)
}

/** As the struct calls it, which is nearly always so. */
function goName(name: string): string {
  return name === 'metadata' ? 'ObjectMeta' : name.charAt(0).toUpperCase() + name.slice(1)
}
