import { isJsonObject, type JsonObject } from '../../meta/object.js'
import { stringifyJson } from '../json.js'
import { wireType } from './reader.js'
import { ProtobufWriter } from './writer.js'

/**
 * Messages whose shape is said in code, for formats that are not Kubernetes' own: OpenAPI documents as gnostic has them.
 * A `Write` puts one field there, number and all, or nothing.
 */
export type Write = (writer: ProtobufWriter, number: number, value: unknown) => void

/** Fields by the names they have in JSON. */
type Fields = Readonly<Record<string, readonly [number: number, write: Write]>>

export const text: Write = (writer, number, value) => writer.field(number, () => writer.text(String(value)))

export const flag: Write = (writer, number, value) => whole(writer, number, value === true ? 1 : 0)

export const whole: Write = (writer, number, value) => {
  writer.integer(value as number | bigint)
  writer.tag(number, wireType.varint)
}

export const double: Write = (writer, number, value) => {
  writer.double(Number(value))
  writer.tag(number, wireType.fixed64)
}

/** Any value at all, as text: JSON is YAML. */
export const anyValue: Write = (writer, number, value) =>
  writer.field(number, () => text(writer, 2, `${stringifyJson(value)}\n`))

export function list(item: Write): Write {
  return (writer, number, value) => {
    for (const one of (Array.isArray(value) ? value : []).toReversed()) item(writer, number, one)
  }
}

/** The members of an object, each as a message of its name and its value. */
export function named(value: Write): Write {
  return (writer, number, object) => {
    for (const [name, member] of entries(object).toReversed()) {
      writer.field(number, () => {
        value(writer, 2, member)
        text(writer, 1, name)
      })
    }
  }
}

/** A message with nothing but this field, of this number. */
export function wrapped(inner: number, write: Write): Write {
  return (writer, number, value) => writer.field(number, () => write(writer, inner, value))
}

/** A message that holds one of several things; `choose` says which. */
export function either(choose: (value: unknown) => readonly [number: number, write: Write]): Write {
  return (writer, number, value) => {
    const [inner, write] = choose(value)
    writer.field(number, () => write(writer, inner, value))
  }
}

/** `extensions` is the number of the field for members that begin with `x-`. */
export function message(fields: () => Fields, extensions?: number): Write {
  let known: [string, number, Write][] | undefined
  return (writer, number, value) => {
    known ??= Object.entries(fields())
      .map(([name, [field, write]]): [string, number, Write] => [name, field, write])
      .sort(([, a], [, b]) => b - a)
    const object = isJsonObject(value) ? value : {}
    const order = known
    writer.field(number, () => {
      if (extensions !== undefined) named(anyValue)(writer, extensions, extensionsOf(object))
      for (const [name, field, write] of order) {
        const member = Object.hasOwn(object, name) ? object[name] : undefined
        if (member !== undefined) write(writer, field, member)
      }
    })
  }
}

/** What `write` puts there, as bytes of a field of that number: parts of a message that may follow one another. */
export function fieldBytes(write: Write, number: number, value: unknown): Buffer {
  const writer = new ProtobufWriter()
  write(writer, number, value)
  return Buffer.from(writer.bytes)
}

function extensionsOf(object: JsonObject): JsonObject {
  return Object.fromEntries(entries(object).filter(([name]) => name.startsWith('x-')))
}

function entries(value: unknown): [string, unknown][] {
  return isJsonObject(value) ? Object.entries(value) : []
}
