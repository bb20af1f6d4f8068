import { describe, expect, it } from 'vitest'
import { generateName } from '../../src/meta/generate-name.js'
import {
  labelErrors,
  labelValueErrors,
  pathSegmentErrors,
  qualifiedNameErrors,
  subdomainErrors,
} from '../../src/meta/names.js'
import { cpuTime } from '../support/cpu-time.js'

const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with " +
  "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const qualified =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const labelValue =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
const tooLong = (max: number, unit = 'bytes') => `must be no more than ${max} ${unit}`

describe('names', () => {
  it.each([
    [subdomainErrors, 'a', []],
    [subdomainErrors, 'a.b-1.c', []],
    [subdomainErrors, 'a'.repeat(253), []],
    [subdomainErrors, 'a'.repeat(254), [tooLong(253, 'characters')]],
    [subdomainErrors, 'A'.repeat(254), [tooLong(253, 'characters'), subdomain]],
    [subdomainErrors, 'Bad_', [subdomain]],
    [subdomainErrors, 'a..b', [subdomain]],
    [subdomainErrors, '-a', [subdomain]],
    [subdomainErrors, 'a\n', [subdomain]],
    [subdomainErrors, '', [subdomain]],
    [subdomainErrors, '../x', [subdomain]],
    [labelErrors, 'a-1', []],
    [labelErrors, 'a.b', ['must not contain dots']],
    [labelErrors, 'a_b', [label]],
    [labelErrors, 'a'.repeat(64), [tooLong(63, 'characters')]],
    [pathSegmentErrors, 'system:a', []],
    [pathSegmentErrors, '.', ["may not be '.'"]],
    [pathSegmentErrors, '..', ["may not be '..'"]],
    [pathSegmentErrors, 'a/b%', ["may not contain '/'", "may not contain '%'"]],
    [qualifiedNameErrors, 'a', []],
    [qualifiedNameErrors, 'My.Name_1', []],
    [qualifiedNameErrors, 'example.com/a', []],
    [qualifiedNameErrors, '', ['name part must be non-empty', `name part ${qualified}`]],
    [qualifiedNameErrors, 'bad key!', [`name part ${qualified}`]],
    [qualifiedNameErrors, '/a', ['prefix part must be non-empty']],
    [qualifiedNameErrors, 'Example/a', [`prefix part ${subdomain}`]],
    [qualifiedNameErrors, 'x/', ['name part must be non-empty', `name part ${qualified}`]],
    [qualifiedNameErrors, 'a'.repeat(64), [`name part ${tooLong(63)}`]],
    [
      qualifiedNameErrors,
      'a/b/c',
      [`a valid label key ${qualified} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`],
    ],
    [labelValueErrors, '', []],
    [labelValueErrors, 'A_1.b', []],
    [labelValueErrors, 'bad value!', [labelValue]],
    [labelValueErrors, 'é', [labelValue]],
    [labelValueErrors, 'é'.repeat(32), [tooLong(63), labelValue]],
  ])('%o of %j', (rule, name, expected) => expect(rule(name)).toEqual(expected))

  it('leave prefixes more room', () => expect(pathSegmentErrors('..', true)).toEqual([]))

  it('are checked in linear time', () => {
    const took = cpuTime(() => {
      for (const name of [`${'a'.repeat(1e6)}!`, `${'a.'.repeat(5e5)}!`, `${'a-'.repeat(5e5)}`]) {
        for (const rule of [subdomainErrors, labelErrors, qualifiedNameErrors, labelValueErrors]) rule(name)
      }
    })
    expect(took).toBeLessThan(3000)
  })
})

describe('a generated name', () => {
  it.each([
    ['gen-', 'gen-bbbbb'],
    ['', 'bbbbb'],
    ['x'.repeat(60), `${'x'.repeat(58)}bbbbb`],
  ])('from %j', (base, expected) => expect(generateName(base, () => 0)).toBe(expected))

  it('uses upstream’s alphabet and differs from the one before', () => {
    const names = new Set(Array.from({ length: 1000 }, () => generateName('gen-')))
    expect(names.size).toBeGreaterThan(990)
    for (const name of names) expect(name).toMatch(/^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  })
})
