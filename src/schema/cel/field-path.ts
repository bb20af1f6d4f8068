import { additionalOf, propertyOf } from '../member.js'
import type { Schema } from '../schema.js'

const controls: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/**
 * A rule's fieldPath such as `.spec['a.b']` as errors show it, `spec.a.b` or, below a map, `m[key]`; undefined when it
 * leads nowhere in the schema.
 */
export function rulePath(fieldPath: string, schema: Schema): string | undefined {
  const step = /\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\]/y
  let node: Schema | undefined = schema
  let path = ''
  while (step.lastIndex < fieldPath.length) {
    const match: RegExpExecArray | null = step.exec(fieldPath)
    if (!match || !node) return undefined
    const name = match[1] ?? (match[2] ?? '').replace(/\\(.)/g, (_all, one: string) => controls[one] ?? one)
    if (node.properties) {
      node = propertyOf(node, name)
      if (!node) return undefined
      path += path === '' ? name : `.${name}`
    } else {
      if (node.additionalProperties === undefined) return undefined
      node = additionalOf(node)
      path += `[${name}]`
    }
  }
  return path
}
