import type { ListQuery, ListResult } from '../cache/list-at.js'
import type { Backend } from './backend.js'
import { readAllJson } from './read.js'
import type { Resource } from './resource.js'
import { type Selectors, selectsAsRead } from './selection.js'

/**
 * What `query` selects. Where the selected fields are those of another version than is stored, objects are read before
 * they are looked at, all in one conversion.
 * @throws StatusError Expired, Timeout; what conversion throws
 */
export async function listSelected(
  { cache }: Backend,
  resource: Resource,
  selectors: Selectors,
  query: ListQuery,
): Promise<ListResult> {
  const { selects, limit, ...everything } = query
  if (!selects || !selectsAsRead(resource, selectors)) return cache.list(query)
  const { items, revision } = await cache.list({ ...everything, limit: 0 })
  await readAllJson(resource, items)
  const selected = items.filter(selects)
  const page = limit === 0 ? selected : selected.slice(0, limit)
  const last = page.length < selected.length ? page.at(-1) : undefined
  return { items: page, revision, next: last && `${last.key}\0`, remaining: undefined }
}
