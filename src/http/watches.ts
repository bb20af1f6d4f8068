import type { Backend } from '../registry/backend.js'
import type { Resource } from '../registry/resource.js'
import { acceptable, acceptedForm } from './accept.js'
import type { Call } from './context.js'
import { watchQuery } from './list-options.js'
import { includeObject } from './present.js'
import { watchFrames } from './watch-frames.js'
import { bodyOutput } from './watch-output.js'
import { WatchStream } from './watch-stream.js'
import { webSocketOutput } from './web-socket.js'

/** The watches under way. */
export class Watches {
  private readonly streams = new Set<WatchStream>()

  constructor(private readonly backend: Backend) {
    backend.registry.onChange(() => this.endStale())
  }

  /** Resolves when the stream has begun; it goes on by itself. @throws StatusError before the first byte is sent */
  async begin(call: Call, resource: Resource): Promise<void> {
    const query = watchQuery(namedIn(call))
    const frames = watchFrames(
      resource,
      acceptedForm(call.request.headers.accept, { ...acceptable(call, resource), watching: true }),
      includeObject(call.query),
    )
    const output = (await webSocketOutput(call.request, call.response)) ?? bodyOutput(call.response)
    const stream = new WatchStream(resource, output, frames, (ended) => this.streams.delete(ended))
    this.streams.add(stream)
    await stream.run(this.backend, call.info.namespace, query)
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

/** `/watch/…/<name>` watches one object, as a metadata.name selector does (W13). */
function namedIn({ info, query }: Call): URLSearchParams {
  const selector = query.get('fieldSelector') ?? ''
  if (info.name === '' || selector.includes('metadata.name')) return query
  const named = new URLSearchParams(query)
  named.set('fieldSelector', [...(selector ? [selector] : []), `metadata.name=${info.name}`].join(','))
  return named
}
