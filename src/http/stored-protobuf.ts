import { parseJson } from '../codec/json.js'
import { type KindTypes, protobufBody, protobufMessage } from '../codec/protobuf/protobuf.js'
import type { JsonObject } from '../meta/object.js'
import type { Resource } from '../registry/resource.js'

/** Bytes of a generation of what was read lately, JSON and protobuf. */
const generationBytes = 16 * 2 ** 20

/**
 * Protobuf of objects that were read lately, by their stored JSON: making it costs many times what sending it does, and
 * lists are read again and again. What nobody has read for a whole generation is forgotten.
 */
class LatelyRead {
  #young = new Map<Buffer, Buffer>()
  #old = new Map<Buffer, Buffer>()
  #bytes = 0

  get(json: Buffer): Buffer | undefined {
    const young = this.#young.get(json)
    if (young) return young
    const old = this.#old.get(json)
    if (old) this.set(json, old)
    return old
  }

  set(json: Buffer, message: Buffer): void {
    if (this.#bytes > generationBytes) {
      this.#old = this.#young
      this.#young = new Map()
      this.#bytes = 0
    }
    this.#young.set(json, message)
    this.#bytes += json.length + message.length
  }
}

const messages = new LatelyRead()

type Named = Pick<Resource, 'apiVersion' | 'kind'>

/** The message of an object, as lists have it. `json` is the stored one in this version. @throws UnknownProtobufKind */
export function storedMessage({ apiVersion, kind }: Named, json: Buffer, types: KindTypes): Buffer {
  const known = messages.get(json)
  if (known) return known
  // The writer's buffer is larger than what is in it.
  const message = Buffer.from(protobufMessage(parseJson(json) as JsonObject, { apiVersion, kind }, types))
  messages.set(json, message)
  return message
}

/** The object as a body. `json` is the stored one in this version. @throws UnknownProtobufKind */
export function storedBody(resource: Named, json: Buffer, types: KindTypes): Buffer {
  const { apiVersion, kind } = resource
  return protobufBody({ apiVersion, kind }, storedMessage(resource, json, types))
}
