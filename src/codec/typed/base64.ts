/** Bytes in a JSON string are not base64. `offset` is that of Go's CorruptInputError. */
export class Base64Error extends Error {
  constructor(readonly offset: number) {
    super(`illegal base64 data at input byte ${offset}`)
  }
}

const plain = /^[A-Za-z0-9+/]*={0,2}$/
const [lineFeed, carriageReturn, equals] = [10, 13, 61]

/**
 * Base64 as Go's StdEncoding reads it (line ends are skipped), in canonical form.
 * @throws Base64Error
 */
export function normalizeBase64(text: string): string {
  const whole = text.length % 4 === 0 && plain.test(text)
  if (whole && !text.endsWith('=')) return text
  if (!whole) check(Buffer.from(text))
  return Buffer.from(text, 'base64').toString('base64')
}

/** Goes through the text in groups of four, as Go does, so that the error names the same byte. */
function check(bytes: Buffer): void {
  let at = 0
  const skipLineEnds = () => {
    while (bytes[at] === lineFeed || bytes[at] === carriageReturn) at++
  }
  for (;;) {
    for (let digit = 0; digit < 4; digit++) {
      skipLineEnds()
      const byte = bytes[at]
      if (byte === undefined) {
        if (digit === 0) return
        throw new Base64Error(at - digit)
      }
      at++
      if (isDigit(byte)) continue
      if (byte !== equals || digit < 2) throw new Base64Error(at - 1)
      if (digit === 2) {
        skipLineEnds()
        if (at === bytes.length) throw new Base64Error(at)
        if (bytes[at] !== equals) throw new Base64Error(at - 1)
        at++
      }
      skipLineEnds()
      if (at < bytes.length) throw new Base64Error(at)
      return
    }
  }
}

function isDigit(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x2b ||
    byte === 0x2f
  )
}
