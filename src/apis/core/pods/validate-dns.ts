import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { each, invalidBy } from '../../field-checks.js'
import { checkIp } from '../../ip-checks.js'
import type { PodSpec } from './pod-spec.js'

const [maxServers, maxSearches, maxSearchLength, maxNameLength] = [3, 32, 2048, 253]
const part = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const searchPattern = new RegExp(`^${part}(\\.${part})*$`)

/** How a pod looks up names: `dnsConfig`, at `path`, and `dnsPolicy`. */
export function validateDns({ dnsConfig, dnsPolicy }: PodSpec, path: string): FieldError[] {
  if (dnsPolicy === 'None' && !dnsConfig) {
    return [fieldError.required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')]
  }
  const { nameservers = [], searches = [], options } = dnsConfig ?? {}
  if (dnsPolicy === 'None' && nameservers.length === 0) {
    const why = 'must provide at least one DNS nameserver when `dnsPolicy` is None'
    return [fieldError.required(`${path}.nameservers`, why)]
  }
  const found: FieldError[] = []
  const refuse = (field: string, value: unknown, why: string) =>
    found.push(fieldError.invalid(`${path}.${field}`, value, `must not have more than ${why}`))
  if (nameservers.length > maxServers) refuse('nameservers', nameservers, `${maxServers} nameservers`)
  if (searches.length > maxSearches) refuse('searches', searches, `${maxSearches} search paths`)
  if (Buffer.byteLength(searches.join(' ')) > maxSearchLength) {
    refuse('searches', searches, `${maxSearchLength} characters (including spaces) in the search list`)
  }
  return [
    ...found,
    ...each(nameservers, `${path}.nameservers`, (ip, at) => checkIp(ip, at)),
    ...each(searches, `${path}.searches`, checkSearch),
    ...each(options, `${path}.options`, ({ name }, at) => (name ? [] : [fieldError.required(at, 'must not be empty')])),
  ]
}

/** A domain that names are looked up in; underscores are let through, as some have them. */
function checkSearch(search: string, path: string): FieldError[] {
  if (search === '.') return []
  const name = search.replace(/\.$/, '')
  const whys: string[] = []
  if (Buffer.byteLength(name) > maxNameLength) whys.push(`must be no more than ${maxNameLength} characters`)
  if (!searchPattern.test(name)) {
    whys.push(
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start " +
        `and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${part}(\\.${part})*')`,
    )
  }
  return invalidBy(path, name, whys)
}
