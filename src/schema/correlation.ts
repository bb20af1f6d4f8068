import { jsonEquals } from '../meta/json-equal.js'
import { isJsonObject } from '../meta/object.js'
import { additionalOf, propertyOf } from './member.js'
import type { Schema } from './schema.js'

/**
 * A value beside what it was before an update, as far as that can be told: by name in objects, by their keys in lists
 * that are maps, and not at all in other lists (API-SEMANTICS R24, KEP-4008).
 */
export class Correlation {
  readonly #children = new Map<string | number, Correlation | undefined>()
  #oldItems: Map<string, unknown> | undefined
  #isSame: boolean | undefined

  constructor(
    readonly value: unknown,
    readonly old: unknown,
    private readonly schema: Schema,
  ) {}

  /** The member of an object; undefined when it was not there before, or has no schema. */
  key(name: string): Correlation | undefined {
    if (!this.#children.has(name)) this.#children.set(name, this.#member(name))
    return this.#children.get(name)
  }

  #member(name: string): Correlation | undefined {
    const { value, old } = this
    if (!isJsonObject(value) || !isJsonObject(old) || !Object.hasOwn(value, name) || !Object.hasOwn(old, name)) {
      return undefined
    }
    const schema = propertyOf(this.schema, name) ?? additionalOf(this.schema)
    return schema && new Correlation(value[name], old[name], schema)
  }

  /** The element of a list; undefined unless the list is a map that had an element with these keys before. */
  index(i: number): Correlation | undefined {
    if (!this.#children.has(i)) this.#children.set(i, this.#element(i))
    return this.#children.get(i)
  }

  #element(i: number): Correlation | undefined {
    const { items } = this.schema
    const old = Array.isArray(this.value) ? this.oldElement(this.value[i]) : undefined
    return items && old !== undefined ? new Correlation((this.value as unknown[])[i], old, items) : undefined
  }

  /** What an element of the list was before. */
  oldElement(item: unknown): unknown {
    const keys = this.schema['x-kubernetes-list-map-keys'] ?? []
    if (this.schema['x-kubernetes-list-type'] !== 'map' || keys.length === 0 || !Array.isArray(this.old))
      return undefined
    this.#oldItems ??= byKeys(this.old, keys)
    const identity = keysOf(item, keys)
    return identity === undefined ? undefined : this.#oldItems.get(identity)
  }

  /** Whether nothing changed. */
  get isSame(): boolean {
    this.#isSame ??= this.#compare()
    return this.#isSame
  }

  #compare(): boolean {
    const { value, old } = this
    if (Array.isArray(value) && Array.isArray(old)) {
      if (value.length !== old.length) return false
      if (this.schema['x-kubernetes-list-type'] !== 'map') return jsonEquals(value, old)
      return value.every((_item, i) => this.index(i)?.isSame ?? false)
    }
    if (isJsonObject(value) && isJsonObject(old)) {
      const names = Object.keys(value)
      return names.length === Object.keys(old).length && names.every((name) => this.key(name)?.isSame ?? false)
    }
    return jsonEquals(value, old)
  }
}

/** The first of those with the same keys. */
function byKeys(items: readonly unknown[], keys: readonly string[]): Map<string, unknown> {
  const found = new Map<string, unknown>()
  for (const item of items) {
    const identity = keysOf(item, keys)
    if (identity !== undefined && !found.has(identity)) found.set(identity, item)
  }
  return found
}

/** undefined when a key is missing or no scalar. */
function keysOf(item: unknown, keys: readonly string[]): string | undefined {
  if (!isJsonObject(item)) return undefined
  const parts: string[] = []
  for (const key of keys) {
    const value = Object.hasOwn(item, key) ? item[key] : undefined
    if (value === undefined || value === null || typeof value === 'object') return undefined
    parts.push(typeof value === 'string' ? JSON.stringify(value) : String(value))
  }
  return parts.join('\0')
}
