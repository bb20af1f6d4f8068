import { parseJson } from '../codec/json.js'
import { errors } from '../meta/status.js'
import type { Revision } from '../store/store.js'

/** Where the next page of a list starts, and at which revision (API-SEMANTICS L05). Opaque to clients. */
export interface ContinueToken {
  /** -1: whatever is newest; the list is no longer one snapshot (L07). */
  readonly revision: Revision
  /** First key that may be on the next page, below the collection's prefix. */
  readonly start: string
  /** When the first page was read, in seconds since 1970; undefined: nobody knows, or it does not matter. */
  readonly listed?: number
}

const version = 'meta.k8s.io/v1'

export function formatContinueToken({ revision, start, listed }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: version, rv: revision, start, listed })).toString('base64url')
}

/** @throws StatusError BadRequest */
export function parseContinueToken(text: string): ContinueToken {
  let token: { v?: unknown; rv?: unknown; start?: unknown; listed?: unknown }
  try {
    token = parseJson(Buffer.from(text, 'base64url')) as typeof token
  } catch (error) {
    throw invalid((error as Error).message)
  }
  const { v, rv, start, listed } = token ?? {}
  if (v !== version) throw invalid(`server does not recognize this encoded version ${v ?? ''}`)
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv === 0) throw invalid('incorrect encoded revision')
  if (typeof start !== 'string' || start === '') throw invalid('incorrect encoded start')
  // A client may not lead out of the collection.
  if (start.split('/').some((part) => part === '' || part === '.' || part === '..')) throw invalid(start)
  return { revision: rv, start, ...(typeof listed === 'number' ? { listed } : {}) }
}

const invalid = (why: string) => errors.badRequest(`invalid continue token: continue key is not valid: ${why}`)
