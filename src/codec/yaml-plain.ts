/** What some reader of YAML 1.1 or 1.2, in any language, takes for something else than text. */
const otherKinds: readonly RegExp[] = [
  /^(?:y|n|yes|no|on|off|true|false|null|~|=|<<|)$/i,
  /^[-+]?\.(?:inf|nan)$/i,
  /^[-+]?0[box]/i,
  /^[-+]?(?=\.?[0-9])(?:[0-9][0-9_,]*)?\.?[0-9_.]*(?:e[-+]?[0-9_]*)?$/i,
  /^[-+]?[0-9][0-9_]*(?::[0-9]+)+(?:\.[0-9_]*)?$/,
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt\s]|$)/,
]
/** Letters, digits and signs that mean nothing at the beginning; `-` and `.` only before some of them. */
const plainStart = /^(?:[\p{L}0-9$/\\(_^;<=+~]|--?[A-Za-z]|\.\.?[A-Za-z0-9_/])/u
/** Printable, no blanks but single ordinary ones; a colon or `#` only where it can't begin or end anything. */
const plainText = /^(?:[\p{L}0-9!"$%&'()*+,\-./;<=>?@[\\\]^_`{|}~]|:(?=\S)|#(?<=\S#)| (?=\S))*$/u
/** Letters above the basic plane, and those that join, turn or hide others, are better seen quoted. */
const unusual = /[\u{10000}-\u{10ffff}\p{M}\p{Cf}]/u

/** Whether a text can stand without quotes, as a value or a key, and is read as that text by every YAML reader. */
export function isPlain(text: string): boolean {
  if (!plainStart.test(text) || !plainText.test(text) || unusual.test(text)) return false
  return !otherKinds.some((kind) => kind.test(text))
}

/** What must be escaped: not printable in YAML, or a line break or byte order mark for some readers. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\0-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/gu

/** One line of text in quotes, with escapes that YAML 1.1 and 1.2 know. */
export function quote(text: string): string {
  if (text.search(unprintable) < 0 && /["\\]/.test(text)) return `'${text.replaceAll("'", "''")}'`
  return `"${text.replace(/["\\]/g, '\\$&').replace(unprintable, escaped)}"`
}

const shortEscapes: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0' }

function escaped(character: string): string {
  const code = character.charCodeAt(0)
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd'
  return shortEscapes[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`)
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}

/**
 * Whether a text is the same as a literal block: more than one line, none that begins with a blank where indentation is
 * found out, none of blanks alone, nothing to be escaped.
 */
export function isBlock(text: string): boolean {
  if (!text.includes('\n') || /^[\s]/.test(text) || /^[ \t]+$/m.test(text)) return false
  return text.replace(/[\n\t]/g, '').search(unprintable) < 0
}
