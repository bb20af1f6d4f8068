import { additionalOf } from '../member.js'
import type { Schema } from '../schema.js'
import { escapeName } from './escape.js'
import type { Type } from './type.js'
import * as types from './type.js'

/** A schema as rules see it: its type, and how large it can be in a request. */
export interface DeclType {
  readonly type: Type
  /** By escaped names. */
  readonly fields?: ReadonlyMap<string, DeclType>
  readonly key?: DeclType
  readonly element?: DeclType
  /** Of a list or map how many members, of a text how many characters it has at most. */
  readonly maxElements: number
  /** In JSON, in bytes. */
  readonly minSize: number
}

/** The largest request that upstream takes, by which sizes without a limit are estimated. */
export const maxRequestSize = 3 * 1024 * 1024

const dateTimeSize = { max: 32, min: 21 }
const durationSize = { max: 32, min: 3 }
const dateSize = 12

function simple(type: Type, minSize: number, maxElements = 0): DeclType {
  return { type, minSize, maxElements }
}

const boolean = simple(types.boolType, 4)
const double = simple(types.doubleType, 1)
const integer = simple(types.intType, 1)
const keyType = simple(types.stringType, 2, 0)

/**
 * What a rule sees of a schema; undefined for what it does not see: schemas without a type, and lists and maps of such.
 * `isRoot`: of a custom resource or of a resource embedded in one, where apiVersion, kind and two members of metadata
 * are seen whatever the schema says.
 */
export function declTypeOf(schema: Schema, isRoot: boolean): DeclType | undefined {
  const cache = isRoot ? roots : others
  if (!cache.has(schema)) cache.set(schema, declare(schema, isRoot, `selfType${++count}`))
  return cache.get(schema)
}

/** Each schema once: rules at many places of a large schema see much the same. */
const roots = new WeakMap<Schema, DeclType | undefined>()
const others = new WeakMap<Schema, DeclType | undefined>()
/** Types are told apart by their names, so that no two have the same. */
let count = 0

function declare(schema: Schema, isRoot: boolean, name: string): DeclType | undefined {
  if (schema['x-kubernetes-int-or-string']) {
    return simple(types.dynType, 1, schema.maxLength === undefined ? maxRequestSize - 2 : textSize(schema.maxLength))
  }
  const seen = isRoot ? withTypeAndObjectMeta(schema) : schema
  switch (seen.type) {
    case 'array':
      return listOf(seen, name)
    case 'object':
      return seen.additionalProperties ? mapOf(seen, name) : objectOf(seen, name)
    case 'string':
      return textOf(seen)
    case 'boolean':
      return boolean
    case 'number':
      return double
    case 'integer':
      return integer
  }
  return undefined
}

function below(schema: Schema, name: string): DeclType | undefined {
  const isRoot = schema['x-kubernetes-embedded-resource'] === true
  const cache = isRoot ? roots : others
  if (!cache.has(schema)) cache.set(schema, declare(schema, isRoot, name))
  return cache.get(schema)
}

function listOf({ items, maxItems }: Schema, name: string): DeclType | undefined {
  const element = items && below(items, `${name}.@idx`)
  if (!element) return undefined
  const maxElements = maxItems === undefined ? Math.floor((maxRequestSize - 2) / (element.minSize + 1)) : maxItems
  return { type: types.listType(element.type), element, minSize: 2, maxElements: Math.max(0, maxElements) }
}

/** A key needs six bytes around it and its value: quotes, a colon, a comma. */
function mapOf(schema: Schema, name: string): DeclType | undefined {
  const additional = additionalOf(schema)
  if (!additional) return objectOf(schema, name)
  const element = below(additional, `${name}.@elem`)
  if (!element) return undefined
  const { maxProperties } = schema
  const most = maxProperties === undefined ? Math.floor((maxRequestSize - 2) / (element.minSize + 6)) : maxProperties
  const type = types.mapType(types.stringType, element.type)
  return { type, key: keyType, element, minSize: 2, maxElements: Math.max(0, most) }
}

function objectOf({ properties = {}, required = [] }: Schema, name: string): DeclType {
  const fields = new Map<string, DeclType>()
  let minSize = 2
  for (const [key, property] of Object.entries(properties)) {
    const escaped = escapeName(key)
    const type = below(property, `${name}.${escaped ?? key}`)
    if (!type) continue
    if (escaped !== undefined) fields.set(escaped, type)
    if (required.includes(key) && property.default === undefined) minSize += Buffer.byteLength(key) + type.minSize + 4
  }
  const members = new Map(Array.from(fields, ([key, { type }]) => [key, type]))
  return { type: types.structType(name, members), fields, minSize, maxElements: 0 }
}

function textOf({ format, maxLength, enum: values }: Schema): DeclType {
  switch (format) {
    case 'byte':
      return simple(types.bytesType, 2, maxLength === undefined ? maxRequestSize - 2 : Math.max(0, maxLength))
    case 'duration':
      return simple(types.durationType, durationSize.min, durationSize.max)
    case 'date':
      return simple(types.timestampType, dateSize, dateSize)
    case 'date-time':
      return simple(types.timestampType, dateTimeSize.min, dateTimeSize.max)
  }
  if (maxLength !== undefined) return simple(types.stringType, 2, textSize(maxLength))
  if (!values || values.length === 0) return simple(types.stringType, 2, maxRequestSize - 2)
  const lengths = values.map((value) => (typeof value === 'string' ? Buffer.byteLength(value) : 0))
  return simple(types.stringType, 2, Math.max(...lengths))
}

/** Lengths are in characters, requests in bytes: a character may be four. */
function textSize(maxLength: number): number {
  return Math.max(0, maxLength) * 4
}

const text: Schema = { type: 'string' }
const objectMeta: Schema = { type: 'object', properties: { name: text, generateName: text } }
const known = new WeakMap<Schema, Schema>()

/** The schema with apiVersion, kind, metadata.name and metadata.generateName, which rules see at the root of resources. */
export function withTypeAndObjectMeta(schema: Schema): Schema {
  let result = known.get(schema)
  if (!result) {
    const metadata = schema.properties?.metadata
    const hasMeta = metadata?.properties?.name?.type === 'string' && metadata.properties.generateName?.type === 'string'
    const hasType = schema.properties?.kind?.type === 'string' && schema.properties.apiVersion?.type === 'string'
    const implied = { kind: text, apiVersion: text, metadata: objectMeta }
    result = hasMeta && hasType ? schema : { ...schema, properties: { ...schema.properties, ...implied } }
    known.set(schema, result)
  }
  return result
}
