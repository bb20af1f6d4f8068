import { doWork } from './meter.js'
import { ListValue, MapValue, OpaqueValue, Optional, type Value } from './value.js'

/** How many code points a string has. */
export function textLength(text: string): number {
  const { length } = text
  doWork(1 + (length >> 2))
  let count = length
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < length) {
      const next = text.charCodeAt(i + 1)
      if (next >= 0xdc00 && next < 0xe000) {
        count--
        i++
      }
    }
  }
  return count
}

/** What `size()` is, and what functions are priced by: 1 for what has no size. */
export function sizeOf(value: Value): number {
  if (typeof value === 'string') return textLength(value)
  if (value instanceof ListValue || value instanceof MapValue) return value.size
  if (value instanceof Uint8Array) return value.length
  if (value instanceof Optional && value.value !== undefined) return sizeOf(value.value)
  return value instanceof OpaqueValue ? (value.size?.() ?? 1) : 1
}
