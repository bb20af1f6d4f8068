import { isJsonObject } from '../meta/object.js'
import type { Schema } from '../schema/schema.js'
import { fieldElement, keyElement, type PathElement } from './field-path.js'
import { objectProperties } from './object-meta-schema.js'

/**
 * A schema as field ownership sees it: what may be owned in parts and what only as a whole. A type may allow several
 * forms; the value decides.
 */
export interface FieldType {
  readonly scalar?: Scalar
  readonly list?: ListType
  readonly map?: MapType
}

export type Scalar = 'string' | 'numeric' | 'boolean' | 'untyped'

export type Form = 'map' | 'scalar' | 'list'

/** A property a schema names. */
export interface DeclaredField {
  readonly element: PathElement
  readonly type: FieldType
  readonly default: unknown
}

const namedLimit = 200

/** A list that is owned as a whole (atomic), item by item with keys, or as a set. */
export class ListType {
  /** Elements of items with one key, by its value: the same few names come with every write. */
  private readonly named = new Map<string, PathElement>()

  constructor(
    readonly atomic: boolean,
    /** Empty for a set. */
    readonly keys: readonly string[],
    private readonly itemType: () => FieldType,
  ) {}

  get items(): FieldType {
    return this.itemType()
  }

  /** The element of an item whose only key has this value. */
  elementOf(key: string, value: string): PathElement {
    const known = this.named.get(value)
    if (known !== undefined) return known
    const element = keyElement([[key, value]])
    if (this.named.size >= namedLimit) this.named.clear()
    if (value.length < 200) this.named.set(value, element)
    return element
  }
}

/** An object, or a map. */
export class MapType {
  private readonly fields = new Map<string, DeclaredField>()

  constructor(
    readonly atomic: boolean,
    private readonly properties: Readonly<Record<string, Schema>>,
    private readonly preserving: boolean,
    private readonly restType: (() => FieldType) | undefined,
  ) {}

  declared(name: string): DeclaredField | undefined {
    const known = this.fields.get(name)
    if (known) return known
    const schema = Object.hasOwn(this.properties, name) ? this.properties[name] : undefined
    if (!schema) return undefined
    const type = compiled(schema, this.preserving)
    const field = { element: fieldElement(name), type, default: schema.default }
    this.fields.set(name, field)
    return field
  }

  /** The type of fields that are not declared; undefined when there may be none. */
  get rest(): FieldType | undefined {
    return this.restType?.()
  }

  /** Nothing is known of what is in it. */
  get isUntyped(): boolean {
    return this.rest === deduced && Object.keys(this.properties).length === 0
  }
}

const noProperties: Readonly<Record<string, Schema>> = {}

/** A value nothing is known of, below a list: owned as a whole. */
const untyped: FieldType = {
  scalar: 'untyped',
  list: new ListType(true, [], () => untyped),
  map: new MapType(true, noProperties, false, () => untyped),
}

/** A value nothing is known of (`x-kubernetes-preserve-unknown-fields`): maps in parts, lists as a whole (S05). */
const deduced: FieldType = {
  scalar: 'untyped',
  list: new ListType(true, [], () => untyped),
  map: new MapType(false, noProperties, false, () => deduced),
}

/** Of a field that the schema neither names nor lets through: owned as a whole. */
export const unknownType: FieldType = {}

const roots = new WeakMap<Schema, FieldType>()
const types = { plain: new WeakMap<Schema, FieldType>(), preserving: new WeakMap<Schema, FieldType>() }

/** The type of a kind's objects; metadata need not be in its schema. Kept as long as the schema lives. */
export function objectType(schema: Schema): FieldType {
  const known = roots.get(schema)
  if (known) return known
  const type = compile({ ...schema, type: 'object', 'x-kubernetes-embedded-resource': true }, false)
  roots.set(schema, type)
  return type
}

/** `preserving`: the schema stands below one that preserves unknown fields. */
function compiled(schema: Schema, preserving: boolean): FieldType {
  const cache = preserving ? types.preserving : types.plain
  const known = cache.get(schema)
  if (known) return known
  const type = compile(schema, preserving)
  cache.set(schema, type)
  return type
}

function compile(schema: Schema, preservingAbove: boolean): FieldType {
  const preserving = preservingAbove || schema['x-kubernetes-preserve-unknown-fields'] === true
  if (schema['x-kubernetes-int-or-string']) return deduced
  switch (schema.type) {
    case 'array':
      return { list: compileList(schema, preserving) }
    case 'object':
      return { map: compileMap(schema, preserving) }
    case 'string':
      return { scalar: schema.format === undefined || schema.format === 'byte' ? 'string' : 'untyped' }
    case 'integer':
    case 'number':
      return { scalar: 'numeric' }
    case 'boolean':
      return { scalar: 'boolean' }
    default:
      return schema.properties ? { map: compileMap(schema, preserving) } : deduced
  }
}

function compileList(schema: Schema, preserving: boolean): ListType {
  const { items } = schema
  return new ListType(!isGranular(schema), listKeys(schema), () => (items ? compiled(items, preserving) : untyped))
}

/** Lists of built-in kinds that do not say their type are merged as strategic merge patches do. */
function isGranular(schema: Schema): boolean {
  const { 'x-kubernetes-list-type': type, 'x-kubernetes-patch-strategy': strategy } = schema
  return type ? type !== 'atomic' : strategy === 'merge' || strategy === 'merge,retainKeys'
}

function listKeys(schema: Schema): readonly string[] {
  const { 'x-kubernetes-list-type': type, 'x-kubernetes-patch-merge-key': mergeKey } = schema
  if (type) return (type === 'map' && schema['x-kubernetes-list-map-keys']) || []
  return mergeKey === undefined ? [] : [mergeKey]
}

function compileMap(schema: Schema, preserving: boolean): MapType {
  const own = schema.properties ?? noProperties
  const properties = schema['x-kubernetes-embedded-resource'] ? { ...own, ...objectProperties } : own
  const { additionalProperties: others } = schema
  let rest: (() => FieldType) | undefined
  if (isJsonObject(others)) rest = () => compiled(others, preserving)
  else if (others ?? (preserving || (Object.keys(properties).length === 0 && schema.type === 'object'))) {
    rest = () => deduced
  }
  return new MapType(schema['x-kubernetes-map-type'] === 'atomic', properties, preserving, rest)
}

/** The form a value has, or what it would have to have when it has none of those the type allows. */
export function formOf(type: FieldType, value: unknown): Form {
  if (Array.isArray(value)) {
    if (type.list) return 'list'
  } else if (typeof value === 'object' && value !== null) {
    if (type.map) return 'map'
  } else if (value !== null && value !== undefined && type.scalar) return 'scalar'
  return type.map ? 'map' : type.scalar ? 'scalar' : 'list'
}
