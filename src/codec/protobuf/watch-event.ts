import type { JsonObject } from '../../meta/object.js'
import { encodeProtobuf, type KindTypes } from './protobuf.js'
import { ProtobufWriter } from './writer.js'

/**
 * An event of a protobuf watch (API-SEMANTICS W15): the length in four bytes, big-endian, then meta/v1 WatchEvent
 * without an envelope of its own. The object in it has one.
 * @throws UnknownProtobufKind
 */
export function encodeWatchEvent(type: string, object: JsonObject, typeOf: KindTypes): Buffer {
  const writer = new ProtobufWriter()
  writer.field(2, () => writer.field(1, () => writer.raw(encodeProtobuf(object, typeOf))))
  writer.field(1, () => writer.text(type))
  const length = Buffer.allocUnsafe(4)
  length.writeUInt32BE(writer.length)
  writer.raw(length)
  return writer.bytes
}
