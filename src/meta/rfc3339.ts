const layout = '2006-01-02T15:04:05Z07:00'

/** What stands where in an RFC 3339 time, in Go's layout; the pattern is looked for at the place reached so far. */
const elements: readonly { readonly layout: string; readonly pattern: RegExp; readonly range?: Range }[] = [
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
  { layout: 'Z07:00', pattern: /(?:[.,]\d+)?(?:Z|[+-](?:[01]\d|2[0-4]):[0-5]\d)/y },
]

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
  const fail = (why: string) => new Error(`parsing time ${JSON.stringify(text)}${why}`)
  let at = 0
  for (const { layout: element, pattern, range } of elements) {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    if (found === undefined) {
      throw fail(` as "${layout}": cannot parse ${JSON.stringify(text.slice(at))} as "${element}"`)
    }
    if (range && (Number(found) < range.min || Number(found) > range.max)) throw fail(`: ${range.name} out of range`)
    at += found.length
  }
  if (at < text.length) throw fail(`: extra text: ${JSON.stringify(text.slice(at))}`)
  const local = `${text.slice(0, 19)}Z`
  const instant = Date.parse(local)
  if (Number.isNaN(instant) || print(instant) !== local) throw fail(': day out of range')
  const normalized = print(instant - zoneOffset(text))
  if (!/^\d{4}-/.test(normalized)) throw fail(': year out of range')
  return normalized
}

function print(instant: number): string {
  return new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z')
}

function zoneOffset(text: string): number {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(text.slice(19)) ?? []
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000
  return sign === '-' ? -offset : offset
}
