import type { JsonObject } from '../../meta/object.js'
import type { StructType } from '../typed/type.js'
import { decodeUtf8 } from '../utf8.js'
import { decodeMessage } from './decode-message.js'
import { encodeMessage } from './encode-message.js'
import { ProtobufError, ProtobufReader, wireType } from './reader.js'
import { ProtobufWriter } from './writer.js'

export const protobufMediaType = 'application/vnd.kubernetes.protobuf'

/** What every body begins with: "k8s" and a zero. */
const magic = Buffer.from([0x6b, 0x38, 0x73, 0])

/** contentEncoding and contentType, both empty. */
const emptyTrailer = Buffer.from([0x1a, 0, 0x22, 0])

export interface GroupVersionKindNames {
  readonly apiVersion: string
  readonly kind: string
}

/** A body of a kind that nobody knows, or that does not say its kind: `kind` is ''. */
export class UnknownProtobufKind extends ProtobufError {
  constructor(
    readonly apiVersion: string,
    readonly kind: string,
  ) {
    super(kind === '' ? "Object 'Kind' is missing" : `no kind ${JSON.stringify(kind)} is registered for ${apiVersion}`)
  }
}

/** The body says its kind, and what follows is no object of it. */
export class ProtobufObjectError extends ProtobufError {
  constructor(
    message: string,
    readonly apiVersion: string,
    readonly kind: string,
  ) {
    super(message)
  }
}

/** The type of a kind; undefined for a kind that has no protobuf form here. */
export type KindTypes = (names: GroupVersionKindNames) => StructType | undefined

/**
 * The object in a protobuf body (API-SEMANTICS C04), as the JSON tree its JSON form would be. `expected` stands in for
 * an apiVersion or kind that the body does not name.
 * @throws ProtobufError with Go's text, ProtobufObjectError, UnknownProtobufKind
 */
export function decodeProtobuf(bytes: Buffer, typeOf: KindTypes, expected?: GroupVersionKindNames): JsonObject {
  const { raw, ...named } = readEnvelope(bytes)
  const names = { apiVersion: named.apiVersion || expected?.apiVersion || '', kind: named.kind || expected?.kind || '' }
  const type = typeOf(names)
  if (!type) throw new UnknownProtobufKind(names.apiVersion, names.kind)
  try {
    return { ...names, ...decodeMessage(new ProtobufReader(raw), type) }
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error
    throw new ProtobufObjectError(error.message, names.apiVersion, names.kind)
  }
}

/**
 * An object as a protobuf body. Members that its type has not are left out.
 * @throws UnknownProtobufKind
 */
export function encodeProtobuf(object: JsonObject, typeOf: KindTypes): Buffer {
  const names = { apiVersion: String(object.apiVersion ?? ''), kind: String(object.kind ?? '') }
  return protobufBody(names, protobufMessage(object, names, typeOf))
}

/** An object of this kind without what says its kind. @throws UnknownProtobufKind */
export function protobufMessage(object: JsonObject, names: GroupVersionKindNames, typeOf: KindTypes): Buffer {
  const type = typeOf(names)
  if (!type) throw new UnknownProtobufKind(names.apiVersion, names.kind)
  const writer = new ProtobufWriter()
  encodeMessage(writer, object, type)
  return writer.bytes
}

/** What `protobufMessage` makes, as a body. */
export function protobufBody(names: GroupVersionKindNames, message: Buffer): Buffer {
  const [before, after] = envelope(names, message.length)
  return Buffer.concat([before, message, after])
}

/** What stands before and after a message of `length` bytes in a body: runtime.Unknown, with its members 3 and 4 empty. */
export function envelope({ apiVersion, kind }: GroupVersionKindNames, length: number): [Buffer, Buffer] {
  const before = new ProtobufWriter()
  before.unsigned(length)
  before.tag(2, wireType.bytes)
  before.field(1, () => {
    before.field(2, () => before.text(kind))
    before.field(1, () => before.text(apiVersion))
  })
  before.raw(magic)
  return [before.bytes, emptyTrailer]
}

function readEnvelope(bytes: Buffer): GroupVersionKindNames & { raw: Buffer } {
  if (bytes.length === 0) throw new ProtobufError('empty data')
  if (!bytes.subarray(0, magic.length).equals(magic)) {
    const prefix = `[${[...magic].join(' ')}]`
    throw new ProtobufError(`provided data does not appear to be a protobuf message, expected prefix ${prefix}`)
  }
  if (bytes.length === magic.length) throw new ProtobufError('empty body')
  let [apiVersion, kind] = ['', '']
  let raw: Buffer = Buffer.alloc(0)
  for (const reader = new ProtobufReader(bytes, magic.length); !reader.done; ) {
    const { number, wire } = reader.tag()
    if (number === 1 && wire === wireType.bytes) [apiVersion, kind] = readTypeMeta(reader.message())
    else if (number === 2 && wire === wireType.bytes) raw = reader.slice()
    else reader.skip(wire)
  }
  return { apiVersion, kind, raw }
}

function readTypeMeta(reader: ProtobufReader): [apiVersion: string, kind: string] {
  let [apiVersion, kind] = ['', '']
  while (!reader.done) {
    const { number, wire } = reader.tag()
    if (number === 1 && wire === wireType.bytes) apiVersion = decodeUtf8(reader.slice())
    else if (number === 2 && wire === wireType.bytes) kind = decodeUtf8(reader.slice())
    else reader.skip(wire)
  }
  return [apiVersion, kind]
}
