import { setTimeout as delay } from 'node:timers/promises'
import type { PlainLog } from '../meta/log.js'
import type { KubeObject } from '../meta/object.js'
import { StatusError } from '../meta/status.js'
import type { ResourceClient } from './resource-client.js'

/** A coordination.k8s.io/v1 Lease; times have six digits behind the point (API-SEMANTICS V63). */
export interface Lease extends KubeObject {
  spec: {
    holderIdentity?: string
    leaseDurationSeconds?: number
    acquireTime?: string
    renewTime?: string
    leaseTransitions?: number
  }
}

/** The Lease that processes compete for, and how long it holds. Times as in client-go. */
export interface LeaderElectionOptions {
  readonly namespace: string
  readonly name: string
  /** Of this process; no two may have the same. */
  readonly identity: string
  /** How long a leader that says nothing is still believed in. Milliseconds, as the others. */
  readonly leaseDuration: number
  /** A leader that could not renew for so long gives up; less than leaseDuration. */
  readonly renewDeadline: number
  readonly retryPeriod: number
}

/** As client-go's. */
export const defaultLeaderElection = { leaseDuration: 15_000, renewDeadline: 10_000, retryPeriod: 2_000 } as const

export const leases = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' } as const

/**
 * One of several processes at a time. Clocks of other machines are not trusted: a leader is gone when its lease has not
 * changed for leaseDuration, as seen from here.
 */
export class LeaderElection {
  private seen: { readonly resourceVersion: string | undefined; readonly at: number } | undefined

  constructor(
    private readonly resource: ResourceClient<Lease>,
    private readonly options: LeaderElectionOptions,
    private readonly log: PlainLog,
  ) {}

  /** Resolves once this process leads; undefined when `signal` aborted first. */
  async acquire(signal: AbortSignal): Promise<true | undefined> {
    while (!signal.aborted) {
      if (await this.tryOnce(signal)) return true
      await this.pause(signal)
    }
    return undefined
  }

  /** Resolves when the lease is lost, or `signal` aborts. */
  async hold(signal: AbortSignal): Promise<void> {
    let renewed = performance.now()
    while (!signal.aborted) {
      await this.pause(signal)
      if (signal.aborted) return
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(this.options.renewDeadline)])
      if (await this.tryOnce(deadline)) renewed = performance.now()
      else if (performance.now() - renewed >= this.options.renewDeadline) return
    }
  }

  /** Gives the lease back, so that the next one need not wait. */
  async release(): Promise<void> {
    const { namespace, name, identity } = this.options
    const lease = await this.resource.find(name, namespace).catch(() => undefined)
    if (lease?.spec.holderIdentity !== identity) return
    const spec = { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime() }
    await this.resource.update({ ...lease, spec }).catch(() => {})
  }

  /** Whether this process leads now. */
  private async tryOnce(signal: AbortSignal): Promise<boolean> {
    const { namespace, name, identity } = this.options
    try {
      const lease = await this.resource.find(name, namespace, signal)
      if (!lease) {
        await this.resource.create({ ...leases, metadata: { name, namespace }, spec: this.spec(undefined) })
        return true
      }
      if (lease.spec.holderIdentity !== identity && this.isHeld(lease)) return false
      await this.resource.update({ ...lease, spec: this.spec(lease) })
      return true
    } catch (error) {
      // Somebody else was quicker; or the server can't be asked, which is no reason to believe anything.
      const quicker = error instanceof StatusError && error.code === 409
      if (!quicker && !signal.aborted) this.log.warn('the lease could not be looked at', { name, error: String(error) })
      return false
    }
  }

  private isHeld(lease: Lease): boolean {
    if (!lease.spec.holderIdentity) return false
    const { resourceVersion } = lease.metadata
    if (this.seen?.resourceVersion !== resourceVersion) this.seen = { resourceVersion, at: performance.now() }
    const duration = (lease.spec.leaseDurationSeconds ?? 0) * 1000
    return performance.now() - (this.seen?.at ?? 0) < duration
  }

  private spec(before: Lease | undefined): Lease['spec'] {
    const { identity, leaseDuration } = this.options
    const mine = before?.spec.holderIdentity === identity
    const now = microTime()
    return {
      holderIdentity: identity,
      leaseDurationSeconds: Math.max(1, Math.ceil(leaseDuration / 1000)),
      acquireTime: (mine ? before?.spec.acquireTime : undefined) ?? now,
      renewTime: now,
      leaseTransitions: (before?.spec.leaseTransitions ?? 0) + (before && !mine ? 1 : 0),
    }
  }

  private pause(signal: AbortSignal): Promise<void> {
    const { retryPeriod } = this.options
    return delay(retryPeriod * (1 + 0.2 * Math.random()), undefined, { signal }).catch(() => {})
  }
}

const microTime = () => new Date().toISOString().replace('Z', '000Z')
