import { isJsonObject, type JsonObject, setOwn } from '../meta/object.js'

/** A path that leads nowhere, or a patch that does not apply. */
export class PointerError extends Error {}

/** RFC 6901: `/a/b~1c/0` is `a`, `b/c`, `0`. @throws PointerError */
export function parsePointer(pointer: string): string[] {
  if (pointer === '') return []
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) throw new PointerError(`bad pointer ${pointer}`)
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/**
 * A JSON tree that is changed in place as far as its user can see, while the one it was made from stays as it was:
 * containers are copied on their first change.
 */
export class EditableTree {
  private readonly own = new Set<unknown>()

  constructor(public root: unknown) {}

  /** @throws PointerError when there is nothing */
  get(path: readonly string[]): unknown {
    return path.reduce<unknown>(child, this.root)
  }

  /** Sets a member, or puts an item in front of the one at that index (`-`: behind all). */
  add(path: readonly string[], value: unknown): void {
    const key = path.at(-1)
    if (key === undefined) {
      this.root = value
      return
    }
    const parent = this.editable(path.slice(0, -1))
    if (Array.isArray(parent)) parent.splice(key === '-' ? parent.length : index(key, parent.length), 0, value)
    else setOwn(parent, key, value)
  }

  /** As upstream's library, sets a member that is missing. @throws PointerError when there is no such item or parent */
  replace(path: readonly string[], value: unknown): void {
    const key = path.at(-1)
    if (key === undefined) {
      this.root = value
      return
    }
    const parent = this.editable(path.slice(0, -1))
    if (Array.isArray(parent)) parent[index(key, parent.length - 1)] = value
    else setOwn(parent, key, value)
  }

  /** @throws PointerError when there is nothing to remove */
  remove(path: readonly string[]): void {
    const key = path.at(-1)
    if (key === undefined) throw new PointerError('the whole document can not be removed')
    this.get(path)
    const parent = this.editable(path.slice(0, -1))
    if (Array.isArray(parent)) parent.splice(index(key, parent.length - 1), 1)
    else delete parent[key]
  }

  /** The container at `path`, after everything on the way there has become ours. */
  private editable(path: readonly string[]): unknown[] | JsonObject {
    let parent = this.ours(this.root)
    this.root = parent
    for (const key of path) {
      const copy = this.ours(child(parent, key))
      if (Array.isArray(parent)) parent[index(key, parent.length - 1)] = copy
      else setOwn(parent, key, copy)
      parent = copy
    }
    return parent
  }

  private ours(value: unknown): unknown[] | JsonObject {
    if (!Array.isArray(value) && !isJsonObject(value)) throw new PointerError('not a container')
    if (this.own.has(value)) return value
    const copy = Array.isArray(value) ? [...value] : { ...value }
    this.own.add(copy)
    return copy
  }
}

function child(parent: unknown, key: string): unknown {
  if (Array.isArray(parent)) return parent[index(key, parent.length - 1)]
  if (isJsonObject(parent) && Object.hasOwn(parent, key)) return parent[key]
  throw new PointerError(`there is no ${key}`)
}

/** @throws PointerError unless `key` is a number from 0 to `last`, without leading zeros */
function index(key: string, last: number): number {
  const found = /^(?:0|[1-9]\d*)$/.test(key) ? Number(key) : Number.NaN
  if (!(found <= last)) throw new PointerError(`no index ${key}`)
  return found
}
