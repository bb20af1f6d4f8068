import { global, method, type Overload } from '../overload.js'
import { fixed, traversal } from '../price.js'
import { fail, OpaqueValue } from '../value.js'

/** A semantic version (semver.org 2.0.0). */
class SemverValue extends OpaqueValue {
  readonly type = 'kubernetes.Semver'

  constructor(
    /** Major, minor, patch. */
    readonly numbers: readonly bigint[],
    readonly pre: readonly string[],
  ) {
    super()
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof SemverValue && compare(this, other) === 0
  }
}

const maxUint = 2n ** 64n - 1n

/** @throws Failure with the text of upstream's parser */
function parse(text: string): SemverValue {
  if (text === '') return fail('Version string empty')
  const dots = text.split('.')
  const parts = dots.length < 3 ? dots : [dots[0] ?? '', dots[1] ?? '', dots.slice(2).join('.')]
  if (parts.length !== 3) return fail('No Major.Minor.Patch elements found')
  const rest = parts[2] ?? ''
  const plus = rest.indexOf('+')
  const beforeBuild = plus < 0 ? rest : rest.slice(0, plus)
  const dash = beforeBuild.indexOf('-')
  const patch = dash < 0 ? beforeBuild : beforeBuild.slice(0, dash)
  const numbers = [parts[0] ?? '', parts[1] ?? '', patch].map((part, i) =>
    readNumber(part, ['major', 'minor', 'patch'][i] ?? ''),
  )
  const pre = dash < 0 ? [] : beforeBuild.slice(dash + 1).split('.')
  for (const part of pre) checkPre(part)
  if (plus >= 0) for (const part of rest.slice(plus + 1).split('.')) checkBuild(part)
  return new SemverValue(numbers, pre)
}

function readNumber(text: string, name: string): bigint {
  if (name !== 'patch' || text !== '') {
    if (!/^\d*$/.test(text)) fail(`Invalid character(s) found in ${name} number ${JSON.stringify(text)}`)
    if (/^0\d/.test(text)) {
      const title = name[0]?.toUpperCase() + name.slice(1)
      fail(`${title} number must not contain leading zeroes ${JSON.stringify(text)}`)
    }
  }
  if (text === '') fail('strconv.ParseUint: parsing "": invalid syntax')
  const value = text.length > 20 ? maxUint + 1n : BigInt(text)
  return value > maxUint ? fail(`strconv.ParseUint: parsing ${JSON.stringify(text)}: value out of range`) : value
}

function checkPre(part: string): void {
  if (part === '') fail('Prerelease is empty')
  if (/^\d+$/.test(part) && /^0\d/.test(part)) {
    fail(`Numeric PreRelease version must not contain leading zeroes ${JSON.stringify(part)}`)
  }
  if (!/^[0-9A-Za-z-]+$/.test(part)) fail(`Invalid character(s) found in prerelease ${JSON.stringify(part)}`)
}

function checkBuild(part: string): void {
  if (part === '') fail('Build meta data is empty')
  if (!/^[0-9A-Za-z-]+$/.test(part)) fail(`Invalid character(s) found in build meta data ${JSON.stringify(part)}`)
}

/** Without a `v` in front or zeros that lead, and with the numbers that are missing: `v1` is `1.0.0`. */
function normalize(text: string): string {
  const dots = text.replace(/^v/, '').split('.')
  const parts = dots.length <= 3 ? dots : [...dots.slice(0, 2), dots.slice(2).join('.')]
  const trimmed = parts.map((part) => {
    const short = part.length > 1 ? part.replace(/^0+/, '') : part
    return part.length > 1 && !/^\d/.test(short) ? `0${short}` : short
  })
  if (trimmed.length < 3 && /[+-]/.test(trimmed.at(-1) ?? '')) {
    fail('short version cannot contain PreRelease/Build meta data')
  }
  while (trimmed.length < 3) trimmed.push('0')
  return trimmed.join('.')
}

function isSemver(text: string, normalized = false): boolean {
  try {
    parse(normalized ? normalize(text) : text)
    return true
  } catch {
    return false
  }
}

/** Build metadata does not count; a version with a pre-release comes before the one without. */
function compare(a: SemverValue, b: SemverValue): number {
  for (const [i, number] of a.numbers.entries()) {
    const other = b.numbers[i] ?? 0n
    if (number !== other) return number < other ? -1 : 1
  }
  if (a.pre.length === 0 || b.pre.length === 0) return Math.sign(b.pre.length - a.pre.length)
  for (let i = 0; i < Math.min(a.pre.length, b.pre.length); i++) {
    const order = comparePre(a.pre[i] ?? '', b.pre[i] ?? '')
    if (order !== 0) return order
  }
  return Math.sign(a.pre.length - b.pre.length)
}

function comparePre(a: string, b: string): number {
  const [x, y] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (x && y) {
    const [m, n] = [BigInt(a), BigInt(b)]
    return m < n ? -1 : m > n ? 1 : 0
  }
  if (x !== y) return x ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}

const one = fixed(1)
const type = 'kubernetes.Semver'
const part = (i: number) => (version: SemverValue) => BigInt.asIntN(64, version.numbers[i] ?? 0n)

export const semvers: readonly Overload[] = [
  global(`semver(string) ${type}`, parse, traversal()),
  global(`semver(string, bool) ${type}`, (text: string, n: boolean) => parse(n ? normalize(text) : text), traversal()),
  global('isSemver(string) bool', (text: string) => isSemver(text), traversal()),
  global('isSemver(string, bool) bool', isSemver, traversal()),
  method(`isGreaterThan(${type}, ${type}) bool`, (a: SemverValue, b: SemverValue) => compare(a, b) > 0, one),
  method(`isLessThan(${type}, ${type}) bool`, (a: SemverValue, b: SemverValue) => compare(a, b) < 0, one),
  method(`compareTo(${type}, ${type}) int`, (a: SemverValue, b: SemverValue) => BigInt(compare(a, b)), one),
  method(`major(${type}) int`, part(0), one),
  method(`minor(${type}) int`, part(1), one),
  method(`patch(${type}) int`, part(2), one),
]
