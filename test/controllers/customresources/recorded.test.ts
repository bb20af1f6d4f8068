import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import type { KubeObject } from '../../../src/meta/object.js'
import { establish } from '../../support/custom-resources.js'
import type { Answer, Headers } from '../../support/http.js'
import { testAlone as test } from '../../support/server-test.js'

/** A definition, or a request of what it defines and what a real kube-apiserver (1.36.3) answers; in order. */
interface Line {
  readonly definition?: KubeObject
  /** Of API-SEMANTICS. */
  readonly rule: string
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly headers?: Headers
  readonly status: number
  readonly warnings?: readonly string[]
  readonly spec?: unknown
  readonly objectStatus?: unknown
  readonly cells?: readonly unknown[]
  readonly causes?: readonly Cause[]
  /** Of a failure; not where there are several causes, whose order is not upstream's. */
  readonly message?: string
}

interface Cause {
  readonly field: string
  readonly reason: string
  readonly message: string
}

type Body = KubeObject & {
  readonly message?: string
  readonly details?: { readonly causes?: readonly Cause[] }
  readonly rows?: readonly { readonly cells: readonly unknown[] }[]
}

const definitions: { crd: KubeObject; lines: Line[] }[] = []
for (const text of readFileSync(join(import.meta.dirname, 'recorded.jsonl'), 'utf8')
  .trim()
  .split('\n')) {
  const line = JSON.parse(text) as Line
  if (line.definition) definitions.push({ crd: line.definition, lines: [] })
  else definitions.at(-1)?.lines.push(line)
}

const byText = (causes: readonly Cause[] = []) => causes.map((cause) => JSON.stringify(inOrder(cause))).sort()
const inOrder = ({ field, reason, message }: Cause) => [field, reason, message]
/** Ages go on. */
const still = (cells: readonly unknown[]) => cells.map((cell) => (/^\d+[smhdy]/.test(String(cell)) ? 'age' : cell))

function check(answer: Answer, line: Line): void {
  expect(answer.status, answer.text).toBe(line.status)
  const told = [answer.headers.warning ?? []].flat().flatMap((header) => header.split(/, (?=299 )/))
  const warnings = told.map((text) => JSON.parse(text.replace(/^299 - /, '')) as string)
  expect(warnings).toEqual(line.warnings ?? [])
  if (!String(answer.headers['content-type']).startsWith('application/json')) {
    expect(answer.text).toBe(line.message)
    return
  }
  const { spec, status, rows, message, details } = answer.json<Body>()
  if (line.cells)
    expect(rows?.map(({ cells }) => still(cells))).toEqual(line.cells.map((row) => still(row as unknown[])))
  else if (line.status < 300) expect([spec, status]).toEqual([line.spec, line.objectStatus])
  else {
    expect(byText(details?.causes)).toEqual(byText(line.causes))
    if (line.message !== undefined) expect(message).toBe(line.message)
  }
}

describe.for(definitions)('$crd.spec.names.kind', ({ crd, lines }) => {
  test('is served', async ({ api }) => {
    await establish(api, crd)
  })
  test.for(lines)('$rule: $method $path is answered as recorded: $body', async (line, { api }) => {
    check(await api.request(line.method, line.path, line.body, { ...headersOf(line) }), line)
  })
})

function headersOf({ method, headers }: Line): Headers {
  return method === 'PATCH' ? { 'content-type': 'application/merge-patch+json', ...headers } : { ...headers }
}
