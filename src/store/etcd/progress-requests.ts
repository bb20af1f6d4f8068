import type { Revision } from '../store.js'
import type { EtcdClient, WatchCall } from './client.js'

/** Usually a change says it before. Milliseconds. */
const firstRequest = 5
const nextRequest = 100
/** A written key costs a change; who writes elsewhere in the same etcd makes it needed. */
const firstMark = 30
const nextMark = 1_000

/**
 * Asks etcd how far a watch stream is, while somebody waits for a revision that no change brings: keys outside the
 * prefix have revisions too. Older versions answer before they have sent what came before (etcd issue 15220); there a
 * key below the prefix is written, and its event is the answer.
 */
export class ProgressRequests {
  #call: WatchCall | undefined
  #exact = false
  #wanted: Revision = 0
  #reached: Revision = 0
  #timer: NodeJS.Timeout | undefined

  constructor(
    private readonly client: EtcdClient,
    private readonly mark: Buffer,
  ) {}

  /** From now on on this stream, to a member of that version. */
  attach(call: WatchCall, version: string): void {
    this.#call = call
    this.#exact = answersInOrder(version)
    this.#schedule(true)
  }

  detach(): void {
    this.#call = undefined
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  close(): void {
    this.detach()
    this.#wanted = 0
  }

  want(revision: Revision): void {
    this.#wanted = Math.max(this.#wanted, revision)
    this.#schedule(true)
  }

  reached(revision: Revision): void {
    this.#reached = revision
    if (revision < this.#wanted) return
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #schedule(first: boolean): void {
    if (this.#timer || !this.#call || this.#reached >= this.#wanted) return
    const [request, mark] = first ? [firstRequest, firstMark] : [nextRequest, nextMark]
    this.#timer = setTimeout(() => this.#ask(), this.#exact ? request : mark)
  }

  #ask(): void {
    this.#timer = undefined
    if (this.#exact) this.#call?.write({ progress: {} })
    else this.client.put({ key: this.mark, value: Buffer.alloc(0) }).catch(() => {})
    this.#schedule(false)
  }
}

/** Kubernetes trusts the same versions (its feature RequestWatchProgress). */
function answersInOrder(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number)
  if (major !== 3) return major > 3
  if (minor === 4) return patch >= 31
  return minor === 5 ? patch >= 13 : minor > 5
}
