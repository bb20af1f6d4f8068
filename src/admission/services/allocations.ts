import type { WatchCache } from '../../cache/watch-cache.js'
import { ipNumber } from '../../meta/number-range.js'
import type { KubeObject } from '../../meta/object.js'
import { decodeStored } from '../../store/encode.js'
import { storeKey } from '../../store/keys.js'
import type { Stored } from '../../store/store.js'
import type { Holders } from './holders.js'

/** The parts of core/v1 Service that hold something. */
export interface AllocatedSpec {
  type?: string
  clusterIP?: string
  clusterIPs?: string[]
  ports?: { port: number; protocol?: string; nodePort?: number }[]
  healthCheckNodePort?: number
  externalTrafficPolicy?: string
  allocateLoadBalancerNodePorts?: boolean
}

export const specOf = (service: KubeObject | undefined) => (service?.spec ?? {}) as AllocatedSpec

/** The numbers a service has. */
interface Held {
  readonly ips: readonly number[]
  readonly ports: readonly number[]
}

function heldBy({ clusterIPs = [], ports = [], healthCheckNodePort }: AllocatedSpec): Held {
  return {
    ips: clusterIPs.flatMap((ip) => ipNumber(ip) ?? []),
    ports: [...ports.map(({ nodePort }) => nodePort), healthCheckNodePort].flatMap((port) => port || []),
  }
}

const nothing: Held = { ips: [], ports: [] }
const prefix = storeKey('', 'services', '')

/**
 * What all services have, by the services' keys. Read off the cache at the first question and kept in step with it from
 * there on, so that a deleted service holds nothing, however it went.
 */
export class Allocations {
  readonly #held = new Map<string, Held>()
  #following = false

  constructor(
    private readonly cache: WatchCache,
    readonly ips: Holders,
    readonly ports: Holders,
  ) {}

  follow(): void {
    if (this.#following) return
    this.#following = true
    this.cache.watch(prefix, this.cache.revision, ({ type, stored }) => {
      this.#set(stored.key, type === 'delete' ? nothing : heldIn(stored))
    })
    for (const stored of this.cache.peekAll(prefix)) this.#set(stored.key, heldIn(stored))
  }

  /** Whether nobody but that service has what it says. */
  holds(key: string, spec: AllocatedSpec): boolean {
    const { ips, ports } = heldBy(spec)
    const isFree = (holder: string | undefined) => holder === undefined || holder === key
    return ips.every((ip) => isFree(this.ips.holder(ip))) && ports.every((port) => isFree(this.ports.holder(port)))
  }

  /** Whether a service has what it did not have before. */
  isMore(spec: AllocatedSpec, before: AllocatedSpec): boolean {
    const [now, old] = [heldBy(spec), heldBy(before)]
    return now.ips.some((ip) => !old.ips.includes(ip)) || now.ports.some((port) => !old.ports.includes(port))
  }

  /** Gives back what a write was given and did not store; a stored one is, or will be, told by the cache. */
  settle(key: string, given: Held, stored: Stored | undefined): void {
    if (stored && this.cache.revision < stored.revision) {
      this.#set(key, heldIn(stored))
      return
    }
    const { ips, ports } = this.#held.get(key) ?? nothing
    for (const ip of given.ips) if (!ips.includes(ip)) this.ips.release(ip, key)
    for (const port of given.ports) if (!ports.includes(port)) this.ports.release(port, key)
  }

  #set(key: string, now: Held): void {
    const { ips, ports } = this.#held.get(key) ?? nothing
    for (const ip of ips) this.ips.release(ip, key)
    for (const port of ports) this.ports.release(port, key)
    for (const ip of now.ips) this.ips.hold(ip, key)
    for (const port of now.ports) this.ports.hold(port, key)
    if (now === nothing) this.#held.delete(key)
    else this.#held.set(key, now)
  }
}

const heldIn = (stored: Stored) => heldBy(specOf(decodeStored(stored)))
