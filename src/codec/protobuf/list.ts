import type { StructType } from '../typed/type.js'
import { encodeMessage } from './encode-message.js'
import { envelope, type GroupVersionKindNames, type KindTypes, UnknownProtobufKind } from './protobuf.js'
import { wireType } from './reader.js'
import { ProtobufWriter } from './writer.js'

/**
 * A list as a body, in parts. `metadata` is that of the list, `items` are messages, as `protobufMessage` makes them.
 * @throws UnknownProtobufKind
 */
export function protobufList(
  names: GroupVersionKindNames,
  metadata: object,
  items: readonly Buffer[],
  typeOf: KindTypes,
): Buffer[] {
  const head = new ProtobufWriter()
  encodeMessage(head, { metadata, items: [] }, listType(names, typeOf))
  const parts: Buffer[] = [head.bytes]
  let length = head.length
  for (const item of items) {
    const start = itemStart(item.length)
    parts.push(start, item)
    length += start.length + item.length
  }
  const [before, after] = envelope(names, length)
  return [before, ...parts, after]
}

function listType(names: GroupVersionKindNames, typeOf: KindTypes): StructType {
  const type = typeOf(names)
  if (type?.members.get('items')?.field.type.kind !== 'list') {
    throw new UnknownProtobufKind(names.apiVersion, names.kind)
  }
  return type
}

/** Tag and length of an item; those of one size share them. */
const starts = new Map<number, Buffer>()
const mostStarts = 10_000

function itemStart(length: number): Buffer {
  const known = starts.get(length)
  if (known) return known
  const writer = new ProtobufWriter()
  writer.unsigned(length)
  writer.tag(2, wireType.bytes)
  const start = Buffer.from(writer.bytes)
  if (starts.size < mostStarts) starts.set(length, start)
  return start
}
