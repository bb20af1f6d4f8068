/** Fields of a schedule in order: what they may hold, and names for some of it. */
const fields = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
]
const descriptors = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']
const every = '@every '
const duration = /^[+-]?(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+$|^0$/

/** What is wrong with a cron schedule, in the words of upstream's parser (robfig/cron); undefined when it is right. */
export function cronError(schedule: string): string | undefined {
  let spec = schedule
  const zone = /^(?:CRON_)?TZ=(\S*)\s?/.exec(schedule)
  if (zone) {
    if (!/\s/.test(schedule)) return 'panic parsing schedule: runtime error: slice bounds out of range [:-1]'
    if (!isTimeZone(zone[1] ?? '')) return `provided bad location ${zone[1]}: unknown time zone ${zone[1]}`
    spec = schedule.slice(schedule.search(/\s/)).trim()
  }
  if (spec === '') return 'empty spec string'
  if (spec.startsWith('@')) return descriptorError(spec)
  const parts = spec.split(/\s+/).filter((part) => part !== '')
  if (parts.length !== fields.length) {
    return `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`
  }
  for (const [i, part] of parts.entries()) {
    const error = part
      .split(',')
      .map((range) => rangeError(range, fields[i] ?? { min: 0, max: 0 }))
      .find((e) => e)
    if (error) return error
  }
  return undefined
}

/** Whether the IANA's database has the zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

function descriptorError(spec: string): string | undefined {
  if (descriptors.includes(spec)) return undefined
  if (!spec.startsWith(every)) return `unrecognized descriptor: ${spec}`
  const text = spec.slice(every.length)
  return duration.test(text)
    ? undefined
    : `failed to parse duration ${spec}: time: invalid duration ${JSON.stringify(text)}`
}

/** `5`, `1-3`, a star, and a step behind a slash. */
function rangeError(range: string, { min, max, names = [] }: { min: number; max: number; names?: string[] }) {
  const [span = '', ...steps] = range.split('/')
  const [first = '', ...lasts] = span.split('-')
  let [start, end] = [min, max]
  if (first !== '*' && first !== '?') {
    const from = readNumber(first, names, min)
    if (typeof from === 'string') return from
    start = from
    if (lasts.length > 1) return `too many hyphens: ${range}`
    const to = lasts.length === 1 ? readNumber(lasts[0] ?? '', names, min) : from
    if (typeof to === 'string') return to
    end = to
  }
  if (steps.length > 1) return `too many slashes: ${range}`
  const step = steps.length === 1 ? readNumber(steps[0] ?? '', [], 0) : 1
  if (typeof step === 'string') return step
  if (steps.length === 1 && lasts.length === 0 && first !== '*' && first !== '?') end = max
  if (start < min) return `beginning of range (${start}) below minimum (${min}): ${range}`
  if (end > max) return `end of range (${end}) above maximum (${max}): ${range}`
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${range}`
  return step === 0 ? `step of range should be a positive number: ${range}` : undefined
}

/** The number, or what is wrong with it. */
function readNumber(text: string, names: readonly string[], min: number): number | string {
  const named = names.indexOf(text.toLowerCase())
  if (named >= 0) return named + min
  if (!/^[+-]?\d+$/.test(text)) {
    return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`
  }
  return text.startsWith('-') ? `negative number (${Number(text)}) not allowed: ${text}` : Number(text)
}
