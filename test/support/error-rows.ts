import { expect } from 'vitest'
import type { HttpClient } from './http.js'

/** A request that fails, and how. */
export interface ErrorRow {
  readonly what: string
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly code: number
  readonly reason: string
  readonly message: string | RegExp
  readonly details?: unknown
}

/** Sends the row's request; the answer must be the Status it names, in every part it names. */
export async function checkError(api: HttpClient, row: ErrorRow): Promise<void> {
  const answer = await api.request(row.method, row.path, row.body, row.headers)
  expect(answer.status, answer.text).toBe(row.code)
  expect(answer.headers['content-type']).toMatch(/^application\/json/)
  if (row.method === 'HEAD') return expect(answer.text).toBe('')
  const status = answer.json<Record<string, unknown>>()
  expect(status).toMatchObject({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: row.code })
  if (typeof row.message === 'string') expect(status.message).toBe(row.message)
  else expect(status.message).toMatch(row.message)
  expect(status.reason).toBe(row.reason)
  if (row.details) expect(status.details).toEqual(row.details)
}
