import { formatGoDouble } from '../../../src/codec/go-text.js'
import { formatTimestamp } from '../../../src/schema/cel/time.js'
import {
  Duration,
  ListValue,
  MapValue,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from '../../../src/schema/cel/value.js'

/** A value as recorder/main.go shows it: the type is a part of the text. */
export function showValue(value: Value): unknown {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return `${value}i`
  if (typeof value === 'number') return `${showDouble(value)}d`
  if (typeof value === 'string') return `s:${value}`
  if (value instanceof Uint) return `${value.value}u`
  if (value instanceof Uint8Array) return `b:${Buffer.from(value).toString('hex')}`
  if (value instanceof Timestamp) return `t:${formatTimestamp(value)}`
  if (value instanceof Duration) return `d:${value.nanos}`
  if (value instanceof TypeValue) return `type:${value.name}`
  if (value instanceof Optional) return { optional: value.value === undefined ? 'none' : showValue(value.value) }
  if (value instanceof ListValue) return Array.from({ length: value.size }, (_, i) => showValue(value.at(i)))
  if (value instanceof MapValue) {
    return Object.fromEntries(
      [...value.keys()].map((key) => [showKey(showValue(key)), showValue(value.find(key) ?? null)]),
    )
  }
  return `${value.type}:${value}`
}

function showDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  return Math.abs(value) < 1e21 && Math.abs(value) >= 1e6 ? String(value) : formatGoDouble(value)
}

function showKey(shown: unknown): string {
  if (shown === null) return '<nil>'
  return Array.isArray(shown) ? `[${shown.map(showKey).join(' ')}]` : String(shown)
}
