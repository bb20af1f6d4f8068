import { readInteger } from './number.js'
import { decodeUtf8 } from './utf8.js'

/** A scalar as it stands in the text. */
export class Scalar {
  constructor(
    readonly text: string,
    /** `?`: plain, its form decides what it is. undefined: quoted or a block. Otherwise the tag written before it. */
    readonly tag: string | undefined,
  ) {}

  get isMergeKey(): boolean {
    return this.text === '<<' && (this.tag === '?' || this.tag === mergeTag)
  }
}

/** What a scalar stands for. A value JSON can't hold is `nonFinite`. */
export type ScalarValue =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null'; readonly value: null }
  | { readonly kind: 'integer'; readonly value: number | bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'timestamp'; readonly value: string }

const mergeTag = 'tag:yaml.org,2002:merge'
const prefix = 'tag:yaml.org,2002:'
const floatTag = `${prefix}float`
const words = new Map<string, ScalarValue>([
  ...spellings(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'], boolean(true)),
  ...spellings(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'], boolean(false)),
  ...spellings(['', '~', 'null', 'Null', 'NULL'], { kind: 'null', value: null }),
  ...spellings(['.nan', '.NaN', '.NAN'], float(Number.NaN)),
  ...spellings(['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'], float(Number.POSITIVE_INFINITY)),
  ...spellings(['-.inf', '-.Inf', '-.INF'], float(Number.NEGATIVE_INFINITY)),
])
/** Tags that take only what looks like their kind; every other tag leaves the text as it is. */
const kindOfTag: Readonly<Record<string, readonly ScalarValue['kind'][]>> = {
  [`${prefix}bool`]: ['boolean'],
  [`${prefix}int`]: ['integer'],
  [floatTag]: ['float', 'integer'],
  [`${prefix}null`]: ['null'],
  [`${prefix}timestamp`]: ['timestamp'],
}

/**
 * What Kubernetes' YAML reader takes a scalar for: YAML 1.1 words, C's octal numbers and YAML 1.2's, underscores in
 * numbers, no base 60, dates as strings. @throws Error when the text doesn't fit the tag before it
 */
export function resolveScalar(scalar: Scalar): ScalarValue {
  const { tag, text } = scalar
  if (tag === '?') return resolvePlain(text, true)
  if (tag === `${prefix}binary`) return { kind: 'string', value: decodeBinary(text) }
  const allowed = tag === undefined ? undefined : kindOfTag[tag]
  if (!allowed) return { kind: 'string', value: text }
  const value = resolvePlain(text, tag === `${prefix}timestamp`)
  if (!allowed.includes(value.kind) || (tag === floatTag && value.kind === 'integer' && value.value >= 2 ** 63))
    throw new Error(`cannot decode !!${shortKind[value.kind]} \`${text}\` as a ${tag?.replace(prefix, '!!')}`)
  return tag === floatTag ? float(Number(value.value)) : value
}

const shortKind: Readonly<Record<ScalarValue['kind'], string>> = {
  string: 'str',
  boolean: 'bool',
  null: 'null',
  integer: 'int',
  float: 'float',
  timestamp: 'timestamp',
}

function resolvePlain(text: string, datesCount: boolean): ScalarValue {
  const word = words.get(text)
  if (word) return word
  if (text.startsWith('.')) return dotFloat(text) ?? { kind: 'string', value: text }
  if (!/^[-+0-9]/.test(text)) return { kind: 'string', value: text }
  if (datesCount && isDate(text)) return { kind: 'timestamp', value: text }
  return resolveNumber(text.replaceAll('_', '')) ?? { kind: 'string', value: text }
}

function resolveNumber(text: string): ScalarValue | undefined {
  const signed = /^[-+]/.test(text)
  if (/^[-+]?(0|[1-9][0-9]*)$/.test(text)) {
    if (text.length < 16) return { kind: 'integer', value: Number(text) + 0 }
    return integer(BigInt(text.replace('+', '')), signed) ?? finite(text)
  }
  const based = /^([-+]?)0(?:x([0-9a-f]+)|b([01]+)|o?([0-7]+))$/i.exec(text)
  if (based) {
    const [, sign, hex, binary, octal] = based
    const size = BigInt(hex ? `0x${hex}` : binary ? `0b${binary}` : `0o${octal}`)
    const value = integer(sign === '-' ? -size : size, signed)
    if (value) return value
  }
  return /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text) ? finite(text) : undefined
}

/** An integer has 64 bits; only without a sign may it use all of them for its size. */
function integer(value: bigint, signed: boolean): ScalarValue | undefined {
  const fits = value >= -(2n ** 63n) && value < (signed ? 2n ** 63n : 2n ** 64n)
  return fits ? { kind: 'integer', value: readInteger(String(value)) } : undefined
}

/** Here, unlike in other numbers, an underscore must stand between digits. */
function dotFloat(text: string): ScalarValue | undefined {
  const digits = '[0-9]+(?:_[0-9]+)*'
  return new RegExp(`^\\.${digits}(?:[eE][-+]?${digits})?$`).test(text) ? finite(text.replaceAll('_', '')) : undefined
}

/** A number beyond a double's range stays text. */
function finite(text: string): ScalarValue | undefined {
  const value = Number(text)
  return Number.isFinite(value) ? float(value) : undefined
}

const datePattern =
  /^\d{4}-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(Z|[-+]\d{2}:\d{2})?)?$/

/** Only matters under a tag: a date is a string, and as such no number either way. */
function isDate(text: string): boolean {
  const [, month = '', day = '', separator, hour = '0', minute = '0', second = '0', zone] = datePattern.exec(text) ?? []
  if (separator !== undefined && (separator === ' ') === (zone !== undefined)) return false
  const date = new Date(Date.UTC(Number(text.slice(0, 4)), Number(month) - 1, Number(day)))
  return (
    date.getUTCDate() === Number(day) &&
    date.getUTCMonth() === Number(month) - 1 &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60
  )
}

function decodeBinary(text: string): string {
  const packed = text.replace(/[\r\n]/g, '')
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(packed)) {
    throw new Error('!!binary value contains invalid base64 data')
  }
  return decodeUtf8(Buffer.from(packed, 'base64'))
}

function spellings(texts: readonly string[], value: ScalarValue): [string, ScalarValue][] {
  return texts.map((text) => [text, value])
}

function boolean(value: boolean): ScalarValue {
  return { kind: 'boolean', value }
}

function float(value: number): ScalarValue {
  return { kind: 'float', value: value + 0 }
}
