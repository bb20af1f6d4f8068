import { ProtobufWriter } from './writer.js'

/**
 * An event of a protobuf watch (API-SEMANTICS W15): the length in four bytes, big-endian, then meta/v1 WatchEvent
 * without an envelope of its own. `object` is the body of the object in it.
 */
export function encodeWatchEvent(type: string, object: Buffer): Buffer {
  const writer = new ProtobufWriter()
  writer.field(2, () => writer.field(1, () => writer.raw(object)))
  writer.field(1, () => writer.text(type))
  const length = Buffer.allocUnsafe(4)
  length.writeUInt32BE(writer.length)
  writer.raw(length)
  return writer.bytes
}
