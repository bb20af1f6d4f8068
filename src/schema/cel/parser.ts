import type { Expr } from './expr.js'
import type { Issues } from './issues.js'
import { tokenize } from './lexer.js'
import { maxDepth, OperandParser, relations, TooDeep } from './operand-parser.js'
import { operandSet } from './token-stream.js'

/** Upstream's limit of a source. */
const maxCodePoints = 100_000

/** Operators of two operands, those that bind the least first. */
const levels: readonly ReadonlySet<string>[] = [relations, new Set(['+', '-']), new Set(['*', '/', '%'])]
/** A source as an expression tree, macros expanded. What is wrong is in `issues`; then the tree is not to be used. */
export function parse(source: string, issues: Issues): Expr | undefined {
  const size = source.length > maxCodePoints ? [...source].length : source.length
  if (size > maxCodePoints) {
    issues.add(-1, `expression code point size exceeds limit: size: ${size}, limit ${maxCodePoints}`)
    return undefined
  }
  try {
    return new Parser(tokenize(source, issues), issues).start()
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error
    issues.add(-1, error.message)
    return undefined
  }
}

class Parser extends OperandParser {
  #nesting = 0

  start(): Expr {
    const expr = this.expression()
    this.tokens.expect('<EOF>', [])
    return expr
  }

  protected override expression(): Expr {
    this.#nesting++
    if (this.#nesting > maxDepth) throw new TooDeep(`expression recursion limit exceeded: ${maxDepth}`)
    const condition = this.#logical('||')
    const question = this.tokens.takeIf('?')
    let expr = condition
    if (question) {
      const yes = this.#logical('||')
      this.tokens.expect(':', operandSet)
      const no = this.expression()
      expr = this.call(question.at, '_?_:_', condition, yes, no)
    }
    this.#nesting--
    return expr
  }

  /** Chains of && and || are balanced trees: a long one is not deep. */
  #logical(operator: '||' | '&&'): Expr {
    const operand = () => (operator === '||' ? this.#logical('&&') : this.#binary(0))
    const terms = [operand()]
    const places: number[] = []
    for (let token = this.tokens.takeIf(operator); token; token = this.tokens.takeIf(operator)) {
      places.push(token.at)
      terms.push(operand())
    }
    const build = (from: number, to: number): Expr => {
      if (from === to) return terms[from] as Expr
      const middle = Math.floor((from + to + 1) / 2)
      const [left, right] = [build(from, middle - 1), build(middle, to)]
      return { kind: 'call', at: places[middle - 1] ?? 0, name: `_${operator}_`, args: [left, right] }
    }
    return build(0, terms.length - 1)
  }

  /** Operators that bind alike; those of the next level bind more closely. */
  #binary(level: number): Expr {
    const operators = levels[level]
    if (!operators) return this.#unary()
    let left = this.#binary(level + 1)
    while (this.tokens.current.kind !== 'string' && operators.has(this.tokens.current.text)) {
      const { at, text } = this.tokens.take()
      left = this.call(at, text === 'in' ? '@in' : `_${text}_`, left, this.#binary(level + 1))
    }
    return left
  }

  #unary(): Expr {
    const sign = this.tokens.current.text
    const isNumber = ['int', 'double'].includes(this.tokens.peek(1).kind)
    if ((sign !== '!' && sign !== '-') || this.tokens.current.kind !== 'punctuation') return this.#member()
    if (sign === '-' && isNumber) return this.#member()
    const first = this.tokens.take()
    let count = 1
    while (this.tokens.takeIf(sign)) count++
    this.#checkAfterSign(sign)
    const operand = this.#member()
    return count % 2 === 0 ? operand : this.call(first.at, sign === '!' ? '!_' : '-_', operand)
  }

  #checkAfterSign(sign: string): void {
    if (this.tokens.current.kind !== 'end') return
    if (sign === '-') {
      this.tokens.noAlternative('-')
      this.issues.add(
        this.tokens.current.at,
        `Syntax error: mismatched input '<EOF>' expecting {${operandSet.join(', ')}}`,
      )
    } else this.tokens.report(this.tokens.current, `extraneous input '<EOF>' expecting {${operandSet.join(', ')}}`)
  }

  /** An operand with what is selected of it. */
  #member(): Expr {
    let expr = this.primary()
    while (true) {
      if (this.tokens.is('.')) expr = this.#selection(expr)
      else if (this.tokens.is('[')) {
        const open = this.tokens.take()
        const name = this.tokens.takeIf('?') ? '_[?_]' : '_[_]'
        const index = this.expression()
        this.tokens.expect(']', 'any')
        expr = this.call(open.at, name, expr, index)
      } else return expr
    }
  }

  #selection(operand: Expr): Expr {
    const dot = this.tokens.take()
    const optional = this.tokens.takeIf('?') !== undefined
    const token = this.tokens.current
    if (
      (token.kind !== 'identifier' && token.kind !== 'escaped') ||
      ['true', 'false', 'null', 'in'].includes(token.text)
    ) {
      this.tokens.noAlternative(optional ? '.?' : '.')
      this.tokens.skipTo([])
      return operand
    }
    this.tokens.take()
    if (token.kind === 'escaped') this.issues.add(token.at, "unsupported syntax: '`'")
    const open = token.kind === 'identifier' && !optional ? this.tokens.takeIf('(') : undefined
    if (open) return this.macroOrCall(open.at, token.text, operand, this.arguments())
    if (!optional) return this.deepen({ kind: 'select', at: dot.at, operand, field: token.text, test: false }, operand)
    return this.call(dot.at, '_?._', operand, { kind: 'literal', at: token.at, value: token.text })
  }
}
