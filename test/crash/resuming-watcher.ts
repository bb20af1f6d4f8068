import type { KubeObject } from '../../src/meta/object.js'
import type { ListBody } from '../support/http.js'
import type { WatchStream } from '../support/watch.js'
import type { Change } from './change-log.js'
import { type Collection, collections } from './random-writers.js'
import type { Target } from './restarting-server.js'

/** A client as informers are: watches, and when the stream ends watches again from the last revision it saw. */
export class ResumingWatcher {
  readonly told: Change[] = []
  /** What is there, by what was told: all of it when it began with a list or before anything was there. */
  readonly state = new Map<string, string>()
  from = 0
  resumed = 0
  private over = false
  private stream: WatchStream | undefined
  private readonly following: Promise<void>

  /** Begins behind revision `from`; without one, with a list. */
  constructor(
    private readonly target: () => Promise<Target>,
    readonly prefix: Collection,
    from: number | undefined,
  ) {
    this.following = this.follow(from)
    this.following.catch(() => {})
  }

  get newest(): number {
    return this.told.at(-1)?.revision ?? this.from
  }

  async stop(): Promise<void> {
    this.over = true
    this.stream?.close()
    await this.following
  }

  private async follow(from: number | undefined): Promise<void> {
    this.from = from ?? (await this.list())
    while (!this.over) {
      const { api } = await this.target()
      try {
        this.stream = await api.watch(`${collections[this.prefix]}?watch=true&resourceVersion=${this.newest}`)
        while (!this.over) this.take(await this.stream.next())
      } catch (error) {
        if (error instanceof Refused) throw error
        // The server has gone, or has cut a watch that fell behind.
        this.resumed++
        this.stream?.close()
      }
    }
  }

  private async list(): Promise<number> {
    for (;;) {
      const { api, over } = await this.target()
      const answer = await api.get(collections[this.prefix]).catch(() => undefined)
      if (answer?.status !== 200) {
        await over()
        continue
      }
      const { items, metadata } = answer.json<ListBody>()
      for (const object of items) this.state.set(object.metadata.name ?? '', object.metadata.annotations?.value ?? '')
      return Number(metadata.resourceVersion)
    }
  }

  private take({ type, object }: { type: string; object: KubeObject }): void {
    if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') throw new Refused(JSON.stringify(object))
    const { name = '', resourceVersion, annotations } = object.metadata
    const value = annotations?.value ?? ''
    this.told.push({ revision: Number(resourceVersion), type, key: this.prefix + name, value })
    if (type === 'DELETED') this.state.delete(name)
    else this.state.set(name, value)
  }
}

/** The server said that it can't go on from there. */
class Refused extends Error {}
