/** One step of a JSONPath; a path is a list of them. */
export type PathStep =
  | { readonly kind: 'field'; readonly name: string }
  /** `['a.b']`: the member of that name, else, as upstream reads it, what `.a.b` leads to. */
  | { readonly kind: 'key'; readonly name: string; readonly path: readonly PathStep[] }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'recursive' }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'slice'; readonly start?: number; readonly end?: number; readonly step?: number }
  | { readonly kind: 'union'; readonly paths: readonly (readonly PathStep[])[] }
  | { readonly kind: 'exists'; readonly path: readonly PathStep[] }
  | { readonly kind: 'compare'; readonly left: Operand; readonly operator: Comparison; readonly right: Operand }

export type Operand =
  | { readonly literal: string | number | boolean }
  /** Relative to the list's item. */
  | { readonly path: readonly PathStep[] }

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='

const maxLength = 4096
const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>='])

/** @throws SyntaxError */
export function parseJsonPath(text: string): PathStep[] {
  if (text.length > maxLength) throw new SyntaxError(`JSONPath is longer than ${maxLength} characters`)
  return new PathParser(text).steps()
}

class PathParser {
  private at = 0

  constructor(private readonly text: string) {}

  steps(): PathStep[] {
    const steps: PathStep[] = []
    while (this.at < this.text.length) {
      const c = this.text.charAt(this.at)
      if (' @$'.includes(c)) this.at++
      else if (this.text.startsWith('[?(', this.at)) steps.push(this.filter())
      else if (c === '[') steps.push(this.bracket())
      else if (this.text.startsWith('..', this.at)) steps.push(...this.recursive(steps.at(-1)))
      else if (c === '.') {
        this.at++
        steps.push(this.field())
      } else throw new SyntaxError(`unrecognized ${JSON.stringify(c)} in JSONPath ${JSON.stringify(this.text)}`)
    }
    return steps
  }

  private recursive(previous: PathStep | undefined): PathStep[] {
    if (previous?.kind === 'recursive') throw new SyntaxError('invalid multiple recursive descent')
    this.at += 2
    const named = /[\p{L}\p{N}_*]/uy
    named.lastIndex = this.at
    return named.test(this.text) ? [{ kind: 'recursive' }, this.field()] : [{ kind: 'recursive' }]
  }

  /** A name goes on to the next special character; a backslash takes that from one. */
  private field(): PathStep {
    const name = /(?:\\.|[^\\ \t\r\n.,[\]$@{}])*/sy
    name.lastIndex = this.at
    const found = name.exec(this.text)?.[0] ?? ''
    this.at += found.length
    if (this.text.charAt(this.at) === '\\') throw new SyntaxError('JSONPath ends in a backslash')
    return found === '*' ? { kind: 'wildcard' } : { kind: 'field', name: found.replaceAll('\\', '') }
  }

  private bracket(): PathStep {
    const end = this.text.indexOf(']', this.at)
    if (end < 0) throw new SyntaxError('unterminated array')
    const inside = this.text.slice(this.at + 1, end)
    this.at = end + 1
    const parts = inside.split(',')
    if (parts.length === 1) return bracketStep(inside)
    return { kind: 'union', paths: parts.map((part) => [bracketStep(part.trim())]) }
  }

  /** `[?(…)]`; up to the first closing parenthesis that is not within the first quoted text. */
  private filter(): PathStep {
    const filter = /\[\?\(((?:[^"')]*(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))?[^)]*)\)\]/sy
    filter.lastIndex = this.at
    const found = filter.exec(this.text)
    if (!found) throw new SyntaxError('unterminated filter')
    this.at = filter.lastIndex
    const inside = found[1] ?? ''
    const [, left, operator, right] = /^([^!<>=]+)([!<>=]+)(.+)$/s.exec(inside) ?? []
    if (left === undefined || operator === undefined || right === undefined) {
      return { kind: 'exists', path: new PathParser(inside).steps() }
    }
    if (!isComparison(operator)) throw new SyntaxError(`unrecognized filter operator ${operator}`)
    return { kind: 'compare', left: operand(left), operator, right: operand(right) }
  }
}

function isComparison(text: string): text is Comparison {
  return comparisons.has(text)
}

function bracketStep(inside: string): PathStep {
  if (inside === '*') return { kind: 'slice' }
  const key = /^'([^']*)'$/.exec(inside)?.[1]
  if (key !== undefined) {
    return { kind: 'key', name: key.replaceAll('\\', ''), path: new PathParser(`.${key}`).steps() }
  }
  if (/^-?\d+$/.test(inside)) return { kind: 'index', index: Number(inside) }
  const found = /^(-?\d+)?:(-?\d+)?(?::(-?\d+)?)?$/.exec(inside)
  if (!found) throw new SyntaxError(`invalid array index ${inside}`)
  const [, start, end, step] = found
  return {
    kind: 'slice',
    ...(start === undefined ? {} : { start: Number(start) }),
    ...(end === undefined ? {} : { end: Number(end) }),
    ...(step === undefined ? {} : { step: Number(step) }),
  }
}

function operand(text: string): Operand {
  const trimmed = text.trim()
  if (trimmed === 'true' || trimmed === 'false') return { literal: trimmed === 'true' }
  if (/^[+-]?\d+(?:\.\d*)?$/.test(trimmed)) return { literal: Number(trimmed) }
  if (/^(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')$/s.test(trimmed)) return { literal: unquote(trimmed) }
  const path = new PathParser(trimmed).steps()
  if (trimmed === '') throw new SyntaxError('nothing to compare with')
  return { path }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', "'": "'" }

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/gs, (_, c: string) => {
    const plain = escapes[c]
    if (plain === undefined) throw new SyntaxError(`unknown escape \\${c}`)
    return plain
  })
}
