import type { EtcdClient } from './client.js'
import type { LeaseId } from './protocol.js'

/** A lease is used for so many keys, and a minute at most, as kube-apiserver does: one for each would burden etcd. */
const mostKeys = 1_000
const longestUse = 60

/** Leases that end what is put under them a given time after it was written. */
export class EventLeases {
  #lease: Promise<LeaseId> | undefined
  #keys = 0
  #until = 0

  /** `seconds`: how long what is written lives at least. */
  constructor(
    private readonly client: EtcdClient,
    private readonly seconds: number,
  ) {}

  get(): Promise<LeaseId> {
    const now = performance.now()
    const use = Math.min(longestUse, this.seconds / 10)
    if (this.#lease && this.#keys < mostKeys && now < this.#until) {
      this.#keys++
      return this.#lease
    }
    const lease = this.client.grantLease(Math.ceil(this.seconds + use))
    this.#lease = lease
    this.#keys = 1
    this.#until = now + use * 1_000
    lease.catch(() => {
      if (this.#lease === lease) this.#lease = undefined
    })
    return lease
  }
}
