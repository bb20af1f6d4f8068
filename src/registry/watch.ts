import type { CacheEvent } from '../cache/watchers.js'
import { decodeStored, encodeStored } from '../store/encode.js'
import type { Revision, Stored } from '../store/store.js'
import type { Backend } from './backend.js'
import { listSelected } from './list-selected.js'
import { readAllJson } from './read.js'
import type { Resource } from './resource.js'
import { type Selectors, selectedName, selection, selectsAsRead } from './selection.js'
import type { CollectionTarget } from './target.js'

export interface WatchOptions extends Selectors {
  /** After which revision; `start`: begin with the current state as ADDED events (W02, W08); `now`: only what comes. */
  readonly from: Revision | 'start' | 'now'
  /** With `start`: the current state must not be older than this; undefined: than the newest write. */
  readonly atLeast?: Revision
}

/** What one watcher is told. `stored` is the same object for all watchers that are told the same. */
export interface WatchedChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly stored: Stored
}

/** A change, or what will be known to be one once the object is converted; undefined: it is none for this watch. */
export type ToldChange = WatchedChange | Promise<WatchedChange | undefined>

/**
 * Tells `sink` what is selected: the current state first where `from` is `start`, then every change, in order. `synced`
 * is called between the two with the revision of that state.
 * @returns what ends the watch
 * @throws StatusError Expired, Timeout
 */
export async function watch(
  backend: Backend,
  { resource, namespace }: CollectionTarget,
  options: WatchOptions,
  sink: (change: ToldChange) => void,
  synced: (revision: Revision) => void,
): Promise<() => void> {
  const { cache } = backend
  const name = selectedName(options.fields)
  const selects = selection(resource, options)
  const single = name !== undefined && name !== '' && (namespace !== '' || !resource.namespaced)
  const prefix = single ? resource.key(namespace, name) : resource.prefix(namespace)
  const reads = selectsAsRead(resource, options)
  const tell = (event: CacheEvent) => {
    const change = reads ? readChange(resource, event, selects) : changeFor(event, selects)
    if (change) sink(change)
  }
  if (options.from === 'now') await cache.fresh()
  if (options.from !== 'start') return cache.watch(prefix, options.from === 'now' ? cache.revision : options.from, tell)
  const { items, revision } = await listSelected(backend, resource, options, {
    prefix,
    limit: 0,
    ...(options.atLeast === undefined ? {} : { at: options.atLeast }),
    ...(single || selects
      ? { selects: (stored: Stored) => (!single || stored.key === prefix) && (selects?.(stored) ?? true) }
      : {}),
  })
  for (const stored of items) sink({ type: 'ADDED', stored })
  synced(revision)
  return cache.watch(prefix, revision, tell)
}

/** The changes one event can mean, each made once. */
interface Changes {
  readonly plain: WatchedChange
  entered?: WatchedChange
  left?: WatchedChange
}

const made = new WeakMap<CacheEvent, Changes>()
const plainType = { create: 'ADDED', update: 'MODIFIED', delete: 'DELETED' } as const

function changeFor(event: CacheEvent, selects: ((stored: Stored) => boolean) | undefined): WatchedChange | undefined {
  let changes = made.get(event)
  if (!changes) {
    changes = { plain: { type: plainType[event.type], stored: event.stored } }
    made.set(event, changes)
  }
  if (!selects) return changes.plain
  const before = event.previous !== undefined && selects(event.previous)
  const now = event.type !== 'delete' && selects(event.stored)
  if (event.type === 'delete') return before ? changes.plain : undefined
  if (before && now) return changes.plain
  if (now) {
    if (event.type === 'create') return changes.plain
    changes.entered ??= { type: 'ADDED', stored: event.stored }
    return changes.entered
  }
  if (!before) return undefined
  changes.left ??= { type: 'DELETED', stored: lastSelected(event) }
  return changes.left
}

async function readChange(
  resource: Resource,
  event: CacheEvent,
  selects: ((stored: Stored) => boolean) | undefined,
): Promise<WatchedChange | undefined> {
  await readAllJson(resource, event.previous ? [event.stored, event.previous] : [event.stored])
  return changeFor(event, selects)
}

/** An object that leaves a selection is told as it was, at the revision of the change (API-SEMANTICS W03). */
function lastSelected({ stored, previous }: CacheEvent): Stored {
  return encodeStored(stored.key, stored.revision, decodeStored(previous ?? stored))
}
