import { quoteGo } from '../../meta/go-quote.js'
import { dayNumber, parseDuration, parseTimestamp } from './time.js'
import { Duration, fail, Timestamp } from './value.js'

const day = 86_400_000_000_000n

/** A string of format date. @throws Failure for any other */
export function parseDate(text: string): Timestamp {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []
  const days = dayNumber(Number(year), Number(month), Number(date))
  if (days === undefined || Number.isNaN(days))
    return fail(`Invalid date formatted string ${text}: parsing time ${quoteGo(text)}`)
  return new Timestamp(BigInt(days) * day)
}

/** A string of format date-time: RFC 3339, in either case; the zone may have no colon or be missing. */
export function parseDateTime(text: string): Timestamp {
  const upper = text.toUpperCase().replace(/([+-]\d\d)(\d\d)$/, '$1:$2')
  const found = parseTimestamp(upper) ?? parseTimestamp(`${upper}Z`)
  return found ?? fail(`Invalid date-time formatted string ${text}: parsing time ${quoteGo(text)}`)
}

const units: readonly (readonly [RegExp, bigint])[] = [
  [/^(?:ns|nano)/, 1n],
  [/^(?:us|µs|micro)/, 1000n],
  [/^(?:ms|milli)/, 1_000_000n],
  [/^(?:s$|sec)/, 1_000_000_000n],
  [/^(?:m$|min)/, 60_000_000_000n],
  [/^(?:h$|hr$|hour)/, 3_600_000_000_000n],
  [/^(?:d$|day)/, day],
  [/^(?:w$|wk$|week)/, 7n * day],
]

/** A string of format duration: as Go writes it, or numbers with units such as `2 days`. */
export function parseSpan(text: string): Duration {
  const plain = parseDuration(text)
  if (plain) return plain
  let nanos = 0n
  let found = false
  for (const [, count = '0', unit = ''] of text.matchAll(/(\d{1,18})\s*([A-Za-zµ]+)/g)) {
    const size = units.find(([pattern]) => pattern.test(unit.toLowerCase()))?.[1]
    if (size === undefined) continue
    found = true
    nanos += BigInt(count) * size
  }
  return found
    ? new Duration(BigInt.asIntN(64, nanos))
    : fail(`Invalid duration ${text}: unable to parse ${quoteGo(text)} as duration`)
}
