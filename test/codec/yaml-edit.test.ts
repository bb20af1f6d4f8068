import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { applyMergePatch } from '../../src/apply/merge-patch.js'
import { parseYaml } from '../../src/codec/yaml.js'
import { editYaml } from '../../src/codec/yaml-edit.js'
import { cloneJson } from '../../src/meta/json-clone.js'
import { jsonEquals } from '../../src/meta/json-equal.js'
import { isJsonObject, type JsonObject } from '../../src/meta/object.js'
import { editCases } from './yaml-edit-cases.js'

const read = (text: string): JsonObject => {
  const { value } = parseYaml(text)
  return isJsonObject(value) ? value : {}
}

describe('a text is edited so that only what must change does:', () => {
  it.for(editCases)('$what', async ({ before, patch, after }) => {
    const next = applyMergePatch(read(before), cloneJson(patch)) as JsonObject
    expect(await editYaml(before, next)).toBe(after)
    expect(read(after)).toEqual(next)
  })
})

const key = fc.constantFrom('a', 'b', 'c', 'd', 'name', 'yes', 'k/x.y', '1')
const line = fc.constantFrom(
  '',
  'x',
  'two words',
  'yes',
  '0123',
  '1e3',
  "it's",
  'say "x"',
  '# no',
  'a: b',
  '- x',
  '{}',
  '*a',
  'é',
)
const scalar = fc.oneof(line, fc.integer({ min: -5, max: 5 }), fc.boolean(), fc.constant(null), fc.constant('l1\nl2\n'))
const { value } = fc.letrec<{ value: unknown; map: JsonObject }>((tie) => ({
  map: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    tie('map'),
  ),
}))
const object: fc.Arbitrary<JsonObject> = fc.dictionary(key, value, { minKeys: 1, maxKeys: 5 })

/** How a person may write it. */
const style = fc.record({
  indent: fc.constantFrom(2, 3, 4),
  indentSeq: fc.boolean(),
  defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_SINGLE' as const, 'QUOTE_DOUBLE' as const),
  collectionStyle: fc.constantFrom('block' as const, 'any' as const),
})
/** With a comment above each top-level field. */
const written = (fields: JsonObject, how: typeof style extends fc.Arbitrary<infer T> ? T : never): string =>
  Object.entries(fields)
    .map(
      ([name, member], i) =>
        `# comment ${i}\n${stringify({ [name]: member }, { ...how, version: '1.1', lineWidth: 0 })}`,
    )
    .join('')

describe('an edited text', () => {
  it('reads back as what it shall say, and keeps the lines of fields that stay, with their comments', async () => {
    await fc.assert(
      fc.asyncProperty(object, style, object, fc.array(key), async (before, how, changes, removed) => {
        const text = written(before, how)
        fc.pre(tells(text, before))
        const next: JsonObject = { ...before, ...changes }
        for (const name of removed) delete next[name]
        const edited = await editYaml(text, next)
        expect(read(edited)).toEqual(next)
        const staying = Object.keys(before).filter((name) => name in next && !(name in changes))
        for (const name of staying) {
          const i = Object.keys(before).indexOf(name)
          const own = written({ [name]: before[name] }, how).replace('# comment 0', `# comment ${i}`)
          expect(edited).toContain(own)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('is the same text when a change is taken back', async () => {
    await fc.assert(
      fc.asyncProperty(object, style, key, scalar, async (before, how, name, other) => {
        const text = written(before, how)
        fc.pre(!(name in before) && tells(text, before))
        const there = await editYaml(text, { ...before, [name]: other })
        expect(await editYaml(there, before)).toBe(text)
      }),
    )
  })
})

/** Not everything that library writes is read the same by the reader of YAML 1.1. */
function tells(text: string, fields: JsonObject): boolean {
  try {
    return jsonEquals(read(text), fields)
  } catch {
    return false
  }
}
