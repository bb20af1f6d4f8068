import { setTimeout as pause } from 'node:timers/promises'
import { isJsonObject, type JsonObject, type KubeObject } from '../meta/object.js'
import { errors, StatusError } from '../meta/status.js'
import { create } from '../registry/create.js'
import type { Resource } from '../registry/resource.js'
import { update } from '../registry/update.js'
import type { ControllerContext } from './controller.js'
import { controllerWrite } from './write.js'

/** Milliseconds, as kube-controller-manager has them (client-go's leaderelection). */
export interface LeadershipTimes {
  /** A lease that nobody has seen renewed for so long is free. */
  readonly lease: number
  /** A holder that could not renew it for so long stops, before others may begin. */
  readonly renewDeadline: number
  readonly retry: number
}

const defaultTimes: LeadershipTimes = { lease: 15_000, renewDeadline: 10_000, retry: 2_000 }

const namespace = 'kube-system'
const name = 'wukong-apiserver-controllers'

/**
 * Of all servers over one store, one at a time does the work: the holder of the Lease
 * `kube-system/wukong-apiserver-controllers`. What `begin` starts is ended when the lease is lost. Answers with what ends
 * the candidacy, and gives the lease back at once.
 */
export function workUnderLease(
  context: ControllerContext,
  identity: string,
  begin: () => Promise<() => Promise<void>>,
  times = defaultTimes,
): () => Promise<void> {
  const candidate = new Candidate(context, identity, begin, times)
  const done = candidate.run()
  return async () => {
    candidate.stop.abort()
    await done
  }
}

class Candidate {
  readonly stop = new AbortController()
  readonly #resource: Resource | undefined
  /** The lease as it was last seen, and when that was new here: clocks of other machines count for nothing. */
  #seen = { revision: '', at: 0 }
  #renewedAt = 0
  /** Another one has it for certain. */
  #lost = false
  /** What is to be ended, once it has begun. */
  #work: Promise<(() => Promise<void>) | undefined> | undefined

  constructor(
    private readonly context: ControllerContext,
    private readonly identity: string,
    private readonly begin: () => Promise<() => Promise<void>>,
    private readonly times: LeadershipTimes,
  ) {
    this.#resource = context.backend.registry.stored('coordination.k8s.io', 'leases')
  }

  async run(): Promise<void> {
    const { signal } = this.stop
    while (!signal.aborted) {
      if (await this.#holds()) this.#lead()
      else await this.#follow()
      await pause(this.times.retry, undefined, { signal }).catch(() => {})
    }
    const led = this.#work !== undefined
    await this.#end()
    if (led) await this.#hold('').catch(() => {})
  }

  /** Whether the lease is taken or renewed before a holder would have to stop. */
  async #holds(): Promise<boolean> {
    const { renewDeadline } = this.times
    const left = this.#work ? Math.max(0, this.#renewedAt + renewDeadline - performance.now()) : renewDeadline
    const late = new AbortController()
    const attempt = this.#hold(this.identity).catch(() => false)
    const held = await Promise.race([attempt, pause(left, false, late).catch(() => false)])
    late.abort()
    return held
  }

  #lead(): void {
    this.#renewedAt = performance.now()
    if (this.#work) return
    this.context.log.info('this server runs the controllers now', { lease: `${namespace}/${name}` })
    this.#work = this.begin().catch((error: Error) => {
      this.context.log.error('the controllers could not begin', { reason: error.message })
      return undefined
    })
  }

  /** The lease is not held, or nobody knows. */
  async #follow(): Promise<void> {
    if (!this.#work) return
    const unknown = performance.now() - this.#renewedAt < this.times.renewDeadline
    if (unknown && !this.#lost) return
    this.context.log.warn('this server runs the controllers no longer', { lease: `${namespace}/${name}` })
    await this.#end()
  }

  async #end(): Promise<void> {
    const work = this.#work
    this.#work = undefined
    const stop = await work
    await stop?.()
  }

  /** Takes the lease, renews it, or gives it back (identity ''). Whether it is held then; throws when nobody knows. */
  async #hold(identity: string): Promise<boolean> {
    const { backend, caller } = this.context
    const resource = this.#resource
    if (!resource) throw errors.internal('Leases are not served')
    this.#lost = false
    try {
      await update(backend, caller, { resource, namespace, name, subresource: '' }, controllerWrite, (lease) => {
        const spec = this.#specFor(lease, identity)
        if (!spec) throw new HeldByAnother()
        return { ...lease, spec }
      })
      return true
    } catch (error) {
      if (error instanceof HeldByAnother || (error instanceof StatusError && error.code === 409)) {
        this.#lost = true
        return false
      }
      if (!(error instanceof StatusError) || error.code !== 404 || identity === '') throw error
    }
    const { apiVersion, kind } = resource
    const lease = { apiVersion, kind, metadata: { name, namespace }, spec: this.#newSpec(identity, 0) }
    await create(backend, caller, { resource, namespace }, lease, controllerWrite)
    return true
  }

  /** What the lease is to say; undefined: it is another's. */
  #specFor({ metadata, spec }: KubeObject, identity: string): JsonObject | undefined {
    const { resourceVersion = '' } = metadata
    const now = performance.now()
    if (resourceVersion !== this.#seen.revision) this.#seen = { revision: resourceVersion, at: now }
    const { holderIdentity = '', leaseTransitions = 0, acquireTime } = isJsonObject(spec) ? spec : {}
    if (holderIdentity === this.identity) return { ...this.#newSpec(identity, Number(leaseTransitions)), acquireTime }
    const free = holderIdentity === '' || now - this.#seen.at > this.times.lease
    return free && identity !== '' ? this.#newSpec(identity, Number(leaseTransitions) + 1) : undefined
  }

  #newSpec(holderIdentity: string, leaseTransitions: number): JsonObject {
    const time = this.context.backend.now().toISOString().replace('Z', '000Z')
    const leaseDurationSeconds = holderIdentity === '' ? 1 : Math.ceil(this.times.lease / 1_000)
    return { holderIdentity, leaseDurationSeconds, acquireTime: time, renewTime: time, leaseTransitions }
  }
}

class HeldByAnother extends Error {}
