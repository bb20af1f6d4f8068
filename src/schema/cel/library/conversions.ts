import { formatGoDouble } from '../../../codec/go-text.js'
import { exactly, perCharacter, times } from '../cost-range.js'
import { global, method, type Overload, type Price } from '../overload.js'
import { sizeOf } from '../size.js'
import { floorSeconds, formatDuration, formatTimestamp, instant, parseDuration, parseTimestamp } from '../time.js'
import { type Duration, fail, type Timestamp, TypeValue, typeName, Uint, type Value } from '../value.js'

const same = (value: Value) => value

function cannotConvert(from: string, to: string): never {
  return fail(`type conversion error from '${from}' to '${to}'`)
}

/** A double without its fraction, when it fits. Go leaves out the two ends of int64, which no double can tell apart. */
function doubleToInt(value: number): bigint {
  return Number.isFinite(value) && value > -(2 ** 63) && value < 2 ** 63
    ? BigInt(Math.trunc(value))
    : fail('integer overflow')
}

function doubleToUint(value: number): Uint {
  const fits = Number.isFinite(value) && value >= 0 && value < 2 ** 64
  return fits ? new Uint(BigInt(Math.trunc(value))) : fail('unsigned integer overflow')
}

function stringToInt(text: string): bigint {
  if (!/^[+-]?\d{1,40}$/.test(text)) return cannotConvert('string', 'int')
  const value = BigInt(text.replace(/^\+/, ''))
  return BigInt.asIntN(64, value) === value ? value : cannotConvert('string', 'int')
}

function stringToUint(text: string): Uint {
  if (!/^\d{1,40}$/.test(text)) return cannotConvert('string', 'uint')
  const value = BigInt(text)
  return BigInt.asUintN(64, value) === value ? new Uint(value) : cannotConvert('string', 'uint')
}

function stringToDouble(text: string): number {
  const special = /^([+-]?)(inf(?:inity)?|nan)$/i.exec(text)
  if (special) return special[2]?.toLowerCase() === 'nan' ? Number.NaN : special[1] === '-' ? -Infinity : Infinity
  const isNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)
  const value = Number(text)
  return isNumber && Number.isFinite(value) ? value : cannotConvert('string', 'double')
}

const truths = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])
const falsehoods = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False'])

function stringToBool(text: string): boolean {
  if (truths.has(text)) return true
  return falsehoods.has(text) ? false : cannotConvert('string', 'bool')
}

function bytesToString(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return fail('invalid UTF-8 in bytes, cannot convert to string')
  }
}

/** As Go prints a double with %g and the shortest digits: 1e+21 rather than 1000000000000000000000. */
export function doubleToString(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (Object.is(value, -0)) return '-0'
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e21)) return formatGoDouble(value)
  return size >= 1e6 ? formatGoDouble(value) : String(value)
}

function secondsToTimestamp(seconds: bigint): Timestamp {
  return instant(seconds * 1_000_000_000n)
}

const perText: Price = {
  actual: ([text = null]) => Math.ceil(sizeOf(text) * perCharacter),
  estimate: ({ args }) => {
    const size = args[0]?.size ?? exactly(1)
    return { cost: times(size, perCharacter), size: { min: size.min, max: size.max * 4 } }
  },
}
const perByte: Price = {
  actual: ([bytes = null]) => Math.ceil(sizeOf(bytes) * perCharacter),
  estimate: ({ args }) => {
    const size = args[0]?.size ?? exactly(1)
    return { cost: times(size, perCharacter), size: { min: Math.floor(size.min / 4), max: size.max } }
  },
}

/** Functions that turn one type into another. With a literal they are evaluated when a rule is compiled. */
export const conversions: readonly Overload[] = [
  global('type(A) type(A)', (value: Value) => new TypeValue(typeName(value))),
  global('dyn(A) dyn', same),
  global('bool(bool) bool', same),
  global('bool(string) bool', stringToBool),
  global('bytes(bytes) bytes', same),
  global('bytes(string) bytes', (text: string) => Buffer.from(text), perText),
  global('double(double) double', same),
  global('double(int) double', (value: bigint) => Number(value)),
  global('double(string) double', stringToDouble),
  global('double(uint) double', (value: Uint) => Number(value.value)),
  global('duration(duration) duration', same),
  global('duration(int) duration', () => cannotConvert('int', 'google.protobuf.Duration')),
  global(
    'duration(string) duration',
    (text: string) => parseDuration(text) ?? cannotConvert('string', 'google.protobuf.Duration'),
  ),
  global('int(int) int', same),
  global('int(double) int', doubleToInt),
  global('int(duration) int', (value: Duration) => value.nanos),
  global('int(string) int', stringToInt),
  global('int(timestamp) int', (value: Timestamp) => floorSeconds(value.nanos)),
  global('int(uint) int', ({ value }: Uint) => (value < 2n ** 63n ? value : fail('integer overflow'))),
  global('string(string) string', same),
  global('string(bool) string', String),
  global('string(bytes) string', bytesToString, perByte),
  global('string(double) string', doubleToString),
  global('string(duration) string', formatDuration),
  global('string(int) string', String),
  global('string(timestamp) string', formatTimestamp),
  global('string(uint) string', (value: Uint) => String(value.value)),
  global('timestamp(timestamp) timestamp', same),
  global('timestamp(int) timestamp', secondsToTimestamp),
  global(
    'timestamp(string) timestamp',
    (text: string) => parseTimestamp(text) ?? cannotConvert('string', 'google.protobuf.Timestamp'),
  ),
  global('uint(uint) uint', same),
  global('uint(double) uint', doubleToUint),
  global('uint(int) uint', (value: bigint) => (value < 0n ? fail('unsigned integer overflow') : new Uint(value))),
  global('uint(string) uint', stringToUint),
  ...['bytes', 'list(A)', 'map(A, B)', 'string'].flatMap((type) => [
    global(`size(${type}) int`, (value: Value) => BigInt(sizeOf(value))),
    method(`size(${type}) int`, (value: Value) => BigInt(sizeOf(value))),
  ]),
]
