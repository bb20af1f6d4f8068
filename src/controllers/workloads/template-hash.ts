import { stringifyJson } from '../../codec/json.js'
import { isJsonObject } from '../../meta/object.js'

/** Upstream's letters for what ends up in names: no vowels, so that no words come of it. */
const letters = 'bcdfghjklmnpqrstvwxz2456789'

/** A short name for a pod template: the same template has the same one. `collisions` makes another of it. */
export function templateHash(template: unknown, collisions: number): string {
  const text = stringifyJson(sorted(template)) + (collisions > 0 ? collisions : '')
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return [...String(hash)].map((digit) => letters[digit.charCodeAt(0) % letters.length]).join('')
}

/** With members in one order, however they were written. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  )
}
