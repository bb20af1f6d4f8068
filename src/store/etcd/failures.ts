import { type ServiceError, status } from '@grpc/grpc-js'
import { errors, type StatusError } from '../../meta/status.js'
import { type Revision, StoreUnavailable } from '../store.js'

/** Seconds a client should wait before it asks again: an election among etcd's members takes about that long. */
const retryAfter = 1

/** What etcd says before it has done anything, and grpc-js before it has sent anything. */
const beforeAnything = /no leader|No connection established|Name resolution failed|Call retry timed out/

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'details' in error
}

/** Whether another endpoint, or the same a moment later, may answer. */
export function isAway(error: unknown): boolean {
  return isServiceError(error) && (error.code === status.UNAVAILABLE || error.code === status.DEADLINE_EXCEEDED)
}

/** Whether the call has certainly had no effect, so that a write may be sent again. */
export function hadNoEffect(error: unknown): boolean {
  return isServiceError(error) && error.code === status.UNAVAILABLE && beforeAnything.test(error.details)
}

/** Whether the revision asked for has been compacted. */
export function isCompacted(error: unknown): boolean {
  return isServiceError(error) && error.code === status.OUT_OF_RANGE && error.details.includes('compacted')
}

/**
 * What a client of the API is told of a call to etcd that failed: 503 when nothing was done, 504 when nobody knows, both
 * with Retry-After; 500 for what only an operator can mend. What is too large, for a request or for etcd, is told in etcd's
 * own words, as upstream does.
 */
export function failureOf(error: unknown): StatusError {
  if (!isServiceError(error)) return errors.internal(`etcd: ${error instanceof Error ? error.message : String(error)}`)
  const { code, details } = error
  switch (code) {
    case status.UNAVAILABLE:
      if (!hadNoEffect(error)) return errors.timeout(`etcd: ${details}`, retryAfter)
      return errors.unavailable(`etcd can't be reached: ${connectionProblem(details)}`, retryAfter)
    case status.DEADLINE_EXCEEDED:
      return errors.timeout('etcd has not answered in time', retryAfter)
    case status.CANCELLED:
      return new StoreUnavailable('the store is closed')
    case status.RESOURCE_EXHAUSTED:
      return details.includes('space exceeded')
        ? errors.bare(500, details)
        : errors.tooManyRequests(`etcd: ${details}`, retryAfter)
    case status.INVALID_ARGUMENT:
      return errors.bare(500, details)
    default:
      return new StoreUnavailable(`etcd: ${details}`)
  }
}

/** Without what grpc-js says around it. */
function connectionProblem(details: string): string {
  return details
    .replace(/^No connection established\. Last error: (Error: )?/, '')
    .replace(/\.? Resolution note: .*$/s, '')
}

/**
 * etcd's data is another: emptied, or put back from a backup. What has been told can't be taken back, and what is known here
 * may never have been; only a new start puts that right.
 */
export class RevisionsLost extends StoreUnavailable {
  constructor(known: Revision, newest: Revision) {
    super(
      `etcd's revision has gone back from ${known} to ${newest}: its data is another one, this server must be restarted`,
    )
  }
}
