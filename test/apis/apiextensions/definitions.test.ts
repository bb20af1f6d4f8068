import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { applyJsonPatch } from '../../../src/apply/json-patch.js'
import { cloneJson } from '../../../src/meta/json-clone.js'
import type { KubeObject } from '../../../src/meta/object.js'
import { definitionsPath, established } from '../../support/custom-resources.js'
import type { Answer } from '../../support/http.js'
import { test } from '../../support/server-test.js'

/**
 * What a real kube-apiserver (1.36.3) answers to a definition: `base` with a JSON patch. It is accepted, then `spec` is a
 * JSON patch too, from the base's spec; or `errors` are its causes. `update`: a PUT in place of the base, under other
 * names, once it is established.
 */
interface Recorded {
  readonly what: string
  readonly patch: readonly object[]
  readonly update?: boolean
  readonly warnings?: readonly string[]
  readonly spec?: readonly object[]
  readonly storedVersions?: readonly string[]
  readonly generation?: number
  readonly code?: number
  readonly errors?: readonly string[]
}

const [first = '', ...rest] = readFileSync(join(import.meta.dirname, 'definitions.jsonl'), 'utf8')
  .trim()
  .split('\n')
const { base } = JSON.parse(first) as { base: KubeObject }
const recorded = rest.map((line) => JSON.parse(line) as Recorded)

const other = {
  ...base,
  metadata: { name: 'us.x.io' },
  spec: { ...(base.spec as object), names: { plural: 'us', kind: 'U' } },
}

function patched<T>(value: T, patch: readonly object[]): T {
  return applyJsonPatch(cloneJson(value), patch as object[]) as T
}

function check(answer: Answer, { code, errors, spec, warnings = [], storedVersions, generation }: Recorded): void {
  const body = answer.json<
    KubeObject & { message: string; details?: { causes?: { field: string; message: string }[] } }
  >()
  if (errors) {
    expect(answer.status, answer.text).toBe(code)
    const causes = body.details?.causes?.map(({ field, message }) => `${field}: ${message}`).sort()
    expect(causes ?? [body.message]).toEqual(errors)
  } else {
    expect(answer.status, answer.text).toBeLessThan(300)
    expect(body.spec).toEqual(patched(base.spec, spec ?? []))
    expect(body.status).toMatchObject({ storedVersions })
    expect(body.metadata.generation).toBe(generation)
  }
  const told = [answer.headers.warning ?? []].flat().flatMap((header) => header.split(/, (?=299 )/))
  expect(told.map((text) => JSON.parse(text.replace(/^299 - /, '')) as string).sort()).toEqual(warnings)
}

describe('a new definition (R05, R10, R11)', () => {
  const rows = recorded.filter(({ update }) => !update)
  test.for(rows.map((row) => [row.what, row] as const))('%s', async ([, row], { api }) => {
    check(await api.post(`${definitionsPath}?dryRun=All`, patched(base, row.patch)), row)
  })
})

describe('a definition that takes the place of another (R06)', () => {
  const rows = recorded.filter(({ update }) => update)
  test.for(rows.map((row) => [row.what, row] as const))('%s', async ([, row], { api }) => {
    await api.post(definitionsPath, other)
    const { resourceVersion } = (await established(api, 'us.x.io')).metadata
    const body = patched(other, row.patch) as KubeObject
    const put = { ...body, metadata: { ...body.metadata, resourceVersion } }
    check(await api.put(`${definitionsPath}/us.x.io?dryRun=All`, put), row)
  })
})
