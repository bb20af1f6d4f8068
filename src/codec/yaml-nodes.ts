import { type EventType, loadAll, Schema, type State, Type, YAMLException } from 'js-yaml'
import { findMisreadItem, mayHaveEmptyItem, type Range } from './yaml-empty-items.js'
import { YamlError } from './yaml-error.js'
import { Scalar } from './yaml-scalar.js'

/** Collections may be nested this deep, as in JSON. */
export const maxYamlDepth = 1000

/**
 * A node where it stands in the text. js-yaml makes plain objects, whose keys can only be strings and come once; to
 * keep what keys are, and that some come twice, each mapping here has the positions of its keys (`0`, `1`, …) as keys,
 * and `keys` knows the nodes behind them.
 */
export class YamlNode {
  /** Tells js-yaml that it may ask a key for its string. */
  readonly [Symbol.toStringTag] = 'YamlNode'

  constructor(
    private readonly composer: Composer,
    readonly content: Scalar | object,
    readonly start: Start,
  ) {}

  /** Counted from 1. */
  get line(): number {
    return this.composer.lineAt(this.start)
  }

  /** Pairs of a mapping, in order; a key or value that is not there is null. undefined: not a mapping. */
  get pairs(): [YamlNode | null, YamlNode | null][] | undefined {
    return Array.isArray(this.content) || this.content instanceof Scalar
      ? undefined
      : this.composer.pairsOf(this.content)
  }

  /** Items of a sequence; undefined: not a sequence. */
  get items(): (YamlNode | null)[] | undefined {
    return Array.isArray(this.content) ? this.composer.itemsOf(this.content) : undefined
  }

  /** Called by js-yaml for a node that is a key, when its pair is stored. */
  toString(): string {
    return this.composer.nameKey(this)
  }
}

/** Where js-yaml began to look for a node: blanks and comments may be in between. */
interface Start {
  readonly position: number
  readonly line: number
}

/** What js-yaml keeps while it reads; `depth` and `tag` are missing in its types. */
type LoaderState = State & { tag: string | null }

/** Keeps text and tag of every scalar: what it stands for is decided later. An anchor refers to what this makes. */
const schema = new Schema({
  implicit: [new Type('?', { kind: 'scalar', construct: (text: unknown) => scalarOf(text, '?') })],
  explicit: [
    new Type('', { kind: 'scalar', multi: true, construct: scalarOf }),
    new Type('', { kind: 'sequence', multi: true }),
    new Type('', { kind: 'mapping', multi: true }),
  ],
})

function scalarOf(data: unknown, tag?: string): unknown {
  if (data instanceof YamlNode) {
    return data.content instanceof Scalar ? new Scalar(data.content.text, tag) : data
  }
  return typeof data === 'string' || data === null ? new Scalar(data ?? '', tag) : data
}

function contentOf({ result, tag }: LoaderState): unknown {
  if (typeof result === 'string') return new Scalar(result, undefined)
  return result === null && tag === '!' ? new Scalar('', undefined) : result
}

/** The root nodes of all documents that have one, and how many nodes the text itself has. @throws YamlError */
export function composeYaml(text: string): { roots: YamlNode[]; composed: number } {
  let input = text.replace(/^\ufeff/, '')
  for (let attempt = 0; attempt < 10; attempt++) {
    const composer = new Composer()
    const outcome = composer.read(input)
    const misread = mayHaveEmptyItem.test(input) ? findMisreadItem(input, composer.scalars) : undefined
    if (misread === undefined) {
      if (outcome instanceof YamlError) throw outcome
      return { roots: outcome, composed: composer.composed }
    }
    input = `${input.slice(0, misread)} ~${input.slice(misread)}`
  }
  throw new YamlError('too many empty list items; write them as null', 1)
}

/** Turns what js-yaml tells while it reads into nodes. One for each text. */
class Composer {
  composed = 0
  readonly scalars: Range[] = []
  #input = ''
  readonly #open: (Start & { keys: YamlNode[] | undefined })[] = []
  readonly #keys = new Map<object, YamlNode[]>()

  read(text: string): YamlNode[] | YamlError {
    try {
      const documents: unknown[] = loadAll(text, null, {
        schema,
        // A scalar in the innermost collection is one deeper, and so is the look whether it is a key.
        maxDepth: maxYamlDepth + 2,
        listener: (event: EventType, state: State) => this.#listen(event, state as LoaderState),
      } as Parameters<typeof loadAll>[2])
      return documents.filter((root) => root instanceof YamlNode)
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error
      const reason = error.reason.startsWith('nesting exceeded') ? 'nested too deep' : error.reason
      return new YamlError(reason, (error.mark?.line ?? 0) + 1)
    }
  }

  #listen(event: EventType, state: LoaderState): void {
    if (event === 'open') {
      this.#open.push({ position: state.position, line: state.line, keys: undefined })
      return
    }
    const start = this.#open.pop()
    const content = contentOf(state)
    if (!start || typeof content !== 'object' || content === null || content instanceof YamlNode) return
    this.#input = state.input
    this.composed++
    if (content instanceof Scalar) this.scalars.push([start.position, state.position])
    if (start.keys) this.#keys.set(content, start.keys)
    state.result = new YamlNode(this, content, start)
    // With the merge tag js-yaml would merge by itself, which must be left to who knows the keys.
    if (content instanceof Scalar && content.isMergeKey) state.tag = '?'
  }

  /** The key's position within the mapping (or, in `[a: b]`, the sequence) that is being read. */
  nameKey(key: YamlNode): string {
    const parent = this.#open.at(-1)
    if (!parent) throw new Error(`the key in line ${key.line} belongs to no mapping`)
    parent.keys ??= []
    return String(parent.keys.push(key) - 1)
  }

  pairsOf(mapping: object, keys = this.#keys.get(mapping)): [YamlNode | null, YamlNode | null][] {
    return Object.entries(mapping).map(([position, value]) => [
      keys?.[Number(position)] ?? null,
      value instanceof YamlNode ? value : null,
    ])
  }

  /** A pair within `[ ]` is a mapping of its own, that no one has announced. */
  itemsOf(sequence: unknown[]): (YamlNode | null)[] {
    const keys = this.#keys.get(sequence) ?? []
    return sequence.map((item) => {
      if (item instanceof YamlNode) return item
      if (typeof item !== 'object' || item === null) return null
      this.#keys.set(item, keys)
      const key = keys[Number(Object.keys(item)[0])]
      return new YamlNode(this, item, key?.start ?? { position: 0, line: 0 })
    })
  }

  lineAt({ position, line }: Start): number {
    let found = line + 1
    let inComment = false
    for (let at = position; at < this.#input.length; at++) {
      const c = this.#input.charAt(at)
      if (c === '\n' || (c === '\r' && this.#input.charAt(at + 1) !== '\n')) {
        found++
        inComment = false
      } else if (c === '#') inComment = true
      else if (!inComment && c !== ' ' && c !== '\t' && c !== '\r') break
    }
    return found
  }
}
