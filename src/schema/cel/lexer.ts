import type { Issues } from './issues.js'

export type TokenKind =
  | 'identifier'
  | 'escaped'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'punctuation'
  | 'end'

export interface Token {
  readonly kind: TokenKind
  /** As in the source; `<EOF>` at the end. */
  readonly text: string
  readonly at: number
}

const hidden = /(?:[\t \r\n\f]+|\/\/[^\n]*)+/y
const escaped = String.raw`\\(?:[abfnrtv"'\\?${'`'}]|[xX][\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-3][0-7]{2})`
const quoted = [
  `[rR]"""[^]*?"""`,
  `[rR]'''[^]*?'''`,
  String.raw`[rR]"[^"\n\r]*"`,
  String.raw`[rR]'[^'\n\r]*'`,
  String.raw`"""(?:${escaped}|[^\\])*?"""`,
  String.raw`'''(?:${escaped}|[^\\])*?'''`,
  String.raw`"(?:${escaped}|[^\\"\n\r])*"`,
  String.raw`'(?:${escaped}|[^\\'\n\r])*'`,
].join('|')

/** In the order they are tried: what is longest comes first. */
const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ['bytes', new RegExp(`[bB](?:${quoted})`, 'y')],
  ['string', new RegExp(quoted, 'y')],
  ['double', /\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?/y],
  ['uint', /(?:0x[\da-fA-F]+|\d+)[uU]/y],
  ['int', /0x[\da-fA-F]+|\d+/y],
  ['identifier', /[A-Za-z_][A-Za-z\d_]*/y],
  ['escaped', /`[A-Za-z\d_.\-/ ]+`/y],
  ['punctuation', /==|!=|<=|>=|&&|\|\||[<>[\]{}().,\-!?:+*/%]/y],
]

/** The start of a token that does not end as it must; the character at which it fails is a part of what is told. */
const broken = new RegExp(
  String.raw`[bBrR]{0,2}(?:'''(?:${escaped}|[^\\])*|"""(?:${escaped}|[^\\])*` +
    String.raw`|'(?:${escaped}|[^\\'\n\r])*|"(?:${escaped}|[^\\"\n\r])*)(?:\\?[^])?|[=&|](?:[^])?|` +
    '`[A-Za-z\\d_.\\-/ ]*(?:[^])?|[^]',
  'yu',
)

/** The tokens of a source; characters that begin none are told and left out. The last one is the end. */
export function tokenize(source: string, issues: Issues): Token[] {
  const tokens: Token[] = []
  let at = 0
  const read = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(source)?.[0]
  }
  while (true) {
    at += read(hidden)?.length ?? 0
    if (at >= source.length) break
    const token = nextToken(read, at)
    if (token) tokens.push(token)
    const text = token?.text ?? read(broken) ?? ''
    if (!token) issues.add(at, `Syntax error: token recognition error at: '${text}'`)
    at += text.length
  }
  return [...tokens, { kind: 'end', text: '<EOF>', at: source.length }]
}

function nextToken(read: (pattern: RegExp) => string | undefined, at: number): Token | undefined {
  for (const [kind, pattern] of patterns) {
    const text = read(pattern)
    if (text !== undefined) return { kind, text, at }
  }
  return undefined
}
