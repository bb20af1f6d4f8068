import { errors, StatusError } from '../../meta/status.js'

/** An object's entity tag: its resourceVersion (RFC 9110, 8.8.3). */
export const etag = (resourceVersion: string): string => `"${resourceVersion}"`

/** The resourceVersions that an If-Match or If-None-Match header names; undefined: there is none, or it is `*`. */
export function taggedVersions(header: string | undefined): string[] | undefined {
  if (header === undefined || header.trim() === '*') return undefined
  return [...header.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? '')
}

/**
 * The one resourceVersion that a change is allowed to replace; undefined: any.
 * @throws StatusError 412 when `current` is none of those that If-Match names
 */
export function matched(header: string | undefined, current: string): string | undefined {
  const versions = taggedVersions(header)
  if (!versions) return undefined
  if (versions.includes(current)) return current
  throw preconditionFailed()
}

/** A conflict of a change that came with If-Match is the failure of that precondition (RFC 9110, 13.1.1). */
export function asPreconditionFailed(error: unknown): unknown {
  return error instanceof StatusError && error.code === 409 && error.status.reason === 'Conflict'
    ? preconditionFailed()
    : error
}

const preconditionFailed = () => errors.bare(412, 'the object has another version than If-Match says')
