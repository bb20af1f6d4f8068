import { Duration, fail, Timestamp } from './value.js'

const second = 1_000_000_000n
/** The first and last second of the years 1 to 9999. */
const firstSecond = -62_135_596_800n
const lastSecond = 253_402_300_799n

/** @throws Failure beyond 64 bits */
export function int64(value: bigint): bigint {
  return BigInt.asIntN(64, value) === value ? value : fail('integer overflow')
}

export function span(nanos: bigint): Duration {
  return new Duration(int64(nanos))
}

/** @throws Failure outside of the years 1 to 9999 */
export function instant(nanos: bigint): Timestamp {
  const seconds = floorSeconds(nanos)
  return seconds < firstSecond || seconds > lastSecond ? fail('timestamp overflow') : new Timestamp(nanos)
}

export function addToTimestamp({ nanos }: Timestamp, more: bigint): Timestamp {
  return instant(nanos + more)
}

export function floorSeconds(nanos: bigint): bigint {
  return (nanos - (((nanos % second) + second) % second)) / second
}

export function fraction(nanos: bigint): bigint {
  return ((nanos % second) + second) % second
}

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/

/** An RFC 3339 time as Go's time.Parse reads it; undefined when it is none or no day of the calendar. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = rfc3339.exec(text)
  if (!match) return undefined
  const [, year, month, day, hours, minutes, seconds, part = '', sign, zoneHours = '0', zoneMinutes = '0'] = match
  const days = dayNumber(Number(year), Number(month), Number(day))
  if (days === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  if (Number(zoneHours) > 24 || Number(zoneMinutes) > 59) return undefined
  const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60 * (sign === '-' ? -1 : 1)
  const at = days * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) - offset
  return new Timestamp(BigInt(at) * second + BigInt(part.slice(0, 9).padEnd(9, '0')))
}

/** Days since 1970; undefined for the 30th of February and the like. */
export function dayNumber(year: number, month: number, day: number): number | undefined {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / 86_400_000 : undefined
}

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: second,
  m: 60n * second,
  h: 3600n * second,
}

/** Go's time.ParseDuration; undefined when it is not one or beyond an int64 of nanoseconds. */
export function parseDuration(text: string): Duration | undefined {
  const match = /^([+-]?)((?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|0)$/.exec(text)
  if (!match) return undefined
  let nanos = 0n
  for (const [, whole = '', part = '', unit = 's'] of (match[2] ?? '').matchAll(
    /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g,
  )) {
    if (whole.length > 19 || part.length > 40) return undefined
    const size = units[unit] ?? 1n
    nanos += BigInt(whole || '0') * size + (BigInt(part || '0') * size) / 10n ** BigInt(part.length)
  }
  const signed = match[1] === '-' ? -nanos : nanos
  return BigInt.asIntN(64, signed) === signed ? new Duration(signed) : undefined
}

/** `2024-01-01T00:00:00.5Z`: as many digits of the second as it has. */
export function formatTimestamp({ nanos }: Timestamp): string {
  const whole = new Date(Number(floorSeconds(nanos)) * 1000).toISOString().slice(0, 19)
  const part = fraction(nanos).toString().padStart(9, '0').replace(/0+$/, '')
  return `${whole}${part === '' ? '' : `.${part}`}Z`
}

/** `1.5s`: seconds as a double prints them. */
export function formatDuration({ nanos }: Duration): string {
  const sign = nanos < 0n ? '-' : ''
  const size = nanos < 0n ? -nanos : nanos
  const part = (size % second).toString().padStart(9, '0').replace(/0+$/, '')
  const seconds = Number(`${size / second}.${part || '0'}`)
  const digits = seconds < 1e21 && seconds >= 1e-6 ? String(seconds) : seconds.toFixed(9).replace(/\.?0+$/, '')
  return `${sign}${digits}s`
}
