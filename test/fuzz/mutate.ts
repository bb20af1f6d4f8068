import type { Random } from './random.js'

/** What has been trouble for readers of JSON, YAML, paths, selectors and the like. */
const tokens: readonly [string, ...string[]] = [
  ...(['{', '}', '[', ']', '"', ':', ',', 'null', 'true', '-1', '1e400', '99999999999999999999', '0.1e-400'] as const),
  ...['__proto__', 'constructor', 'toString', 'metadata', 'apiVersion', '\\u0000', '\\ud800', '\u2028', '\ufeff'],
  ...['&a ', '*a', '<<: ', '!!binary ', '---\n', '? ', '| ', '> ', '- ', '%TAG', '\t', '\r\n', '~1', '~0', '~'],
  ...['$patch', '$retainKeys', '$setElementOrder/', '(', ')', ' in ', ' notin ', '!', '=', '==', '..', '/', '%00', '%'],
  ...['%2e%2e', '%ff', '%zz', '(a+)+$', '[[:alpha:]]', '\\pL', '{{', '}}', 'f:', 'k:{', '2026-01-01T00:00:00Z', '1Gi'],
]

/** Bytes with one to four changes: flips, cuts, doublings, what is known to be trouble, parts of other bytes. */
export function mutateBytes(random: Random, bytes: Buffer, other: Buffer): Buffer {
  let changed = bytes
  for (let left = 1 + random.below(4); left > 0; left--) changed = mutateOnce(random, changed, other)
  return changed
}

function mutateOnce(random: Random, bytes: Buffer, other: Buffer): Buffer {
  const [from, to] = [random.below(bytes.length + 1), random.below(bytes.length + 1)].sort((a, b) => a - b) as [
    number,
    number,
  ]
  const [before, within, after] = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)]
  switch (random.below(8)) {
    case 0:
      return Buffer.concat([before, random.bytes(1 + random.below(8)), after])
    case 1:
      return before
    case 2:
      return Buffer.concat([before, within, within, after])
    case 3:
      return Buffer.concat([before, after])
    case 4:
      return Buffer.concat([before, other.subarray(0, random.below(other.length + 1)), after])
    case 5: {
      const many = 1 + random.below(random.chance(5) ? 20_000 : 20)
      return Buffer.concat([before, Buffer.from(random.pick(tokens).repeat(many)), within, after])
    }
    case 6: {
      const flipped = Buffer.from(bytes)
      if (from < flipped.length) flipped[from] = (flipped[from] ?? 0) ^ (1 << random.below(8))
      return flipped
    }
    default:
      return Buffer.concat([before, Buffer.from(random.pick(tokens)), within, after])
  }
}

/** A text that can still be sent as a request's target or as a header: no control characters and blanks. */
export function mutateText(random: Random, text: string, other: string): string {
  const changed = mutateBytes(random, Buffer.from(text), Buffer.from(other)).toString('latin1')
  return changed.replace(/[^\x21-\x7e]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`).slice(0, 20_000)
}
