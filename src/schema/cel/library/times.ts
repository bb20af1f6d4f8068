import { method, type Overload } from '../overload.js'
import { floorSeconds, fraction } from '../time.js'
import { type Duration, fail, type Timestamp } from '../value.js'

/** The parts of an instant in a time zone, counted as CEL counts them: months, days of the year and week from 0. */
interface Parts {
  readonly date: Date
  readonly nanos: bigint
}

const parts: Readonly<Record<string, (parts: Parts) => number>> = {
  getFullYear: ({ date }) => date.getUTCFullYear(),
  getMonth: ({ date }) => date.getUTCMonth(),
  getDayOfYear: ({ date }) => {
    const newYear = new Date(date)
    newYear.setUTCMonth(0, 1)
    return Math.round((date.getTime() - newYear.getTime()) / 86_400_000)
  },
  getDayOfMonth: ({ date }) => date.getUTCDate() - 1,
  getDate: ({ date }) => date.getUTCDate(),
  getDayOfWeek: ({ date }) => date.getUTCDay(),
  getHours: ({ date }) => date.getUTCHours(),
  getMinutes: ({ date }) => date.getUTCMinutes(),
  getSeconds: ({ date }) => date.getUTCSeconds(),
  getMilliseconds: ({ nanos }) => Number(nanos / 1_000_000n),
}

/** In the zone: an offset such as `+02:00`, or a name of the time zone database. @throws Failure for unknown ones */
function partsIn({ nanos }: Timestamp, zone: string): Parts {
  const at = Number(floorSeconds(nanos)) * 1000
  return { date: new Date(at + zoneOffset(at, zone)), nanos: fraction(nanos) }
}

function zoneOffset(at: number, zone: string): number {
  if (zone === '' || zone === 'UTC') return 0
  const colon = zone.indexOf(':')
  if (colon < 0) return namedOffset(at, zone)
  const [hours, minutes] = [zone.slice(0, colon), zone.slice(colon + 1)].map(readNumber)
  const sign = (hours ?? 0) < 0 || zone.startsWith('-') ? -1 : 1
  return ((hours ?? 0) * 60 + sign * (minutes ?? 0)) * 60_000
}

function readNumber(text: string): number {
  if (!/^[+-]?\d{1,9}$/.test(text)) fail(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Number(text)
}

function namedOffset(at: number, zone: string): number {
  const format = zoneFormat(zone)
  const of = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
  const year = of.era === 'BC' ? 1 - Number(of.year) : Number(of.year)
  const local = new Date(0)
  local.setUTCFullYear(year, Number(of.month) - 1, Number(of.day))
  local.setUTCHours(Number(of.hour), Number(of.minute), Number(of.second))
  return local.getTime() - at
}

/** Making one takes long; few zones are used. */
const formats = new Map<string, Intl.DateTimeFormat>()
const maxFormats = 100

function zoneFormat(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  if (!/^[A-Za-z]/.test(zone) || zone.length > 64) return fail(`unknown time zone ${zone}`)
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric' } as const
  const time = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23', era: 'short' } as const
  try {
    const format = new Intl.DateTimeFormat('en-US', { ...numeric, ...time, timeZone: zone })
    if (formats.size < maxFormats) formats.set(zone, format)
    return format
  } catch {
    return fail(`unknown time zone ${zone}`)
  }
}

const spans: Readonly<Record<string, bigint>> = {
  getHours: 3_600_000_000_000n,
  getMinutes: 60_000_000_000n,
  getSeconds: 1_000_000_000n,
}

export const times: readonly Overload[] = [
  ...Object.entries(parts).flatMap(([name, part]) => [
    method(`${name}(timestamp) int`, (value: Timestamp) => BigInt(part(partsIn(value, 'UTC')))),
    method(`${name}(timestamp, string) int`, (value: Timestamp, zone: string) => BigInt(part(partsIn(value, zone)))),
  ]),
  ...Object.entries(spans).map(([name, unit]) =>
    method(`${name}(duration) int`, ({ nanos }: Duration) => nanos / unit),
  ),
  method('getMilliseconds(duration) int', ({ nanos }: Duration) => nanos / 1_000_000n),
]
