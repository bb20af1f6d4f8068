/** Text that is not JSON. `message` is the text of Go's encoding/json, which kube-apiserver's answers quote. */
export class JsonError extends Error {
  constructor(
    message: string,
    /** Where in the text, in UTF-16 units. */
    readonly offset: number,
  ) {
    super(message)
    this.name = 'JsonError'
  }
}

/** `invalid character 'x' <context>`, or the end of the input when there is no character at `offset`. */
export function unexpectedCharacter(text: string, offset: number, context: string): JsonError {
  if (offset >= text.length) return new JsonError('unexpected end of JSON input', offset)
  return new JsonError(`invalid character ${quoteByte(firstByte(text, offset))} ${context}`, offset)
}

/** The first byte of a character's UTF-8 form: Go reads bytes, and shows the one it stumbled over. */
function firstByte(text: string, offset: number): number {
  const code = text.codePointAt(offset) ?? 0
  if (code < 0x80) return code
  if (code < 0x800) return 0xc0 | (code >> 6)
  if (code >= 0xdc80 && code <= 0xdcff) return code - 0xdc00
  return code < 0x10000 ? 0xe0 | (code >> 12) : 0xf0 | (code >> 18)
}

const escapes: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  39: "\\'",
  92: '\\\\',
}

function quoteByte(byte: number): string {
  const hex = byte.toString(16).padStart(2, '0')
  const control = byte < 0x20 || byte === 0x7f ? `\\x${hex}` : undefined
  const unprintable = (byte >= 0x80 && byte <= 0xa0) || byte === 0xad ? `\\u00${hex}` : undefined
  return `'${escapes[byte] ?? control ?? unprintable ?? String.fromCharCode(byte)}'`
}
