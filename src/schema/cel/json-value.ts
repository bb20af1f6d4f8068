import { isJsonObject, type JsonObject } from '../../meta/object.js'
import { SchemaList } from './schema-list.js'
import { MapValue, type Value } from './value.js'

/** A JSON tree as expressions see it that know no schema: whole numbers are ints, others doubles. */
export function jsonValue(json: unknown): Value {
  if (json === undefined || json === null) return null
  if (typeof json === 'number') return Number.isInteger(json) ? BigInt(json) : json
  if (Array.isArray(json)) return new SchemaList(json, jsonValue)
  if (isJsonObject(json)) return new JsonMap(json)
  return json as string | boolean | bigint
}

class JsonMap extends MapValue {
  constructor(private readonly json: JsonObject) {
    super()
  }

  get size(): number {
    return Object.keys(this.json).length
  }

  find(key: Value): Value | undefined {
    if (typeof key !== 'string' || !Object.hasOwn(this.json, key)) return undefined
    const json = this.json[key]
    return json === undefined ? undefined : jsonValue(json)
  }

  keys(): Iterable<Value> {
    return Object.keys(this.json)
  }
}

/** Members that are worked out when they are first asked for. */
export class LazyMap extends MapValue {
  readonly #known = new Map<string, Value>()

  constructor(private readonly members: ReadonlyMap<string, () => Value>) {
    super()
  }

  get size(): number {
    return this.members.size
  }

  find(key: Value): Value | undefined {
    if (typeof key !== 'string') return undefined
    let value = this.#known.get(key)
    if (value !== undefined) return value
    value = this.members.get(key)?.()
    if (value !== undefined) this.#known.set(key, value)
    return value
  }

  keys(): Iterable<Value> {
    return this.members.keys()
  }
}
