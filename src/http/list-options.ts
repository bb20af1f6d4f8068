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
  const limit = Math.max(0, integer(query, 'limit') ?? 0)
  integer(query, 'timeoutSeconds')
  const match = query.get(matchField) ?? ''
  const version = query.get('resourceVersion') ?? ''
  const token = query.get('continue') ?? ''
  const found = matchErrors(match, version, token)
  if (query.has('sendInitialEvents')) {
    found.push(fieldError.forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'))
  }
  refuse(found)
  if (token && version !== '' && version !== '0') {
    throw errors.badRequest('specifying resource version is not allowed when using continue')
  }
  const at = revision(query, refuseListAt)
  return {
    ...selectors(query),
    limit,
    ...(token ? { continue: token } : {}),
    ...(at === undefined ? {} : { at }),
    exact: at !== undefined && at > 0 && (match === 'Exact' || (match === '' && limit > 0)),
  }
}

/** A list names what was asked for; a read of one object and a watch say what their storage said (E14). */
const refuseListAt = (why: string) => errors.badRequest(`invalid resource version: ${why}`)

function matchErrors(match: string, version: string, token: string): FieldError[] {
  if (match === '') return []
  const found: FieldError[] = []
  if (version === '') {
    found.push(fieldError.forbidden(matchField, `${matchField} is forbidden unless resourceVersion is provided`))
  }
  if (token) found.push(forbiddenWithContinue())
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    found.push(fieldError.notSupported(matchField, match, ['Exact', 'NotOlderThan', '']))
  }
  if (match === 'Exact' && version === '0') {
    found.push(fieldError.forbidden(matchField, `${matchField} "exact" is forbidden for resourceVersion "0"`))
  }
  return found
}

const forbiddenWithContinue = () =>
  fieldError.forbidden(matchField, `${matchField} is forbidden when continue is provided`)

/** What a watch asks for (W02, W05 to W11). Times are seconds. */
export interface WatchQuery extends WatchOptions {
  readonly bookmarks: boolean
  /** A bookmark says where the initial events end (W08, W10). */
  readonly marksInitialEnd: boolean
  readonly timeoutSeconds: number | undefined
}

/** @throws StatusError Invalid, BadRequest */
export function watchQuery(query: URLSearchParams): WatchQuery {
  const timeoutSeconds = integer(query, 'timeoutSeconds')
  integer(query, 'limit')
  const initial = query.get('sendInitialEvents')
  refuse(watchErrors(query, initial))
  const at = revision(query)
  const bookmarks = isTrue(query.get('allowWatchBookmarks'))
  const sendInitial = initial === null ? at === undefined || at === 0 : isTrue(initial)
  const base = { ...selectors(query), bookmarks, marksInitialEnd: sendInitial && bookmarks, timeoutSeconds }
  if (!sendInitial) return { ...base, from: at || 'now' }
  return { ...base, from: 'start', ...(at === undefined ? {} : { atLeast: at }) }
}

function watchErrors(query: URLSearchParams, initial: string | null): FieldError[] {
  const [match, version] = [query.get(matchField) ?? '', query.get('resourceVersion') ?? '']
  // Such a watch begins with all there is, as if sendInitialEvents and the match had been named.
  const isFromStart = initial === null && (version === '' || version === '0')
  const found: FieldError[] = []
  if (initial !== null && match !== 'NotOlderThan') {
    found.push(fieldError.forbidden(matchField, `sendInitialEvents requires setting ${matchField} to NotOlderThan`))
  }
  if (initial === null && match !== '') {
    const why = `${matchField} is forbidden for watch unless sendInitialEvents is provided`
    found.push(fieldError.forbidden(matchField, why))
  }
  if (match !== '' && match !== 'NotOlderThan') {
    found.push(fieldError.notSupported(matchField, match, ['NotOlderThan']))
  }
  if (query.get('continue') && (match !== '' || isFromStart)) found.push(forbiddenWithContinue())
  return found
}

function refuse(found: readonly FieldError[]): void {
  if (found.length > 0) throw errors.invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', found)
}
