import type { Backend } from '../registry/backend.js'
import { watchComputed } from '../registry/computed-objects.js'
import type { Resource } from '../registry/resource.js'
import { watch } from '../registry/watch.js'
import { acceptable, acceptedForm } from './accept.js'
import type { Call } from './call.js'
import { type WatchQuery, watchQuery } from './list-options.js'
import { includeObject } from './present.js'
import { type WatchFrames, watchFrames } from './watch-frames.js'
import { bodyOutput } from './watch-output.js'
import { type WatchSource, WatchStream } from './watch-stream.js'
import { webSocketOutput } from './web-socket.js'

/** The watches under way. */
export class Watches {
  private readonly streams = new Set<WatchStream>()
  /** Events that watches told which have ended since, by resource. */
  private readonly ended = new Map<string, WatchCount>()

  constructor(private readonly backend: Backend) {
    backend.registry.onChange(() => this.endStale())
    backend.cache.failed.addEventListener('abort', () => this.endAll())
  }

  /** Resolves when the stream has begun; it goes on by itself. @throws StatusError before the first byte is sent */
  async begin(call: Call, resource: Resource): Promise<void> {
    const query = watchQuery(namedIn(call))
    const frames = watchFrames(
      resource,
      acceptedForm(call.request.headers.accept, { ...acceptable(call, resource), watching: true }),
      includeObject(call.query),
    )
    await this.send(call, resource, frames, query)
  }

  /** As `begin`, of a watch whose frames have another shape than the API's. */
  async send(call: Call, resource: Resource, frames: WatchFrames, query: WatchQuery): Promise<void> {
    const output = (await webSocketOutput(call.request, call.response)) ?? bodyOutput(call.response)
    const stream = new WatchStream(resource, output, frames, (ended) => this.remove(ended))
    this.streams.add(stream)
    await stream.run(query, this.source(call, resource, query))
  }

  private source({ info, user }: Call, resource: Resource, query: WatchQuery): WatchSource {
    const { backend } = this
    const { namespace } = info
    if (resource.definition.verbs) {
      const call = { namespace, name: '', user, dryRun: false }
      return { begin: async (sink) => watchComputed(resource, call, query, query.from === 'start', sink) }
    }
    return {
      begin: (sink, synced) => watch(backend, { resource, namespace }, query, sink, synced),
      revision: () => backend.cache.revision,
    }
  }

  private remove(stream: WatchStream): void {
    this.streams.delete(stream)
    addTo(this.ended, stream.resource, stream.told)
  }

  /** How many watches there are, by resource. */
  open(): WatchCount[] {
    const counts = new Map<string, WatchCount>()
    for (const { resource } of this.streams) addTo(counts, resource, 1)
    return [...counts.values()]
  }

  /** How many events have been told since the start, by resource. */
  told(): WatchCount[] {
    const counts = new Map([...this.ended].map(([key, count]) => [key, { ...count }]))
    for (const { resource, told } of this.streams) addTo(counts, resource, told)
    return [...counts.values()]
  }

  /** Cleanly: clients watch again from the last event they saw. */
  endAll(): void {
    for (const stream of this.streams) stream.end()
  }

  /** A watch ends when its resource goes or is defined anew: what it tells may have another shape now (W19). */
  private endStale(): void {
    for (const stream of this.streams) {
      const { group, version, plural, definition } = stream.resource
      if (this.backend.registry.resource(group, version.name, plural)?.definition !== definition) stream.end()
    }
  }
}

/** A number by resource. */
export interface WatchCount {
  readonly group: string
  readonly version: string
  readonly resource: string
  value: number
}

function addTo(counts: Map<string, WatchCount>, { group, version, plural }: Resource, value: number): void {
  const key = `${plural} ${group} ${version.name}`
  const known = counts.get(key)
  if (known) known.value += value
  else counts.set(key, { group, version: version.name, resource: plural, value })
}

/** `/watch/…/<name>` watches one object, as a metadata.name selector does (W13). */
function namedIn({ info, query }: Call): URLSearchParams {
  const selector = query.get('fieldSelector') ?? ''
  if (info.name === '' || selector.includes('metadata.name')) return query
  const named = new URLSearchParams(query)
  named.set('fieldSelector', [...(selector ? [selector] : []), `metadata.name=${info.name}`].join(','))
  return named
}
