/** One thing wrong with a source: `at` is an offset in UTF-16 units, -1 where it is wrong as a whole. */
interface Issue {
  readonly at: number
  readonly text: string
}

/** More are not told, but counted. */
const maxIssues = 100
/** Of longer lines no picture is drawn. */
const maxSnippet = 16_384

/** What is wrong with the source of an expression, and the text upstream gives it. */
export class Issues {
  readonly #list: Issue[] = []
  #count = 0

  constructor(private readonly source: string) {}

  get isEmpty(): boolean {
    return this.#count === 0
  }

  add(at: number, text: string): void {
    this.#count++
    if (this.#count <= maxIssues) this.#list.push({ at, text })
  }

  /** `ERROR: <input>:1:5: undefined field 'foo'`, the line, and where in it; one after the other in source order. */
  toString(): string {
    const texts = [...this.#list].sort((a, b) => a.at - b.at).map((issue) => this.#format(issue))
    if (this.#count > maxIssues) texts.push(`${this.#count - maxIssues} more errors were truncated`)
    return texts.join('\n')
  }

  #format({ at, text }: Issue): string {
    if (at < 0) return `ERROR: <input>:-1:0: ${text}`
    if (this.source === '') return `ERROR: <input>:1:0: ${text}`
    const before = this.source.slice(0, at).split('\n')
    const column = [...(before.at(-1) ?? '')].length
    const head = `ERROR: <input>:${before.length}:${column + 1}: ${text}`
    const line = this.source.split('\n')[before.length - 1] ?? ''
    if (Buffer.byteLength(line) > maxSnippet) return head
    return `${head}\n | ${line.replaceAll('\t', ' ')}\n | ${pointer(line, column)}`
  }
}

/** Dots up to the place, and a mark; wide ones under wide characters. */
function pointer(line: string, column: number): string {
  const characters = [...line]
  const isWide = (i: number) => (characters[i]?.codePointAt(0) ?? 0) >= 0x80
  const dots = Array.from({ length: Math.min(column, characters.length) }, (_, i) => (isWide(i) ? '\uff0e' : '.'))
  return `${dots.join('')}${isWide(column) ? '\uff3e' : '^'}`
}
