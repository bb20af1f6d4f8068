import { type JsonObject, setOwn } from '../meta/object.js'
import { formatFloat32 } from './float32.js'
import { YamlError } from './yaml-error.js'
import { composeYaml, maxYamlDepth, type YamlNode } from './yaml-nodes.js'
import { resolveScalar, Scalar, type ScalarValue } from './yaml-scalar.js'

export { YamlError } from './yaml-error.js'
export { stringifyYaml } from './yaml-writer.js'

/** Longest text that is read, in UTF-16 units: what a request body may have. */
export const maxYamlLength = 3 * 1024 * 1024
/** Aliases may add that many nodes to those written; upstream's reader stops at about the same point. */
const maxAliasedNodes = 400_000
const excessive = 'document contains excessive aliasing'
/** Duplicate keys that are reported. */
const maxDuplicates = 100

/** A key that a mapping has more than once, and the line of the later value: upstream's warning names both. */
export interface DuplicateKey {
  readonly key: string
  readonly line: number
}

/**
 * Reads one YAML document as Kubernetes does (sigs.k8s.io/yaml). The last one of equal keys wins, and keys merged by
 * `<<` count as written where it stands. Empty text is null. @throws YamlError
 */
export function parseYaml(text: string): { value: unknown; duplicates: DuplicateKey[] } {
  if (text.length > maxYamlLength) throw new YamlError(`text of more than ${maxYamlLength} characters`, 1)
  const { roots, composed } = composeYaml(text)
  const [root, second] = roots
  if (second) throw new YamlError('expected a single document, but there is another one', second.line)
  const reader = new ValueReader(composed)
  return { value: root ? reader.value(root, 1) : null, duplicates: reader.duplicates }
}

/** Makes values of nodes; a node that several aliases name is made anew for each, so that they can be changed. */
class ValueReader {
  readonly duplicates: DuplicateKey[] = []
  #made = 0

  constructor(private readonly composed: number) {}

  value(node: YamlNode, depth: number): unknown {
    this.#count(node, depth)
    if (node.content instanceof Scalar) return this.#scalar(node, node.content)
    const { items } = node
    if (items) return items.map((item) => (item ? this.value(item, depth + 1) : null))
    const object: JsonObject = {}
    this.#fill(object, node, depth)
    return object
  }

  #count(node: YamlNode, depth: number): void {
    const aliased = ++this.#made - this.composed
    const mostly = this.#made > 1000 && aliased > 0.99 * this.#made
    if (aliased > maxAliasedNodes || mostly) throw new YamlError(excessive, node.line, `yaml: ${excessive}`)
    if (depth > maxYamlDepth && !(node.content instanceof Scalar)) throw new YamlError('nested too deep', node.line)
  }

  #scalar(node: YamlNode, scalar: Scalar): unknown {
    const { kind, value } = this.#resolve(node, scalar)
    if (kind === 'float' && !Number.isFinite(value)) {
      throw new YamlError(`JSON can't hold the number ${scalar.text}`, node.line)
    }
    return value
  }

  #fill(object: JsonObject, mapping: YamlNode, depth: number): void {
    for (const [keyNode, valueNode] of mapping.pairs ?? []) {
      if (keyNode?.content instanceof Scalar && keyNode.content.isMergeKey) {
        this.#merge(object, valueNode ?? keyNode, depth)
        continue
      }
      const key = this.#key(keyNode, mapping)
      const value = valueNode ? this.value(valueNode, depth + 1) : null
      if (Object.hasOwn(object, key) && this.duplicates.length < maxDuplicates) {
        this.duplicates.push({ key, line: (valueNode ?? keyNode ?? mapping).line })
      }
      setOwn(object, key, value)
    }
  }

  /** In a list of mappings the earlier ones count more, so they come last. */
  #merge(object: JsonObject, source: YamlNode, depth: number): void {
    const mappings = source.items?.toReversed() ?? [source]
    for (const mapping of mappings) {
      if (!mapping?.pairs) {
        throw new YamlError('map merge requires map or sequence of maps as the value', (mapping ?? source).line)
      }
      this.#count(mapping, depth + 1)
      this.#fill(object, mapping, depth + 1)
    }
  }

  #key(node: YamlNode | null, mapping: YamlNode): string {
    if (!(node?.content instanceof Scalar)) {
      throw new YamlError(node ? 'a map or list as a map key' : 'a map key without a value', (node ?? mapping).line)
    }
    this.#count(node, 0)
    const { kind, value } = this.#resolve(node, node.content)
    if (kind === 'float') return formatFloat32(value)
    if (value === null || (kind === 'integer' && value > maxIntegerKey)) {
      throw new YamlError(`unsupported map key ${node.content.text}`, node.line)
    }
    return String(value)
  }

  #resolve(node: YamlNode, scalar: Scalar): ScalarValue {
    try {
      return resolveScalar(scalar)
    } catch (error) {
      throw new YamlError(error instanceof Error ? error.message : String(error), node.line)
    }
  }
}

const maxIntegerKey = 2n ** 63n - 1n
