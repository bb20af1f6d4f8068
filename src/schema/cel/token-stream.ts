import type { Issues } from './issues.js'
import type { Token } from './lexer.js'

/** What may begin an operand, in the words of upstream's messages. */
export const operandSet = [
  ...["'['", "'{'", "'('", "'.'", "'-'", "'!'", "'true'", "'false'", "'null'"],
  ...['NUM_FLOAT', 'NUM_INT', 'NUM_UINT', 'STRING', 'BYTES', 'IDENTIFIER'],
]

const classNames: Partial<Record<Token['kind'], string>> = {
  double: 'NUM_FLOAT',
  int: 'NUM_INT',
  uint: 'NUM_UINT',
  string: 'STRING',
  bytes: 'BYTES',
  identifier: 'IDENTIFIER',
  escaped: 'ESC_IDENTIFIER',
  end: '<EOF>',
}
const keywords = new Set(['true', 'false', 'null', 'in'])

/** How messages call a token: its class, or its own text in quotes. */
function className(token: Token): string {
  if (token.kind === 'punctuation' || keywords.has(token.text)) return `'${token.text}'`
  return classNames[token.kind] ?? ''
}

/**
 * The tokens before the parser, with the ways upstream's parser generator has of going on after a token that does not
 * fit: leave one out, think one in, or give up. After an error nothing more is told until a token fits.
 */
export class TokenStream {
  #next = 0
  #recovering = false

  constructor(
    private readonly tokens: readonly Token[],
    private readonly issues: Issues,
  ) {}

  get current(): Token {
    return this.peek(0)
  }

  peek(ahead: number): Token {
    const last = this.tokens.length - 1
    return this.tokens[Math.min(this.#next + ahead, last)] as Token
  }

  /** Whether the next token is that punctuation or keyword. */
  is(text: string): boolean {
    return this.current.text === text && this.current.kind !== 'string'
  }

  isOneOf(names: readonly string[], ahead = 0): boolean {
    return names.includes(className(this.peek(ahead)))
  }

  /** The next token, which fits. */
  take(): Token {
    this.#recovering = false
    return this.#advance()
  }

  /** The next token when it is that one. */
  takeIf(text: string): Token | undefined {
    return this.is(text) ? this.take() : undefined
  }

  /** The token that must be next. `follow`: what may come after it, so that a missing one can be thought in. */
  expect(text: string, follow: readonly string[] | 'any'): Token {
    const wanted = text === '<EOF>' ? text : `'${text}'`
    if (this.is(text)) return this.take()
    const token = this.current
    if (className(this.peek(1)) === wanted && token.kind !== 'end') {
      this.report(token, `extraneous input '${token.text}' expecting ${wanted}`)
      this.#advance()
      return this.take()
    }
    const canInsert = follow === 'any' || this.isOneOf(follow)
    if (canInsert) this.report(token, `missing ${wanted} at '${token.text}'`)
    else this.mismatch([wanted])
    return { kind: 'punctuation', text, at: token.at }
  }

  /** Nothing that may come is next: leaves one token out when that helps, else gives up on this part. */
  require(wanted: readonly string[], after: readonly string[] = wanted): boolean {
    if (this.isOneOf(wanted)) return true
    const token = this.current
    if (token.kind !== 'end' && this.isOneOf(after, 1)) {
      this.report(token, `extraneous input '${token.text}' expecting ${shown(wanted)}`)
      this.#advance()
      return true
    }
    this.mismatch(wanted)
    return false
  }

  mismatch(wanted: readonly string[]): void {
    this.report(this.current, `mismatched input '${this.current.text}' expecting ${shown(wanted)}`)
  }

  /** No alternative begins with `before` and the next token. */
  noAlternative(before: string): void {
    const { text } = this.current
    const reserved = ['true', 'false', 'null'].includes(text)
    const why = reserved
      ? `mismatched input '${text}' expecting IDENTIFIER`
      : `no viable alternative at input '${before}${text === '<EOF>' ? '' : text}'`
    this.report(this.current, why)
  }

  /** Leaves out what no part of an expression can begin or end with, so that parsing comes to an end. */
  skipTo(texts: readonly string[]): void {
    while (this.current.kind !== 'end' && !texts.includes(this.current.text)) this.#advance()
  }

  report(token: Token, text: string): void {
    if (!this.#recovering) this.issues.add(token.at, `Syntax error: ${text}`)
    this.#recovering = true
  }

  #advance(): Token {
    const token = this.current
    this.#next++
    return token
  }
}

function shown(names: readonly string[]): string {
  return names.length === 1 ? (names[0] ?? '') : `{${names.join(', ')}}`
}
