import type { ListQuery, ListResult } from '../cache/list-at.js'
import { errors, StatusError } from '../meta/status.js'
import type { Revision, Stored } from '../store/store.js'
import type { Backend } from './backend.js'
import { formatContinueToken, parseContinueToken } from './continue-token.js'
import { listSelected } from './list-selected.js'
import { type Selectors, selectedName, selection } from './selection.js'
import type { CollectionTarget, ObjectTarget } from './target.js'

/** What a list asks for, with its resourceVersion rules already checked (API-SEMANTICS L08, L10). */
export interface ListOptions extends Selectors {
  /** 0: no limit. */
  readonly limit: number
  readonly continue?: string
  readonly at?: Revision
  readonly exact?: boolean
}

export interface ListPage {
  readonly items: Stored[]
  readonly revision: Revision
  readonly continue: string | undefined
  readonly remaining: number | undefined
}

/**
 * A list must be read to its end within so many seconds, also where nothing is written: as long as a kube-apiserver
 * remembers at least (its --etcd-compaction-interval), so that clients meet the 410 that they will meet there.
 */
const longestReading = 300

const inconsistent =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
  'deleted between the time the first chunk was returned and now may show up in the list.'

/** One page, in key order; all pages of a list are of one revision (L03 to L07). */
export async function list(backend: Backend, target: CollectionTarget, options: ListOptions): Promise<ListPage> {
  const { resource, namespace } = target
  const prefix = resource.prefix(namespace)
  const selects = selection(resource, options)
  const query = { prefix, limit: options.limit, ...(selects ? { selects } : {}) }
  const read: Read = (asked) => listSelected(backend, resource, options, asked)
  const one = selectedName(options.fields)
  const now = Math.floor(backend.now().getTime() / 1000)
  if (options.continue) return nextPage(read, query, options.continue, now)
  if (one !== undefined && (namespace || !resource.namespaced)) return single(read, { ...target, name: one }, options)
  const found = await read({
    ...query,
    ...(options.at === undefined ? {} : { at: options.at }),
    ...(options.exact ? { exact: true } : {}),
  })
  return page(found, prefix, now)
}

type Read = (query: ListQuery) => Promise<ListResult>

interface PageQuery {
  readonly prefix: string
  readonly limit: number
  readonly selects?: (stored: Stored) => boolean
}

async function nextPage(read: Read, query: PageQuery, token: string, now: number): Promise<ListPage> {
  const { revision, start, listed = now } = parseContinueToken(token)
  const from = { ...query, start: query.prefix + start }
  const expired = () => errors.expired(inconsistent, formatContinueToken({ revision: -1, start }))
  if (revision < 0) return page(await read(from), query.prefix, listed)
  if (listed < now - longestReading) throw expired()
  try {
    return page(await read({ ...from, at: revision, exact: true }), query.prefix, listed)
  } catch (error) {
    throw error instanceof StatusError && error.code === 410 ? expired() : error
  }
}

/** A list of one name looks at one key, not at the collection. */
async function single(
  read: Read,
  { resource, namespace, name }: ObjectTarget,
  options: ListOptions,
): Promise<ListPage> {
  const key = resource.key(namespace, name)
  const found = await read({
    prefix: key,
    limit: 0,
    selects: (stored) => stored.key === key && (selection(resource, options)?.(stored) ?? true),
    ...(options.at === undefined ? {} : { at: options.at }),
    ...(options.exact ? { exact: true } : {}),
  })
  // One object has no next page.
  return { ...page(found, key, 0), remaining: undefined }
}

function page({ items, revision, next, remaining }: ListResult, prefix: string, listed: number): ListPage {
  const start = next?.slice(prefix.length)
  const token = start === undefined ? undefined : formatContinueToken({ revision, start, listed })
  return { items, revision, continue: token, remaining }
}
