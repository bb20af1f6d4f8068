import { type JsonObject, setOwn } from '../meta/object.js'
import { JsonError, unexpectedCharacter } from './json-error.js'
import { readInteger } from './number.js'
import { replaceLoneSurrogates } from './utf8.js'

/** Containers may be nested this deep. Go allows 10,000; here every walk over an object is recursive. */
export const maxJsonDepth = 1000
/** Upstream reports no more than that many, and none twice. */
const maxDuplicates = 100

const literals: Readonly<Record<string, { word: string; value: unknown }>> = {
  t: { word: 'true', value: true },
  f: { word: 'false', value: false },
  n: { word: 'null', value: null },
}
const shortEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/**
 * Reads a JSON text character by character, for all that JSON.parse can't do: long integers, bounded depth, Go's
 * error texts, duplicate keys with their paths.
 */
export class JsonReader {
  #at = 0
  #depth = 0
  /** Thrown at the end only: bad syntax anywhere is told first. */
  #rangeError: JsonError | undefined
  readonly #path: (string | number)[] = []
  readonly #duplicates = new Set<string>()

  /** `onMember` is told each member's path as it is met, and whether the object had it before. */
  constructor(
    private readonly text: string,
    private readonly onMember?: (path: string, again: boolean) => void,
  ) {}

  /** Paths of members that an object has more than once, each path once, in the order they were met. */
  get duplicates(): string[] {
    return [...this.#duplicates]
  }

  /** The one value of the text. @throws JsonError */
  read(): unknown {
    const value = this.#value('looking for beginning of value')
    this.#skipSpace()
    if (this.#at < this.text.length) throw this.#unexpected('after top-level value')
    if (this.#rangeError) throw this.#rangeError
    return value
  }

  #value(context: string): unknown {
    this.#skipSpace()
    const c = this.text.charAt(this.#at)
    if (c === '"') return this.#string()
    if (c === '{') return this.#object()
    if (c === '[') return this.#array()
    if (c === '-' || (c >= '0' && c <= '9')) return this.#number()
    const literal = literals[c]
    if (!literal || c === '') throw this.#unexpected(context)
    for (const expected of literal.word) {
      if (this.text.charAt(this.#at) !== expected) {
        throw this.#unexpectedWithin(`in literal ${literal.word} (expecting '${expected}')`)
      }
      this.#at++
    }
    return literal.value
  }

  #object(): JsonObject {
    this.#enter()
    const object: JsonObject = {}
    if (this.#closed('}')) return object
    do {
      this.#skipSpace()
      if (this.text.charAt(this.#at) !== '"') throw this.#unexpected('looking for beginning of object key string')
      const key = this.#string()
      this.#skipSpace()
      if (this.text.charAt(this.#at) !== ':') throw this.#unexpected('after object key')
      this.#at++
      this.#path.push(key)
      const again = Object.hasOwn(object, key)
      if (again && this.#duplicates.size < maxDuplicates) this.#duplicates.add(this.#pathText())
      this.onMember?.(this.#pathText(), again)
      setOwn(object, key, this.#value('looking for beginning of value'))
      this.#path.pop()
    } while (!this.#ends('}', 'after object key:value pair'))
    return object
  }

  #array(): unknown[] {
    this.#enter()
    const array: unknown[] = []
    if (this.#closed(']')) return array
    do {
      this.#path.push(array.length)
      array.push(this.#value('looking for beginning of value'))
      this.#path.pop()
    } while (!this.#ends(']', 'after array element'))
    return array
  }

  #enter(): void {
    if (++this.#depth > maxJsonDepth) throw this.#unexpected('exceeded max depth')
    this.#at++
  }

  /** Whether the container just entered is empty; steps over its end then. */
  #closed(end: string): boolean {
    this.#skipSpace()
    if (this.text.charAt(this.#at) !== end) return false
    this.#at++
    this.#depth--
    return true
  }

  /** Steps over a comma (false) or the end of the container (true). */
  #ends(end: string, context: string): boolean {
    this.#skipSpace()
    if (this.text.charAt(this.#at) === ',') {
      this.#at++
      return false
    }
    if (!this.#closed(end)) throw this.#unexpected(context)
    return true
  }

  #string(): string {
    const { text } = this
    let result = ''
    let from = ++this.#at
    for (;;) {
      const code = text.charCodeAt(this.#at)
      if (code === 0x22) break
      if (code === 0x5c) {
        result += replaceLoneSurrogates(text.slice(from, this.#at)) + this.#escape()
        from = this.#at
      } else if (code >= 0x20) this.#at++
      else throw this.#unexpected('in string literal')
    }
    result += replaceLoneSurrogates(text.slice(from, this.#at++))
    return replaceLoneSurrogates(result)
  }

  #escape(): string {
    const c = this.text.charAt(++this.#at)
    const short = shortEscapes[c]
    if (short !== undefined && c !== '') {
      this.#at++
      return short
    }
    if (c !== 'u') throw this.#unexpectedWithin('in string escape code')
    for (let i = 0; i < 4; i++) {
      this.#at++
      if (!/^[0-9a-fA-F]$/.test(this.text.charAt(this.#at))) {
        throw this.#unexpectedWithin('in \\u hexadecimal character escape')
      }
    }
    this.#at++
    return String.fromCharCode(Number.parseInt(this.text.slice(this.#at - 4, this.#at), 16))
  }

  #number(): number | bigint {
    const start = this.#at
    if (this.text.charAt(this.#at) === '-') this.#at++
    if (this.text.charAt(this.#at) === '0') this.#at++
    else this.#digits('in numeric literal')
    const integral = this.#at
    if (this.text.charAt(this.#at) === '.') {
      this.#at++
      this.#digits('after decimal point in numeric literal')
    }
    if (/^[eE]$/.test(this.text.charAt(this.#at))) {
      this.#at++
      if (/^[+-]$/.test(this.text.charAt(this.#at))) this.#at++
      this.#digits('in exponent of numeric literal')
    }
    const literal = this.text.slice(start, this.#at)
    const value = this.#at === integral ? readInteger(literal) : Number(literal)
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
      this.#rangeError ??= new JsonError(
        `json: cannot unmarshal number ${literal} into Go value of type float64`,
        start,
      )
    }
    return value
  }

  #digits(context: string): void {
    const start = this.#at
    while (isDigit(this.text.charCodeAt(this.#at))) this.#at++
    if (this.#at === start) throw this.#unexpectedWithin(context)
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.#at++
    }
  }

  #pathText(): string {
    return this.#path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('')
  }

  #unexpected(context: string): JsonError {
    return unexpectedCharacter(this.text, this.#at, context)
  }

  /** Within a word or number: Go ends a text with a blank, and stumbles over that here. */
  #unexpectedWithin(context: string): JsonError {
    return unexpectedCharacter(`${this.text} `, this.#at, context)
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}
