/** Formats of dates and times, as kube-openapi's strfmt takes them. */

export function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []
  if (year === undefined) return false
  // The year 2000 + n has the leap days of any year n; JavaScript takes years below 100 for others.
  const date = new Date(Date.UTC((Number(year) % 400) + 2000, Number(month) - 1, Number(day)))
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
}

export function isDateTime(text: string): boolean {
  const [date = '', time = ''] = text.toLowerCase().split('t')
  const clock = /^(\d{2}):(\d{2}):(\d{2})(?:.\d+)?(?:z|[+-]\d{2}:\d{2})$/.exec(time)
  return isDate(date) && clock !== null && Number(clock[1]) < 24 && Number(clock[2]) < 60 && Number(clock[3]) < 60
}

const units = new Set(['ns', 'us', 'µs', 'ms', 's', 'm', 'h', 'hr', 'd', 'w', 'wk'])
const unitPrefixes = ['nano', 'micro', 'milli', 'sec', 'min', 'hour', 'day', 'week']

/** Go's durations (`1h30m`), or any text in which a number has a unit (`2 days`). */
export function isDuration(text: string): boolean {
  // More than an int64 can be.
  if (/\d{19}/.test(text)) return false
  if (text === '0' || /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return true
  const spans = [...text.matchAll(/(\d+)\s*([A-Za-zµ]+)/g)]
  return spans.some(([, , unit = '']) => isUnit(unit.toLowerCase()))
}

function isUnit(unit: string): boolean {
  return units.has(unit) || unitPrefixes.some((prefix) => unit.startsWith(prefix))
}
