import { quoteGo } from '../../../meta/go-quote.js'
import { doWork } from '../meter.js'
import { formatDuration, formatTimestamp } from '../time.js'
import {
  Duration,
  Failure,
  fail,
  ListValue,
  MapValue,
  Timestamp,
  TypeValue,
  typeName,
  Uint,
  type Value,
} from '../value.js'
import { doubleToString } from './conversions.js'

/** A clause such as `%.3f`: what it is, and of decimals how many. */
export interface Clause {
  readonly letter: string
  readonly precision: number
}

const defaultPrecision = 6
/** Texts of clauses that are given a value of a type they can't show. */
const only: Readonly<Record<string, string>> = {
  s: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  d: 'decimal clause can only be used on integers',
  f: 'fixed-point clause can only be used on doubles',
  e: 'scientific clause can only be used on doubles',
  b: 'only integers and bools can be formatted as binary',
  x: 'only integers, byte buffers, and strings can be formatted as hex',
  o: 'octal clause can only be used on integers',
}

/** Stands before what went wrong with one argument. */
export const during = 'error during formatting: '

export function wrongType(letter: string, type: string): string {
  return `${only[letter.toLowerCase()]}, was given ${type}`
}

/**
 * Goes through a format: `show` gives the text of each clause, by the index of its argument. @throws Failure for a
 * format that is none, or that wants more arguments than there are
 */
export function readFormat(format: string, count: number, show: (clause: Clause, index: number) => string): string {
  let text = ''
  let index = 0
  for (let at = 0; at < format.length; ) {
    const percent = format.indexOf('%', at)
    if (percent < 0) return text + format.slice(at)
    text += format.slice(at, percent)
    if (format[percent + 1] === '%') {
      text += '%'
      at = percent + 2
      continue
    }
    if (index >= count) fail(`index ${index} out of range`)
    if (percent + 1 >= format.length) fail('unexpected end of string')
    const { clause, end } = readClause(format, percent + 1)
    text += show(clause, index)
    index++
    at = end
  }
  return text
}

function readClause(format: string, at: number): { clause: Clause; end: number } {
  let precision = defaultPrecision
  let next = at
  if (format[next] === '.') {
    const digits = /^\d+/.exec(format.slice(next + 1))?.[0] ?? ''
    if (next + 1 + digits.length >= format.length)
      unreadable('error while parsing precision: could not find end of precision specifier')
    if (digits === '')
      unreadable(
        'error while parsing precision: error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax',
      )
    precision = Number(digits)
    next += 1 + digits.length
  }
  const letter = [...format.slice(next, next + 2)][0] ?? ''
  if (!/^[sdfebxXo]$/.test(letter)) {
    unreadable(`unrecognized formatting clause "${letter}"`)
  }
  return { clause: { letter, precision: Math.min(precision, 100) }, end: next + 1 }
}

function unreadable(why: string): never {
  return fail(`could not parse formatting clause: ${why}`)
}

/** Go's way of printing with CEL's clauses: `'%s is %d'.format(['a', 1])`. */
export function formatText(format: string, args: ListValue): string {
  return readFormat(format, args.size, (clause, index) => {
    try {
      return show(clause, args.at(index))
    } catch (error) {
      throw error instanceof Failure && !error.isFinal ? new Failure(`${during}${error.message}`) : error
    }
  })
}

function show({ letter, precision }: Clause, value: Value): string {
  const refuse = () => fail(wrongType(letter, typeName(value)))
  switch (letter) {
    case 's':
      return showAny(value)
    case 'd':
      return typeof value === 'bigint' || value instanceof Uint ? integer(value).toString() : refuse()
    case 'o':
      return typeof value === 'bigint' || value instanceof Uint ? integer(value).toString(8) : refuse()
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0'
      return typeof value === 'bigint' || value instanceof Uint ? integer(value).toString(2) : refuse()
    case 'f':
      return isDouble(value) ? showFixed(Number(value), precision) : refuse()
    case 'e':
      return isDouble(value) ? showScientific(Number(value), precision) : refuse()
    default:
      return showHex(value, refuse, letter === 'X')
  }
}

function integer(value: bigint | Uint): bigint {
  return value instanceof Uint ? value.value : value
}

function isDouble(value: Value): value is number | string {
  return typeof value === 'number' || ['NaN', 'Infinity', '-Infinity'].includes(value as string)
}

/** Upstream prints in American English: groups of three digits, and its signs for what is no number. */
function showFixed(value: number, precision: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞'
  const [whole = '', part] = roundToEven(value, precision).split('.')
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',')
  return part === undefined ? grouped : `${grouped}.${part}`
}

/** A number in the middle of two goes to the even one, as in Go; JavaScript takes the larger. */
function roundToEven(value: number, precision: number): string {
  const text = value.toFixed(precision)
  const longer = value.toFixed(Math.min(precision + 20, 100))
  const isMiddle = /^50*$/.test(longer.slice(longer.length - (longer.length - text.length - (precision === 0 ? 1 : 0))))
  if (!isMiddle || !/[13579]$/.test(text)) return text
  return longer.slice(0, longer.indexOf('.') + (precision === 0 ? 0 : precision + 1))
}

/** The number behind the point is taken for a width here: upstream does so, and rules may count on it. */
function showScientific(value: number, width: number): string {
  if (!Number.isFinite(value)) return (Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞').padStart(width)
  const [digits = '', exponent = '0'] = value.toExponential(defaultPrecision).split('e')
  const size = String(Math.abs(Number(exponent))).padStart(2, '0')
  const raised = [...size].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')
  return `${digits}×10${Number(exponent) < 0 ? '⁻' : ''}${raised}`.padStart(width)
}

function showHex(value: Value, refuse: () => never, upper: boolean): string {
  let text: string
  if (typeof value === 'bigint' || value instanceof Uint) text = integer(value).toString(16)
  else if (typeof value === 'string') text = Buffer.from(value).toString('hex')
  else if (value instanceof Uint8Array) text = Buffer.from(value).toString('hex')
  else return refuse()
  return upper ? text.toUpperCase() : text
}

function showAny(value: Value): string {
  doWork(5)
  if (typeof value === 'string') return value
  if (value === null) return 'null'
  if (typeof value === 'number') return doubleToString(value)
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (value instanceof Uint) return String(value.value)
  if (value instanceof Timestamp) return formatTimestamp(value)
  if (value instanceof Duration) return formatDuration(value)
  if (value instanceof TypeValue) return value.name
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  if (value instanceof ListValue) return showList(value)
  return value instanceof MapValue ? showMap(value) : fail(wrongType('s', typeName(value)))
}

function showList(list: ListValue): string {
  return `[${Array.from({ length: list.size }, (_, i) => showMember(list.at(i))).join(', ')}]`
}

function showMap(map: MapValue): string {
  const entries = [...map.keys()].map((key) => {
    if (!['string', 'bool', 'int', 'uint'].includes(typeName(key))) {
      fail(`no formatting function for map key of type ${typeName(key)}`)
    }
    return { key: showMember(key), value: showMember(map.find(key) ?? null) }
  })
  entries.sort((a, b) => (a.key < b.key ? -1 : 1))
  return `{${entries.map(({ key, value }) => `${key}:${value}`).join(', ')}}`
}

/** Inside of a list or map texts are quoted, and doubles have all their places. */
function showMember(value: Value): string {
  doWork(10)
  if (typeof value === 'string') return quoteGo(value)
  if (value instanceof Uint8Array) return `b${quoteGo(Buffer.from(value).toString())}`
  if (value instanceof Timestamp) return `timestamp("${formatTimestamp(value)}")`
  if (value instanceof Duration) return `duration("${formatDuration(value)}")`
  if (typeof value !== 'number') return showAny(value)
  if (Number.isNaN(value)) return '"NaN"'
  return Number.isFinite(value) ? value.toFixed(defaultPrecision) : value > 0 ? '"+Inf"' : '"-Inf"'
}
