import { getHeapStatistics } from 'node:v8'
import type { RequestInfo } from '../meta/request-info.js'
import { errors } from '../meta/status.js'
import { groupMasters, type UserInfo } from '../meta/user.js'
import type { Metric } from './request-metrics.js'

export interface InflightOptions {
  /** Requests at once that change nothing, and that may; 0: as many as come. */
  readonly readOnly: number
  readonly mutating: number
  /** Watches one user may have; 0: as many as wanted. */
  readonly watchesPerUser: number
}

/** Too many requests are under way; answered as text, as upstream does before it looks at a request (API-SEMANTICS A70). */
export class TooManyInflight extends Error {}

const readOnlyVerbs = new Set(['get', 'list', 'watch', 'head'])

/** From this share of the memory there is on, nothing more is begun that takes some. */
const memoryLimit = 0.92
/** How long a look at the memory is good for, in milliseconds. */
const lookAgainAfter = 250

/** What may be under way at once. Administrators are never kept out, so that they can see to it. */
export class InflightLimits {
  private readonly underWay = { readOnly: 0, mutating: 0 }
  private readonly watches = new Map<string, number>()
  private memory = { short: false, until: 0 }

  /** `memoryInUse`: a share of 1, of what there is. */
  constructor(
    private readonly options: InflightOptions,
    private readonly memoryInUse: () => number = shareOfMemory,
  ) {}

  /**
   * Counts a request until what it answers with is called.
   * @throws TooManyInflight, StatusError TooManyRequests for one watch too many, ServiceUnavailable when memory is short
   */
  enter(info: RequestInfo, user: UserInfo): () => void {
    const exempt = user.groups.includes(groupMasters)
    if (!exempt && info.isResourceRequest && info.verb !== 'delete' && this.memoryIsShort()) {
      throw errors.unavailable('the server is short of memory, please try again later', 1)
    }
    if (info.verb === 'watch') return this.enterWatch(user, exempt)
    const kind = readOnlyVerbs.has(info.verb) ? 'readOnly' : 'mutating'
    const limit = this.options[kind]
    if (limit > 0 && !exempt && this.underWay[kind] >= limit) throw new TooManyInflight()
    this.underWay[kind]++
    return () => {
      this.underWay[kind]--
    }
  }

  get metrics(): Metric[] {
    return [
      {
        name: 'apiserver_current_inflight_requests',
        help: 'Requests under way that may change something, and that do not; watches are not counted.',
        type: 'gauge',
        samples: () =>
          Object.entries(this.underWay).map(([request_kind, value]) => ({ labels: { request_kind }, value })),
      },
    ]
  }

  private enterWatch({ name }: UserInfo, exempt: boolean): () => void {
    const open = this.watches.get(name) ?? 0
    const limit = this.options.watchesPerUser
    if (limit > 0 && !exempt && open >= limit) {
      throw errors.tooManyRequests(`user ${JSON.stringify(name)} has ${open} watches open, and may have no more`, 5)
    }
    this.watches.set(name, open + 1)
    return () => {
      const left = (this.watches.get(name) ?? 1) - 1
      if (left > 0) this.watches.set(name, left)
      else this.watches.delete(name)
    }
  }

  private memoryIsShort(): boolean {
    const now = performance.now()
    if (now >= this.memory.until) {
      this.memory = { short: this.memoryInUse() > memoryLimit, until: now + lookAgainAfter }
    }
    return this.memory.short
  }
}

/** Both of what JavaScript may use and of what the machine, or the container, has; the larger one. */
function shareOfMemory(): number {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
  const available = process.constrainedMemory()
  // Without a limit of its own the process is told a number beyond all memory, or nothing.
  const limited = available > 0 && available < 2 ** 50
  return Math.max(used / limit, limited ? process.memoryUsage.rss() / available : 0)
}
