import type { JsonObject } from '../../meta/object.js'
import type { StructType } from '../typed/type.js'
import { encodeMessage } from './encode-message.js'
import { envelope, type GroupVersionKindNames, type KindTypes, UnknownProtobufKind } from './protobuf.js'
import { ProtobufWriter } from './writer.js'

/**
 * Writes a list item by item, so that whoever has many of them can do other things in between: `item` answers with one
 * item's bytes, `whole` puts them together. @throws UnknownProtobufKind
 */
export class ProtobufList {
  private readonly type: StructType
  private readonly itemType: StructType

  constructor(
    private readonly names: GroupVersionKindNames,
    typeOf: KindTypes,
  ) {
    const type = typeOf(names)
    const items = type?.members.get('items')?.field.type
    if (!type || items?.kind !== 'list' || items.item.kind !== 'struct') {
      throw new UnknownProtobufKind(names.apiVersion, names.kind)
    }
    this.type = type
    this.itemType = items.item
  }

  /** The field an item is in the list's message. */
  item(object: JsonObject): Buffer {
    const writer = new ProtobufWriter()
    writer.field(2, () => encodeMessage(writer, object, this.itemType))
    return writer.bytes
  }

  /** The body, in parts. `metadata` is that of the list. */
  whole(metadata: object, items: readonly Buffer[]): Buffer[] {
    const head = new ProtobufWriter()
    encodeMessage(head, { metadata, items: [] }, this.type)
    const length = items.reduce((sum, item) => sum + item.length, head.length)
    const [before, after] = envelope(this.names, length)
    return [before, head.bytes, ...items, after]
  }
}
