import { ArrayList, toArray } from './collections.js'
import { valuesEqual } from './compare.js'
import { escapeName } from './escape.js'
import { doWork } from './meter.js'
import { fail, ListValue, MapValue, OpaqueValue, type Value } from './value.js'

/** A list of a JSON tree; elements are converted when they are looked at. */
export class SchemaList extends ListValue {
  constructor(
    readonly json: readonly unknown[],
    protected readonly convert: (json: unknown) => Value,
  ) {
    super()
  }

  get size(): number {
    return this.json.length
  }

  at(index: number): Value {
    return this.convert(this.json[index])
  }
}

/** Elements that each have an identity: two such lists are equal in any order, and adding replaces. */
abstract class IdentityList extends SchemaList {
  protected abstract identity(value: Value): string

  override equals(other: ListValue): boolean {
    if (this.size !== other.size) return false
    const mine = this.#byIdentity()
    for (let i = 0; i < other.size; i++) {
      const theirs = other.at(i)
      const match = mine.get(this.identity(theirs))
      if (match === undefined || !valuesEqual(match, theirs)) return false
    }
    return true
  }

  override concat(other: ListValue): ListValue {
    const merged = this.#byIdentity()
    for (const value of toArray(other)) this.add(merged, this.identity(value), value)
    return new ArrayList([...merged.values()])
  }

  protected add(merged: Map<string, Value>, identity: string, value: Value): void {
    merged.set(identity, value)
  }

  #byIdentity(): Map<string, Value> {
    return new Map(toArray(this).map((value) => [this.identity(value), value]))
  }
}

/** A list of type set. */
export class SetList extends IdentityList {
  protected identity(value: Value): string {
    return scalarIdentity(value)
  }

  /** What is there stays as it is. */
  protected override add(merged: Map<string, Value>, identity: string, value: Value): void {
    if (!merged.has(identity)) merged.set(identity, value)
  }
}

/** A list of type map. */
export class KeyedList extends IdentityList {
  constructor(
    json: readonly unknown[],
    convert: (json: unknown) => Value,
    private readonly keyNames: readonly string[],
  ) {
    super(json, convert)
  }

  protected identity(value: Value): string {
    if (!(value instanceof MapValue))
      return fail('unexpected data format for element of array with x-kubernetes-list-type=map')
    return this.keyNames.map((name) => scalarIdentity(value.find(escapeName(name) ?? name) ?? null)).join('\0')
  }
}

function scalarIdentity(value: Value): string {
  doWork(20)
  return `${typeof value} ${value instanceof OpaqueValue ? JSON.stringify(value) : String(value)}`
}
