import { isJsonObject } from '../meta/object.js'
import { keyElement, type PathElement, valueElement } from './field-path.js'
import type { ListType } from './field-type.js'

/** A value that does not fit its type. `path` is that of the value, as messages show it; '' is the object itself. */
export class FieldTypeError extends Error {
  constructor(
    readonly path: string,
    readonly why: string,
  ) {
    super(path === '' ? why : `${path}: ${why}`)
  }
}

/**
 * What an item of a list with keys or of a set is called in a path. Keys it leaves out have their defaults.
 * @throws FieldTypeError without a path
 */
export function itemElement(list: ListType, item: unknown): PathElement {
  if (list.keys.length === 0) return setElement(item)
  if (item === null || item === undefined) throw misfit('associative list with keys may not have a null element')
  if (!isJsonObject(item)) throw misfit('associative list with keys may not have non-map elements')
  const [only = '', ...others] = list.keys
  const name = Object.hasOwn(item, only) ? item[only] : undefined
  if (others.length === 0 && typeof name === 'string') return list.elementOf(only, name)
  const keys: [string, unknown][] = []
  for (const name of list.keys) {
    const given = Object.hasOwn(item, name) ? item[name] : undefined
    const value = given === undefined ? list.items.map?.declared(name)?.default : given
    if (value !== undefined) keys.push([name, value])
  }
  if (keys.length === 0) {
    const names = list.keys.map((name) => JSON.stringify(name)).join(' ')
    throw misfit(
      `associative list with keys has an element that omits all key fields [${names}] ` +
        "(and doesn't have default values for any key fields)",
    )
  }
  return keyElement(keys)
}

function setElement(item: unknown): PathElement {
  if (isJsonObject(item)) throw misfit("associative list without keys has an element that's a map type")
  if (Array.isArray(item)) throw misfit('not supported: associative list with lists as elements')
  if (item === null || item === undefined) {
    throw misfit("associative list without keys has an element that's an explicit null")
  }
  return valueElement(item)
}

function misfit(why: string): FieldTypeError {
  return new FieldTypeError('', why)
}

/** The elements of a list's items, in order. @throws FieldTypeError; `path` is that of the list */
export function itemElements(list: ListType, items: readonly unknown[], path: () => string): PathElement[] {
  return items.map((item, i) => {
    try {
      return itemElement(list, item)
    } catch (error) {
      if (!(error instanceof FieldTypeError)) throw error
      throw new FieldTypeError(path(), `element ${i}: ${error.why}`)
    }
  })
}
