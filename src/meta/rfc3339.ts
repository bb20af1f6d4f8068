interface Element {
  readonly layout: string
  /** Looked for at the place reached so far. */
  readonly pattern: RegExp
  readonly range?: Range
}

/** What stands where in an RFC 3339 time, in Go's layout. */
const toSeconds: readonly Element[] = [
  { layout: '2006', pattern: /\d{4}/y },
  { layout: '-', pattern: /-/y },
  { layout: '01', pattern: /\d\d/y, range: { name: 'month', min: 1, max: 12 } },
  { layout: '-', pattern: /-/y },
  { layout: '02', pattern: /\d\d/y },
  { layout: 'T', pattern: /T/y },
  { layout: '15', pattern: /\d\d/y, range: { name: 'hour', min: 0, max: 23 } },
  { layout: ':', pattern: /:/y },
  { layout: '04', pattern: /\d\d/y, range: { name: 'minute', min: 0, max: 59 } },
  { layout: ':', pattern: /:/y },
  { layout: '05', pattern: /\d\d/y, range: { name: 'second', min: 0, max: 59 } },
]
const zone = /(?:Z|[+-](?:[01]\d|2[0-4]):[0-5]\d)/
const timeLayout: readonly Element[] = [
  ...toSeconds,
  { layout: 'Z07:00', pattern: new RegExp(`(?:[.,]\\d+)?${zone.source}`, 'y') },
]
const microTimeLayout: readonly Element[] = [
  ...toSeconds,
  { layout: '.000000', pattern: /[.,]\d{6}/y },
  { layout: 'Z07:00', pattern: new RegExp(zone.source, 'y') },
]

/** Days of any year, 29 February left to a closer look; times that the API has written are all that most objects have. */
const day = /(?:02-(?:0[1-9]|1\d|2[0-8])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01]))/
const isNormal = new RegExp(`^\\d{4}-${day.source}T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\dZ$`)

interface Range {
  readonly name: string
  readonly min: number
  readonly max: number
}

/**
 * A time as the API writes it: UTC, whole seconds. @throws Error with the text of Go's time.Parse when `text` is not
 * RFC 3339
 */
export function normalizeTime(text: string): string {
  return isNormal.test(text) ? text : normalize(text, timeLayout)
}

/** A MicroTime as the API writes it: UTC, exactly six digits of the second (API-SEMANTICS V63). @throws Error as above */
export function normalizeMicroTime(text: string): string {
  const digits = /[.,](\d{6})/.exec(text)?.[1] ?? ''
  return normalize(text, microTimeLayout).replace('Z', `.${digits}Z`)
}

function normalize(text: string, elements: readonly Element[]): string {
  const layout = elements.map((element) => element.layout).join('')
  const fail = (why: string) => new Error(`parsing time ${quote(text)}${why}`)
  let at = 0
  for (const { layout: element, pattern, range } of elements) {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    if (found === undefined) {
      throw fail(` as "${layout}": cannot parse ${quote(text.slice(at))} as "${element}"`)
    }
    if (range && (Number(found) < range.min || Number(found) > range.max)) throw fail(`: ${range.name} out of range`)
    at += found.length
  }
  if (at < text.length) throw fail(`: extra text: ${quote(text.slice(at))}`)
  const local = `${text.slice(0, 19)}Z`
  const instant = Date.parse(local)
  if (Number.isNaN(instant) || print(instant) !== local) throw fail(': day out of range')
  const normalized = print(instant - zoneOffset(text))
  if (!/^\d{4}-/.test(normalized)) throw fail(': year out of range')
  return normalized
}

/** As Go's time package quotes: bytes that are not printable ASCII in hex. */
function quote(text: string): string {
  const inner = text.replace(/["\\]/g, '\\$&').replace(/[^ -\u007f]/gu, (c) => {
    return [...Buffer.from(c)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
  })
  return `"${inner}"`
}

function print(instant: number): string {
  return new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z')
}

function zoneOffset(text: string): number {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(text.slice(19)) ?? []
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000
  return sign === '-' ? -offset : offset
}
