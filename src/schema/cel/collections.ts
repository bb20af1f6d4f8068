import { doWork } from './meter.js'
import { fail, ListValue, MapValue, Uint, type Value } from './value.js'

/**
 * A list in memory. Appending to the newest of the lists that share an array needs no copy, so that folds that build a
 * list are linear; an array that is not `growable` is never appended to.
 */
export class ArrayList extends ListValue {
  readonly size: number

  constructor(
    private readonly items: Value[],
    private readonly growable = false,
  ) {
    super()
    this.size = items.length
  }

  at(index: number): Value {
    return this.items[index] as Value
  }

  append(other: ListValue): ArrayList {
    doWork(5 * other.size)
    const isNewest = this.growable && this.items.length === this.size
    if (!isNewest) doWork(5 * this.size)
    const items = isNewest ? this.items : this.items.slice(0, this.size)
    const count = other.size
    for (let i = 0; i < count; i++) items.push(other.at(i))
    return new ArrayList(items, true)
  }
}

export function toArray(list: ListValue): Value[] {
  doWork(5 * list.size)
  return Array.from({ length: list.size }, (_, i) => list.at(i))
}

export function concatLists(left: ListValue, right: ListValue): ListValue {
  if (left.concat) return left.concat(right)
  return left instanceof ArrayList ? left.append(right) : new ArrayList(toArray(left), true).append(right)
}

/** A map literal, or what a fold builds. Numbers are one key whatever their type: 1, 1u and 1.0. */
export class TableMap extends MapValue {
  readonly #entries = new Map<unknown, { key: Value; value: Value }>()

  get size(): number {
    return this.#entries.size
  }

  find(key: Value): Value | undefined {
    return this.#entries.get(identity(key))?.value
  }

  keys(): Iterable<Value> {
    return Array.from(this.#entries.values(), ({ key }) => key)
  }

  set(key: Value, value: Value): void {
    this.#entries.set(identity(key), { key, value })
  }

  /** For folds, whose map nothing else sees. @throws Failure when the key is there */
  insert(key: Value, value: Value): this {
    doWork(20)
    if (this.#entries.has(identity(key))) fail(`insert failed: key ${showKey(key)} already exists`)
    this.set(key, value)
    return this
  }
}

function identity(key: Value): unknown {
  if (key instanceof Uint) return key.value
  if (typeof key === 'number' && Number.isInteger(key)) return BigInt(key)
  return key
}

/** A key as messages show it. */
export function showKey(key: Value): string {
  return key instanceof Uint ? String(key.value) : String(key)
}
