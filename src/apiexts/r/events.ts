import { parseJson, stringifyJson } from '../../codec/json.js'
import type { WatchQuery } from '../../http/list-options.js'
import { revision, selectors } from '../../http/options.js'
import type { WatchFrames } from '../../http/watch-frames.js'
import type { KubeObject } from '../../meta/object.js'
import { readJson } from '../../registry/read.js'
import type { Resource } from '../../registry/resource.js'
import { toConcise } from './concise-object.js'
import { isSelected, parseListQuery, projected } from './list-query.js'

/**
 * Server-sent events of a watch, for a browser's EventSource: `added`, `modified` and `deleted` with the concise object,
 * `synced` once the objects that were there are told, `error` with a Status, after which the stream ends. The id of an
 * event is its resourceVersion, with which EventSource goes on after a lost connection (Last-Event-ID).
 */
export function eventFrames(resource: Resource, query: URLSearchParams, resumes: boolean): WatchFrames {
  const asked = parseListQuery(query)
  const narrow = asked.where.length > 0 || asked.text !== ''
  /** What the client has of a narrowed collection: what leaves it is deleted, what enters it added. */
  const told = new Set<string>()
  const nothing = Buffer.alloc(0)
  return {
    contentType: 'text/event-stream',
    async change({ type, stored }) {
      const concise = toConcise(parseJson(await readJson(resource, stored)) as KubeObject)
      const shown = projected(concise, asked)
      if (!narrow) return frame(type.toLowerCase(), shown, stored.revision)
      const [before, now] = [told.has(stored.key), type !== 'DELETED' && isSelected(concise, asked)]
      if (!now) {
        told.delete(stored.key)
        // A client that comes back may have what was told to it before.
        return before || resumes ? frame('deleted', shown, stored.revision) : nothing
      }
      told.add(stored.key)
      return frame(before || (resumes && type === 'MODIFIED') ? 'modified' : 'added', shown, stored.revision)
    },
    bookmark: (at, endsInitialEvents) => frame(endsInitialEvents ? 'synced' : 'alive', {}, at),
    error: (status) => frame('error', status),
  }
}

function frame(event: string, data: unknown, id?: number): Buffer {
  return Buffer.from(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${stringifyJson(data)}\n\n`)
}

/** Where the stream begins: with all objects, or behind the last event that the client has seen. @throws StatusError */
export function eventQuery(query: URLSearchParams, lastEventId: string | undefined): WatchQuery {
  const seen = revision(new URLSearchParams(lastEventId ? { resourceVersion: lastEventId } : {}))
  return {
    ...selectors(query),
    from: seen ?? 'start',
    bookmarks: true,
    marksInitialEnd: true,
    timeoutSeconds: undefined,
  }
}
