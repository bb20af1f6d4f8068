import { parseJson, stringifyJson } from '../../codec/json.js'
import { isJsonObject, type JsonObject, setOwn } from '../../meta/object.js'
import { hashOf } from './file-text.js'

/** Files remembered, those last written; statuses of one file. */
const mostFiles = 2_000
const mostStatuses = 500

/**
 * Which statuses files told lately. Whoever has a text open while a controller writes the status saves the old one
 * with it, and does not mean it.
 */
export class ToldStatuses {
  readonly #byPath = new Map<string, Set<string>>()

  add(path: string, digest: string): void {
    const told = this.#byPath.get(path) ?? new Set()
    // Behind all others: the first ones are forgotten first.
    this.#byPath.delete(path)
    this.#byPath.set(path, told)
    told.delete(digest)
    told.add(digest)
    forgetFirst(told, mostStatuses)
    forgetFirst(this.#byPath, mostFiles)
  }

  has(path: string, status: unknown): boolean {
    return this.#byPath.get(path)?.has(digestOf(status)) === true
  }
}

function forgetFirst(
  all: { size: number; keys(): Iterator<string>; delete(key: string): boolean },
  most: number,
): void {
  if (all.size <= most) return
  const { value, done } = all.keys().next()
  if (!done) all.delete(value)
}

const noStatus = digestOf(undefined)
const statusMark = '"status":'

/** Of the status of an object. */
export function statusDigest(json: Buffer): string {
  if (!json.includes(statusMark)) return noStatus
  const object = parseJson(json)
  return digestOf(isJsonObject(object) ? object.status : undefined)
}

function digestOf(status: unknown): string {
  return hashOf(stringifyJson(sorted(status) ?? null)).slice(0, 16)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isJsonObject(value)) return value
  const copy: JsonObject = {}
  for (const key of Object.keys(value).sort()) setOwn(copy, key, sorted(value[key]))
  return copy
}
