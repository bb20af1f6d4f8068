import { beforeAll, describe, expect, it } from 'vitest'
import { kindType } from '../../src/apis/facts/kind-types.js'
import { allResourceFacts } from '../../src/apis/facts/resource-facts.js'
import { parseJson, stringifyJson } from '../../src/codec/json.js'
import { decodeProtobuf, encodeProtobuf } from '../../src/codec/protobuf/protobuf.js'
import { TypedDecodeError } from '../../src/codec/typed/decode-error.js'
import { decodeTyped } from '../../src/codec/typed/decode-value.js'
import { formatApiVersion } from '../../src/meta/gvk.js'
import { cloneJson } from '../../src/meta/json-clone.js'
import { isJsonObject, type JsonObject } from '../../src/meta/object.js'
import type { Program } from '../support/client-programs.js'
import { askGo, buildProtoGo, type GoQuestion } from '../support/proto-go.js'
import { requireProgram } from '../support/require-program.js'

const seeds = [0, 1, 2, 3, 4, 5]

/** Every kind in the data, those of subresources and lists included, and what requests carry besides. */
function allKinds(): { apiVersion: string; kind: string }[] {
  const found = new Map<string, { apiVersion: string; kind: string }>()
  const add = (group: string, version: string, kind: string) => {
    const apiVersion = formatApiVersion({ group, version })
    found.set(`${apiVersion} ${kind}`, { apiVersion, kind })
  }
  for (const { group, version, kind, verbs, subresources = [] } of allResourceFacts()) {
    add(group, version, kind)
    if (!verbs || verbs.includes('list')) add(group, version, `${kind}List`)
    for (const sub of subresources)
      add(sub.version ? (sub.group ?? '') : group, sub.version ?? version, sub.kind ?? kind)
  }
  for (const kind of ['DeleteOptions', 'Status']) add('', 'v1', kind)
  return [...found.values()]
}

const read = (json: string) => parseJson(json) as JsonObject
const canonical = (value: unknown) => stringifyJson(sorted(value))

/** Go prints null for what we leave out, and for empty lists, which protobuf has not. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isJsonObject(value)) return value
  const isThere = (member: unknown) => member !== null && !(Array.isArray(member) && member.length === 0)
  const keys = Object.keys(value).filter((key) => isThere(value[key]))
  return keys.sort().map((key) => [key, sorted(value[key])])
}

function typed({ apiVersion, kind, ...rest }: JsonObject): JsonObject {
  const type = kindType({ apiVersion: String(apiVersion), kind: String(kind) })
  if (!type) throw new Error(`no type of ${apiVersion} ${kind}`)
  return { apiVersion, kind, ...decodeTyped(rest, type) }
}

let go: Program

beforeAll(() => {
  go = buildProtoGo()
}, 700_000)

describe("Kubernetes' own codec", { timeout: 300_000 }, () => {
  it('writes protobuf of every kind that is read the same, and reads ours', (context) => {
    const program = requireProgram(go, context)
    const questions = allKinds().flatMap((kind) => seeds.map((seed): GoQuestion => ({ ...kind, seed })))
    const answers = askGo(program, questions)
    const written: GoQuestion[] = []
    for (const [i, { json = '', protobuf = '', error }] of answers.entries()) {
      const { apiVersion = '', kind = '', seed } = questions[i] ?? {}
      const what = `${apiVersion} ${kind} of seed ${seed}`
      expect(error, what).toBeUndefined()
      const object = decodeProtobuf(Buffer.from(protobuf, 'base64'), kindType)
      expect(canonical(object), what).toBe(canonical(read(json)))
      expect(canonical(typed(read(json))), what).toBe(canonical(read(json)))
      written.push({ apiVersion, kind, protobuf: encodeProtobuf(object, kindType).toString('base64') })
    }
    for (const [i, { json = '', error }] of askGo(program, written).entries()) {
      const what = `${questions[i]?.kind} of seed ${questions[i]?.seed}, written by us`
      expect(error, what).toBeUndefined()
      expect(canonical(read(json)), what).toBe(canonical(read(answers[i]?.json ?? '')))
    }
  })

  it('says the same of JSON that is wrong', (context) => {
    const program = requireProgram(go, context)
    const kinds = allKinds().filter(({ kind }) => !kind.endsWith('List'))
    const objects = askGo(
      program,
      kinds.flatMap((kind) => [1, 2].map((seed): GoQuestion => ({ ...kind, seed }))),
    )
    const wrong = new Wrong(7)
    const questions = objects
      .filter(({ json = '' }) => json.length < 20_000)
      .flatMap(({ json = '' }) => Array.from({ length: 10 }, () => wrong.variant(read(json))))
      .map(
        (object): GoQuestion => ({
          apiVersion: String(object.apiVersion),
          kind: String(object.kind),
          json: stringifyJson(object),
        }),
      )
    for (const [i, answer] of askGo(program, questions).entries()) {
      const { json = '' } = questions[i] ?? {}
      const ours = attempt(() => canonical(typed(read(json))))
      const theirs = answer.error ?? canonical(read(answer.json ?? ''))
      if (ours !== theirs) expect(ours, json).toBe(theirs)
    }
  })
})

function attempt(decode: () => string): string {
  try {
    return decode()
  } catch (error) {
    if (error instanceof TypedDecodeError) return error.message
    throw error
  }
}

/** Objects with one or two values taken for others; the same ones for the same seed. */
class Wrong {
  private static readonly values: readonly unknown[] = [
    ...[null, 1, 1.5, 3000000000, -1, 0, true, false, 9007199254740993n],
    ...['', 'x', '1', 'AAA', 'AA==\n', '%%%', 'YWJj', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00.123456Z', 'ü"\n'],
    ...['0.5', '1e3', '1.5Gi', '1000m', '0.0001', '5Ki', '-0.1', '1234567890123456789012', '1E', '.5', '+5', '1e-3'],
    ...[[[]], [[null]], [[1]], [['x']], [[{}]], [{}], [{ a: 1 }], [{ name: null }]].flat(),
  ]

  constructor(private seed: number) {}

  private below(limit: number): number {
    this.seed = (this.seed * 1103515245 + 12345) & 0x7fffffff
    return (this.seed >> 8) % limit
  }

  variant(object: JsonObject): JsonObject {
    const copy = cloneJson(object)
    const places: [holder: Record<string, unknown>, key: string][] = []
    const visit = (value: unknown) => {
      if (typeof value !== 'object' || value === null) return
      for (const key of Object.keys(value)) {
        if (value !== copy || (key !== 'apiVersion' && key !== 'kind'))
          places.push([value as Record<string, unknown>, key])
        visit((value as Record<string, unknown>)[key])
      }
    }
    visit(copy)
    for (let i = 0; i <= this.below(2); i++) {
      const [holder, key] = places[this.below(places.length)] ?? [copy, 'metadata']
      const value = cloneJson(Wrong.values[this.below(Wrong.values.length)])
      if (key !== '__proto__') holder[key] = value
    }
    return copy
  }
}
