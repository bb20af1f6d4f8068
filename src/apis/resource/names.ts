import { type FieldError, fieldError } from '../../meta/field-error.js'
import { labelErrors, subdomainErrors } from '../../meta/names.js'
import { each, invalidBy } from '../field-checks.js'
import { checkDriverName } from '../storage/csi.js'

const longestId = 32
const identifier = '[A-Za-z_][A-Za-z0-9_]*'

export function checkLabelName(name: string, path: string): FieldError[] {
  return invalidBy(path, name, labelErrors(name))
}

export function checkClassName(name: string | undefined, path: string): FieldError[] {
  return name ? invalidBy(path, name, subdomainErrors(name)) : [fieldError.required(path)]
}

/** Subdomains, with slashes between them. */
export function checkPoolName(name: string, path: string): FieldError[] {
  if (name === '') return [fieldError.required(path)]
  const found = Buffer.byteLength(name) > 253 ? [fieldError.tooLong(path, 253)] : []
  return [...found, ...name.split('/').flatMap((part) => invalidBy(path, part, subdomainErrors(part)))]
}

/** `<domain>/<C identifier>`; the domain may be left out. */
export function checkQualifiedName(name: string, path: string): FieldError[] {
  const [first = '', second, ...more] = name.split('/')
  if (more.length > 0) return []
  if (second === undefined) return checkIdentifier(first, path)
  return [
    ...(first ? checkDriverName(first, path) : [fieldError.invalid(path, '', 'the domain must not be empty')]),
    ...(second ? checkIdentifier(second, path) : [fieldError.invalid(path, '', 'the name must not be empty')]),
  ]
}

export function checkFullName(name: string, path: string): FieldError[] {
  const found = checkQualifiedName(name, path)
  if (name.includes('/')) return found
  const why = 'a fully qualified name must be a domain and a name separated by a slash'
  return [...found, fieldError.invalid(path, name, why)]
}

function checkIdentifier(id: string, path: string): FieldError[] {
  const found = Buffer.byteLength(id) > longestId ? [fieldError.tooLong(path, longestId)] : []
  if (new RegExp(`^${identifier}$`).test(id)) return found
  const why =
    `a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters ` +
    `or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '${identifier}')`
  return [...found, fieldError.invalid(path, id, why)]
}

/** Each item at its own path, no more than `most` and none twice by `key`. */
export function checkSet<T>(
  items: readonly T[] = [],
  path: string,
  most: number,
  check: (item: T, path: string) => FieldError[],
  key?: (item: T) => string,
): FieldError[] {
  if (items.length > most) return [fieldError.tooMany(path, items.length, most)]
  const keys = key ? items.map(key) : []
  const again = keys.flatMap((one, i) => (keys.indexOf(one) < i ? [fieldError.duplicate(`${path}[${i}]`, one)] : []))
  return [...each(items, path, check), ...again]
}
