import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cloneJson } from '../../src/meta/json-clone.js'
import type { JsonObject, KubeObject } from '../../src/meta/object.js'
import { builtin, cells, created, refusal, updated } from '../support/builtin.js'

/** A path and what stands there instead; null: nothing. */
type Change = readonly [readonly (string | number)[], unknown]

/**
 * What a kube-apiserver 1.36.3 made of `base` and, up to the next one, of it with one change: at its creation (`set`) or
 * at an update of the object as it was created (`put`).
 */
interface Recorded {
  readonly base?: KubeObject
  /** The new object without its metadata. */
  readonly made?: JsonObject
  /** An object as it is stored, and what the columns of `kubectl get` show of it. */
  readonly of?: KubeObject
  readonly cells?: JsonObject
  readonly set?: Change
  readonly put?: Change
  readonly errors?: readonly string[]
}

const recorded = ['kinds.jsonl', 'pod-templates.jsonl'].flatMap((file) =>
  readFileSync(join(import.meta.dirname, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded),
)

const groups: { base: KubeObject; rest: Recorded[] }[] = []
for (const { base, ...one } of recorded) {
  if (base) groups.push({ base, rest: [one] })
  else groups.at(-1)?.rest.push(one)
}

function changed(base: KubeObject, [path, value]: Change): KubeObject {
  const object = cloneJson(base)
  const last = path.at(-1) ?? ''
  const parent = path.slice(0, -1).reduce<JsonObject>((at, name) => at[name] as JsonObject, object)
  if (value === null) delete parent[last]
  else parent[last] = value
  return object
}

/** Go shows what is not there as null where the type has a place for it. */
function withoutNulls<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_, part: unknown) => (part === null ? undefined : part))) as T
}

for (const [i, { base, rest }] of groups.entries()) {
  const kind = builtin(base.kind)
  describe(`${base.kind} ${i}`, () => {
    it('is made and shown as upstream does', async () => {
      await kind.definition.strategy?.ready?.(base)
      for (const { made, of, cells: row } of rest) {
        if (made) {
          const { apiVersion: _a, kind: _k, metadata: _m, ...own } = created(kind, base)
          expect(withoutNulls(own)).toEqual(made)
        }
        if (of && row) expect(cells(base.kind, of, Date.now())).toMatchObject(row)
      }
    })

    it('is refused as upstream does', async () => {
      await kind.definition.strategy?.ready?.(base)
      for (const { set, put, errors } of rest) {
        if (set) expect([set, refusal(() => created(kind, changed(base, set)))]).toEqual([set, errors])
        if (!put) continue
        const old = created(kind, base)
        expect([put, refusal(() => updated(kind, changed(base, put), old))]).toEqual([put, errors])
      }
    })
  })
}
