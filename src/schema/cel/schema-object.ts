import type { JsonObject } from '../../meta/object.js'
import type { Schema } from '../schema.js'
import { valuesEqual } from './compare.js'
import { escapeName, unescapeName } from './escape.js'
import { doWork } from './meter.js'
import { sameJson } from './preserved.js'
import { fail, MapValue, type Value } from './value.js'

/** What is the same in all objects of one schema. */
export class Shape {
  readonly #names = new Map<string, string | undefined>()

  constructor(
    private readonly properties: Record<string, Schema>,
    private readonly additional: Schema | undefined,
    readonly convert: (json: unknown, schema: Schema) => Value,
    /** It has properties: names are escaped, and a null is as good as nothing. */
    readonly isStruct: boolean,
  ) {
    if (isStruct) for (const name of Object.keys(properties)) this.#names.set(escapeName(name) ?? name, name)
  }

  schemaOf(name: string): Schema | undefined {
    return this.isStruct ? (Object.hasOwn(this.properties, name) ? this.properties[name] : undefined) : this.additional
  }

  nameOf(key: string): string | undefined {
    if (!this.isStruct) return key
    return this.#names.get(key) ?? unescapeName(key)
  }
}

/** An object of a JSON tree; members are converted when they are looked at. */
export class SchemaObject extends MapValue {
  constructor(
    readonly json: JsonObject,
    private readonly shape: Shape,
  ) {
    super()
  }

  get size(): number {
    return Object.keys(this.json).length
  }

  find(key: Value): Value | undefined {
    if (typeof key !== 'string') return fail('no such overload')
    const name = this.shape.nameOf(key)
    return name === undefined ? undefined : this.#member(name)
  }

  #member(name: string): Value | undefined {
    if (!Object.hasOwn(this.json, name)) return undefined
    const json = this.json[name]
    if (json === undefined || (json === null && this.shape.isStruct)) return undefined
    const schema = this.shape.schemaOf(name)
    return schema && this.shape.convert(json, schema)
  }

  *keys(): Iterable<Value> {
    for (const name of Object.keys(this.json)) {
      if (this.shape.schemaOf(name)) yield this.shape.isStruct ? (escapeName(name) ?? name) : name
    }
  }

  override equals(other: MapValue): boolean {
    if (this.size !== other.size) return false
    for (const name of Object.keys(this.json)) if (!this.#sameMember(name, other)) return false
    return true
  }

  #sameMember(name: string, other: MapValue): boolean {
    doWork(30)
    if (this.shape.schemaOf(name)) {
      const mine = this.#member(name)
      const theirs = other instanceof SchemaObject ? other.#member(name) : other.find(name)
      return mine === undefined || theirs === undefined ? mine === theirs : valuesEqual(mine, theirs)
    }
    if (!(other instanceof SchemaObject)) return fail('no such overload')
    return !Object.hasOwn(other.json, name) || sameJson(this.json[name], other.json[name])
  }
}
