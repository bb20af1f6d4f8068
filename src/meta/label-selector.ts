import { labelValueErrors, qualifiedNameErrors } from './names.js'
import { errors } from './status.js'

/** What `?labelSelector=` asks for: every requirement must hold (API-SEMANTICS L20). */
export interface LabelSelector {
  /** Selects everything. */
  readonly empty: boolean
  matches(labels: Readonly<Record<string, string>> | undefined): boolean
}

/** Whether an object whose label has this value, or that lacks the label, is selected. */
type Requirement = (labels: Readonly<Record<string, string>>) => boolean

/** Errors a selector's values are told in one answer; hostile input must not make a huge one. */
const maxValueErrors = 20

/**
 * Reads `a, !b, c=x, d==x, e!=x, f in (x,y), g notin (x), h>1, i<5`. Linear in the text's length.
 * @throws StatusError BadRequest with upstream's text (L21)
 */
export function parseLabelSelector(text: string): LabelSelector {
  const requirements = new Parser(text).selector()
  return {
    empty: requirements.length === 0,
    matches: (labels = {}) => requirements.every((holds) => holds(labels)),
  }
}

/** Literal tokens mean themselves; anything else is an identifier, `` is the end. */
const symbols = new Set(['=', '==', '!=', '!', '(', ')', ',', '>', '<'])
const identifierEnd = new Set('=!(),>< \t\r\n')

function scan(text: string): string[] {
  const tokens: string[] = []
  for (let i = 0; i < text.length; ) {
    const c = text.charAt(i)
    if (' \t\r\n'.includes(c)) i++
    else if (symbols.has(c)) {
      const token = symbols.has(text.slice(i, i + 2)) ? text.slice(i, i + 2) : c
      tokens.push(token)
      i += token.length
    } else {
      const start = i
      while (i < text.length && !identifierEnd.has(text.charAt(i))) i++
      tokens.push(text.slice(start, i))
    }
  }
  return tokens
}

/** Recursive descent, one token at a time; which text an error has follows from the order upstream looks at things. */
class Parser {
  private readonly tokens: string[]
  private position = 0

  constructor(text: string) {
    this.tokens = scan(text)
  }

  selector(): Requirement[] {
    const requirements: Requirement[] = []
    if (this.peek() === '') return requirements
    if (!this.startsRequirement()) throw found(this.peek(), ", expected: !, identifier, or 'end of string'")
    for (;;) {
      requirements.push(this.requirement())
      const separator = this.next()
      if (separator === '') return requirements
      if (separator !== ',') throw found(separator, ", expected: ',' or 'end of string'")
      if (!this.startsRequirement()) throw found(this.peek(), ", expected: identifier after ','")
    }
  }

  private peek(): string {
    return this.tokens[this.position] ?? ''
  }

  private next(): string {
    const token = this.peek()
    this.position++
    return token
  }

  private startsRequirement(): boolean {
    return this.peek() === '!' || isIdentifier(this.peek())
  }

  private requirement(): Requirement {
    const absent = this.peek() === '!'
    if (absent) this.next()
    const key = this.next()
    if (!isIdentifier(key)) throw unparsable(`found '${key}', expected: identifier`)
    const wrong = qualifiedNameErrors(key)
    if (wrong.length > 0) throw unparsable(`<nil>: Invalid value: ${JSON.stringify(key)}: ${wrong.join('; ')}`)
    if (absent) return (labels) => !Object.hasOwn(labels, key)
    if (this.peek() === '' || this.peek() === ',') return (labels) => Object.hasOwn(labels, key)
    return this.comparison(key)
  }

  private comparison(key: string): Requirement {
    const operator = this.next()
    switch (operator) {
      case 'in':
      case 'notin': {
        const values = this.values(key)
        return operator === 'in'
          ? (labels) => Object.hasOwn(labels, key) && values.has(labels[key] ?? '')
          : (labels) => !Object.hasOwn(labels, key) || !values.has(labels[key] ?? '')
      }
      case '=':
      case '==': {
        const value = this.exactValue(key)
        return (labels) => Object.hasOwn(labels, key) && labels[key] === value
      }
      case '!=': {
        const value = this.exactValue(key)
        return (labels) => !Object.hasOwn(labels, key) || labels[key] !== value
      }
      case '>':
      case '<':
        return this.ordering(key, operator)
      default:
        throw unparsable(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`)
    }
  }

  private exactValue(key: string, alsoWrong: readonly string[] = []): string {
    const value = this.value()
    refuse([...alsoWrong, ...valueErrors(key, [value])])
    return value
  }

  private value(): string {
    if (this.peek() === '' || this.peek() === ',') return ''
    const value = this.next()
    if (!isIdentifier(value)) throw unparsable(`found '${value}', expected: identifier`)
    return value
  }

  private ordering(key: string, operator: '>' | '<'): Requirement {
    const value = this.value()
    const bound = parseInt64(value)
    const what = "for 'Gt', 'Lt' operators, the value must be an integer"
    const notInteger = bound === undefined ? [`values[0]: Invalid value: ${JSON.stringify(value)}: ${what}`] : []
    refuse([...notInteger, ...valueErrors(key, [value])])
    return (labels) => {
      const actual = Object.hasOwn(labels, key) ? parseInt64(labels[key] ?? '') : undefined
      if (actual === undefined || bound === undefined) return false
      return operator === '>' ? actual > bound : actual < bound
    }
  }

  /** `(a,b)`; an empty place between commas is the empty value. */
  private values(key: string): Set<string> {
    const open = this.next()
    if (open !== '(') throw unparsable(`found '${open}' expected: '('`)
    const first = this.peek()
    if (first !== ')' && first !== ',' && !isIdentifier(first)) {
      throw unparsable(`found '${first}', expected: ',', ')' or identifier`)
    }
    const values = new Set<string>()
    for (let pending = true; ; ) {
      const token = this.next()
      if (token === ',' || token === ')') {
        if (pending) values.add('')
        if (token === ')') break
        pending = true
      } else if (isIdentifier(token)) {
        values.add(token)
        pending = false
        const after = this.peek()
        if (after !== ',' && after !== ')') throw unparsable(`found '${after}', expected: ',' or ')'`)
      } else throw unparsable(`found '${token}', expected: ',', or identifier`)
    }
    refuse(valueErrors(key, [...values].sort()))
    return values
  }
}

function isIdentifier(token: string): boolean {
  return token !== '' && !symbols.has(token)
}

function valueErrors(key: string, values: readonly string[]): string[] {
  const found: string[] = []
  for (const [i, value] of values.entries()) {
    const wrong = labelValueErrors(value)
    if (wrong.length > 0)
      found.push(`values[${i}][${key}]: Invalid value: ${JSON.stringify(value)}: ${wrong.join('; ')}`)
    if (found.length === maxValueErrors) break
  }
  return found
}

function refuse(wrong: readonly string[]): void {
  if (wrong.length > 0) throw unparsable(wrong.length === 1 ? (wrong[0] ?? '') : `[${wrong.join(', ')}]`)
}

function parseInt64(text: string): bigint | undefined {
  if (!/^[+-]?\d{1,63}$/.test(text)) return undefined
  const value = BigInt(text.replace(/^\+/, ''))
  return BigInt.asIntN(64, value) === value ? value : undefined
}

function found(token: string, expected: string) {
  return errors.badRequest(`found '${token}'${expected}`)
}

function unparsable(why: string) {
  return errors.badRequest(`unable to parse requirement: ${why}`)
}
