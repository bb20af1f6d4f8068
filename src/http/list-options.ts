import { type FieldError, fieldError } from '../meta/field-error.js'
import { isTrue } from '../meta/request-info.js'
import { errors } from '../meta/status.js'
import type { ListOptions } from '../registry/list.js'
import type { WatchOptions } from '../registry/watch.js'
import { integer, revision, selectors } from './options.js'

const matchField = 'resourceVersionMatch'

/**
 * What a list asks for, with the rules of resourceVersion and resourceVersionMatch (API-SEMANTICS L06, L08, L10).
 * @throws StatusError Invalid, BadRequest
 */
export function listOptions(query: URLSearchParams): ListOptions {
  const match = query.get(matchField) ?? ''
  const version = query.get('resourceVersion') ?? ''
  const token = query.get('continue') ?? ''
  const found = [...matchErrors(match, version, token)]
  if (query.has('sendInitialEvents')) {
    found.push(fieldError.forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'))
  }
  refuse(found)
  if (token && version !== '' && version !== '0') {
    throw errors.badRequest('specifying resource version is not allowed when using continue')
  }
  const limit = Math.max(0, integer(query, 'limit') ?? 0)
  const at = revision(query)
  return {
    ...selectors(query),
    limit,
    ...(token ? { continue: token } : {}),
    ...(at === undefined ? {} : { at }),
    exact: at !== undefined && at > 0 && (match === 'Exact' || (match === '' && limit > 0)),
  }
}

function matchErrors(match: string, version: string, token: string): FieldError[] {
  if (match === '') return []
  if (token) return [fieldError.forbidden(matchField, `${matchField} is forbidden when continue is provided`)]
  if (version === '') {
    return [fieldError.forbidden(matchField, `${matchField} is forbidden unless resourceVersion is provided`)]
  }
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    return [fieldError.notSupported(matchField, match, ['Exact', 'NotOlderThan', ''])]
  }
  if (match === 'Exact' && version === '0') {
    return [fieldError.forbidden(matchField, `${matchField} "exact" is forbidden for resourceVersion "0"`)]
  }
  return []
}

/** What a watch asks for (W02, W05 to W11). Times are seconds. */
export interface WatchQuery extends WatchOptions {
  readonly bookmarks: boolean
  /** A bookmark says where the initial events end (W08, W10). */
  readonly marksInitialEnd: boolean
  readonly timeoutSeconds: number | undefined
}

/** @throws StatusError Invalid, BadRequest */
export function watchQuery(query: URLSearchParams): WatchQuery {
  const match = query.get(matchField) ?? ''
  const initial = query.get('sendInitialEvents')
  refuse(initialEventsErrors(match, initial))
  const at = revision(query)
  const bookmarks = isTrue(query.get('allowWatchBookmarks'))
  const sendInitial = initial === null ? at === undefined || at === 0 : isTrue(initial)
  const base = {
    ...selectors(query),
    bookmarks,
    marksInitialEnd: sendInitial && bookmarks,
    timeoutSeconds: integer(query, 'timeoutSeconds'),
  }
  if (!sendInitial) return { ...base, from: at || 'now' }
  return { ...base, from: 'start', ...(at === undefined ? {} : { atLeast: at }) }
}

function initialEventsErrors(match: string, initial: string | null): FieldError[] {
  if (initial === null && match !== '') {
    return [
      fieldError.forbidden(matchField, `${matchField} is forbidden for watch unless sendInitialEvents is provided`),
    ]
  }
  if (initial !== null && match === '') {
    return [fieldError.forbidden(matchField, `sendInitialEvents requires setting ${matchField} to NotOlderThan`)]
  }
  if (initial !== null && match !== 'NotOlderThan') {
    return [fieldError.notSupported(matchField, match, ['NotOlderThan'])]
  }
  return []
}

function refuse(found: readonly FieldError[]): void {
  if (found.length > 0) throw errors.invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', found)
}
