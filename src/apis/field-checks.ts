import { type FieldError, fieldError } from '../meta/field-error.js'
import { jsonEquals } from '../meta/json-equal.js'
import {
  labelErrors,
  labelValueErrors,
  pathSegmentErrors,
  qualifiedNameErrors,
  subdomainErrors,
} from '../meta/names.js'
import { isNegative } from './amounts.js'
import { goShape } from './go-shape.js'

/** Checks that many kinds share; each answers with what is wrong, in upstream's words. */

export function invalidBy(path: string, value: unknown, whys: readonly string[]): FieldError[] {
  return whys.map((why) => fieldError.invalid(path, value, why))
}

export function checkNotNegative(value: number | undefined, path: string): FieldError[] {
  return value !== undefined && value < 0 ? [fieldError.invalid(path, value, 'must be greater than or equal to 0')] : []
}

/** A label of at most 63 bytes that must be there. */
export function checkRequiredLabel(name: string | undefined, path: string): FieldError[] {
  return name ? invalidBy(path, name, labelErrors(name)) : [fieldError.required(path)]
}

export function checkSubdomain(name: string | undefined, path: string): FieldError[] {
  return name ? invalidBy(path, name, subdomainErrors(name)) : []
}

/** One of a few words that must be there. */
export function checkOneOf(value: string | undefined, allowed: readonly string[], path: string): FieldError[] {
  if (!value) return [fieldError.required(path)]
  return allowed.includes(value) ? [] : [fieldError.notSupported(path, value, allowed)]
}

export function checkPortNumber(port: number, path: string): FieldError[] {
  return port >= 1 && port <= 65535 ? [] : [fieldError.invalid(path, port, 'must be between 1 and 65535, inclusive')]
}

/** What is wrong with the name of a port (an IANA service name). */
export function portNameErrors(name: string): string[] {
  const found: string[] = []
  if (name.length > 15) found.push('must be no more than 15 characters')
  if (!/^[-a-z0-9]+$/.test(name)) found.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  if (!/[a-z]/.test(name)) found.push('must contain at least one letter (a-z)')
  if (name.includes('--')) found.push('must not contain consecutive hyphens')
  if (name.startsWith('-') || name.endsWith('-')) found.push('must not begin or end with a hyphen')
  return found
}

export function checkPortNumberOrName(port: number | string, path: string): FieldError[] {
  return typeof port === 'number' ? checkPortNumber(port, path) : invalidBy(path, port, portNameErrors(port))
}

/** Labels that are not those of the object itself. */
export function checkLabels(labels: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...invalidBy(path, key, qualifiedNameErrors(key)),
    ...invalidBy(path, value, labelValueErrors(value)),
  ])
}

/** Keys of annotations may have capitals. */
export function checkAnnotationKeys(annotations: object | undefined, path: string): FieldError[] {
  return Object.keys(annotations ?? {}).flatMap((key) => invalidBy(path, key, qualifiedNameErrors(key.toLowerCase())))
}

/** `0` to `100%`, or a number that is not negative. */
export function checkCountOrPercent(value: number | string | undefined, path: string): FieldError[] {
  if (typeof value === 'number') return checkNotNegative(value, path)
  if (value === undefined || /^[0-9]+%$/.test(value)) return []
  const why =
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for " +
    "validation is '[0-9]+%')"
  return [fieldError.invalid(path, value, why)]
}

/** Checks each item of a list at its own path. */
export function each<T>(
  items: readonly T[] | undefined,
  path: string,
  check: (item: T, path: string, index: number) => FieldError[],
): FieldError[] {
  return (items ?? []).flatMap((item, i) => check(item, `${path}[${i}]`, i))
}

/** Of each item, whether an earlier one has its key. In time of their number: lists from outside may be long. */
export function repeated<T>(items: readonly T[] | undefined, keyOf: (item: T) => string): readonly boolean[] {
  const seen = new Set<string>()
  return (items ?? []).map((item) => seen.size === seen.add(keyOf(item)).size)
}

export function checkNotNegativeAmount(amount: string, path: string): FieldError[] {
  return isNegative(amount) ? [fieldError.invalid(path, amount, 'must be greater than or equal to 0')] : []
}

/** What may not be changed once it is there; `typeName` is that of a struct, to show it by. */
export function checkImmutable(value: unknown, old: unknown, path: string, typeName?: string): FieldError[] {
  if (jsonEquals(value ?? null, old ?? null)) return []
  const shown = typeName === undefined || value === undefined ? value : goShape(value, typeName)
  return [fieldError.invalid(path, shown, 'field is immutable')]
}

/** Text that must be there and can stand as one segment of a path: a kind, a resource, a name of any kind. */
export function checkPathSegment(text: string | undefined, path: string, why?: string): FieldError[] {
  return text ? invalidBy(path, text, pathSegmentErrors(text)) : [fieldError.required(path, why)]
}

/** One of a few words where there is one at all. */
export function checkChoice(value: string | undefined, allowed: readonly string[], path: string): FieldError[] {
  return value === undefined || allowed.includes(value) ? [] : [fieldError.notSupported(path, value, allowed)]
}

const pathAfterDomain = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"
const pathPattern = new RegExp(`^${pathAfterDomain}$`)

/** `example.com/controller`. */
export function checkDomainPrefixedPath(text: string, path: string): FieldError[] {
  if (text === '') return [fieldError.required(path)]
  const slash = text.indexOf('/')
  const [domain, rest] = slash < 0 ? [text, ''] : [text.slice(0, slash), text.slice(slash + 1)]
  if (slash < 0 || domain === '' || rest === '') {
    return [fieldError.invalid(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")')]
  }
  const found = invalidBy(path, domain, subdomainErrors(domain))
  if (pathPattern.test(rest)) return found
  const why = `Invalid path (regex used for validation is '${pathAfterDomain}')`
  return [...found, fieldError.invalid(path, rest, why)]
}

/** RFC 1035 label: versions of API groups. */
export function checkVersionName(text: string, path: string): FieldError[] {
  const pattern = '[a-z]([-a-z0-9]*[a-z0-9])?'
  const found: FieldError[] = []
  if (Buffer.byteLength(text) > 63) found.push(fieldError.invalid(path, text, 'must be no more than 63 characters'))
  if (new RegExp(`^${pattern}$`).test(text)) return found
  const why =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, " +
    `and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${pattern}')`
  return [...found, fieldError.invalid(path, text, why)]
}

/** A path that does not lead out of where it begins. */
export function checkNoBacksteps(file: string, path: string): FieldError[] {
  return file.split('/').includes('..') ? [fieldError.invalid(path, file, "must not contain '..'")] : []
}
