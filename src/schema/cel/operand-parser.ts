import { accumulator, type Call, type Expr, type MapEntry, type StructMember } from './expr.js'
import type { Issues } from './issues.js'
import type { Token } from './lexer.js'
import { readBytes, readDouble, readInt, readString, readUint } from './literal.js'
import { expandMacro } from './macros.js'
import { operandSet, TokenStream } from './token-stream.js'
import type { Value } from './value.js'

/** Upstream's limit of how deep expressions may stand in each other. */
export const maxDepth = 250

/** Words that are no variables; they may name members. */
const reserved = new Set([
  ...['as', 'break', 'const', 'continue', 'else', 'false', 'for', 'function', 'if', 'import', 'in', 'let', 'loop'],
  ...['package', 'namespace', 'null', 'return', 'true', 'var', 'void', 'while'],
])
export const relations: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!=', 'in'])
/** Where parsing may go on after an error. */
const restarts = [')', ']', '}', ',', ':', '?', '&&', '||', '+', '*', '/', '%', ...relations]

export class TooDeep extends Error {}

/** What operators stand between: names, calls, literals, lists, maps. */
export abstract class OperandParser {
  protected readonly tokens: TokenStream
  /** How deep a tree is, of those that are more than one node deep. */
  readonly #depths = new WeakMap<Expr, number>()

  constructor(
    tokens: readonly Token[],
    protected readonly issues: Issues,
  ) {
    this.tokens = new TokenStream(tokens, issues)
  }

  protected abstract expression(): Expr

  protected primary(): Expr {
    if (!this.tokens.require(operandSet)) {
      this.tokens.skipTo(restarts)
      return { kind: 'literal', at: this.tokens.current.at, value: null }
    }
    const token = this.tokens.current
    if (this.tokens.is('(')) return this.#nested()
    if (this.tokens.is('[')) return this.#list()
    if (this.tokens.is('{')) return this.#map()
    if (this.tokens.is('.') || token.kind === 'identifier') return this.#name()
    return this.#literal()
  }

  #nested(): Expr {
    this.tokens.take()
    const expr = this.expression()
    this.tokens.expect(')', 'any')
    return expr
  }

  #name(): Expr {
    const dot = this.tokens.takeIf('.')
    const token = this.tokens.current
    if (token.kind !== 'identifier') {
      this.tokens.noAlternative('.')
      this.tokens.skipTo([])
      return { kind: 'literal', at: token.at, value: null }
    }
    if (['true', 'false', 'null'].includes(token.text) && !dot) {
      const value = { true: true, false: false, null: null }[token.text] ?? null
      return { kind: 'literal', at: this.tokens.take().at, value }
    }
    this.tokens.take()
    const struct = this.#structName(token.text)
    if (struct) return struct
    const name = `${dot ? '.' : ''}${token.text}`
    const open = this.tokens.takeIf('(')
    const args = open ? this.arguments() : undefined
    if (reserved.has(token.text)) {
      this.issues.add(dot?.at ?? token.at, `reserved identifier: ${token.text}`)
      return { kind: 'literal', at: token.at, value: null }
    }
    if (open && args) return this.macroOrCall(open.at, name, undefined, args)
    return { kind: 'ident', at: token.at, name }
  }

  /** `a.b.C{…}` */
  #structName(first: string): Expr | undefined {
    let ahead = 0
    let name = first
    while (this.tokens.peek(ahead).text === '.' && this.tokens.peek(ahead + 1).kind === 'identifier') {
      name += `.${this.tokens.peek(ahead + 1).text}`
      ahead += 2
    }
    if (this.tokens.peek(ahead).text !== '{' || this.tokens.peek(ahead).kind !== 'punctuation') return undefined
    for (let i = 0; i < ahead; i++) this.tokens.take()
    const open = this.tokens.take()
    const members: StructMember[] = []
    while (!this.tokens.is('}')) {
      const optional = this.tokens.takeIf('?') !== undefined
      if (!this.tokens.require(["'}'", "','", "'?'", 'IDENTIFIER', 'ESC_IDENTIFIER'])) break
      if (this.tokens.takeIf(',')) continue
      const member = this.tokens.take().text
      const { at } = this.tokens.current
      this.tokens.expect(':', operandSet)
      members.push({ at, name: member, value: this.expression(), optional })
    }
    this.tokens.expect('}', 'any')
    return this.deepen({ kind: 'struct', at: open.at, name, members }, ...members.map(({ value }) => value))
  }

  protected arguments(): Expr[] {
    const args: Expr[] = []
    const wanted = operandSet.toSpliced(3, 0, "')'")
    if (this.tokens.is(')') || !this.tokens.require(wanted)) {
      this.tokens.expect(')', 'any')
      return args
    }
    if (!this.tokens.is(')')) {
      do args.push(this.expression())
      while (this.tokens.takeIf(','))
    }
    this.tokens.expect(')', 'any')
    return args
  }

  #list(): Expr {
    const open = this.tokens.take()
    const elements: Expr[] = []
    const optional = new Set<number>()
    while (!this.tokens.is(']')) {
      if (this.tokens.takeIf(',')) break
      if (this.tokens.takeIf('?')) optional.add(elements.length)
      elements.push(this.expression())
      if (this.tokens.is(']') || !this.tokens.require(["']'", "','"])) break
      if (!this.tokens.takeIf(',') || this.tokens.is(']') || !this.tokens.isOneOf([...operandSet, "'?'"])) break
    }
    this.tokens.expect(']', this.tokens.is(',') ? [] : 'any')
    return this.deepen({ kind: 'list', at: open.at, elements, optional }, ...elements)
  }

  #map(): Expr {
    const open = this.tokens.take()
    const entries: MapEntry[] = []
    while (!this.tokens.is('}')) {
      if (this.tokens.takeIf(',')) break
      const optional = this.tokens.takeIf('?') !== undefined
      const key = this.expression()
      this.tokens.expect(':', operandSet)
      const value = this.expression()
      entries.push({ key, value, optional })
      if (this.tokens.is('}') || !this.tokens.require(["'}'", "','"])) break
      if (!this.tokens.takeIf(',') || this.tokens.is('}') || !this.tokens.isOneOf([...operandSet, "'?'"])) break
    }
    this.tokens.expect('}', 'any')
    return this.deepen({ kind: 'map', at: open.at, entries }, ...entries.flatMap(({ key, value }) => [key, value]))
  }

  #literal(): Expr {
    const sign = this.tokens.takeIf('-')
    const token = this.tokens.take()
    const text = `${sign ? '-' : ''}${token.text}`
    return { kind: 'literal', at: sign?.at ?? token.at, value: this.#value(token, text, sign?.at ?? token.at) }
  }

  #value(token: Token, text: string, at: number): Value {
    try {
      if (token.kind === 'int') return readInt(text)
      if (token.kind === 'uint') return readUint(text)
      if (token.kind === 'double') return readDouble(text)
      return token.kind === 'bytes' ? readBytes(text) : readString(text)
    } catch (error) {
      this.issues.add(at, (error as Error).message)
      return null
    }
  }

  protected macroOrCall(at: number, name: string, target: Expr | undefined, args: Expr[]): Expr {
    const expansion = expandMacro(at, name, target, args)
    if (expansion && 'error' in expansion) {
      this.issues.add(expansion.at, expansion.error)
      return { kind: 'ident', at, name: accumulator }
    }
    if (expansion) return this.deepen(expansion.expr, ...(target ? [target] : []), ...args)
    return this.deepen({ kind: 'call', at, name, target, args }, ...(target ? [target] : []), ...args)
  }

  protected call(at: number, name: string, ...args: Expr[]): Call {
    return this.deepen({ kind: 'call', at, name, args }, ...args)
  }

  protected deepen<T extends Expr>(expr: T, ...parts: Expr[]): T {
    const below = Math.max(0, ...parts.map((part) => this.#depths.get(part) ?? 0))
    const counts =
      expr.kind !== 'list' &&
      expr.kind !== 'map' &&
      !(expr.kind === 'call' && expr.target === undefined && !/^[_@!-]/.test(expr.name))
    const depth = below + (counts ? 1 : 0)
    if (depth > maxDepth) throw new TooDeep('max recursion depth exceeded')
    this.#depths.set(expr, depth)
    return expr
  }
}
