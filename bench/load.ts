import { Connection } from './connection.js'

export interface LoadResult {
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
}

interface Load {
  readonly port: number
  readonly connections: number
  /** The nth request, as its bytes. */
  readonly next: (n: number) => Buffer
  readonly seconds: number
  readonly atMost: number
}

/**
 * Keeps every connection busy until time or count is over, after a warm-up of a quarter of the time.
 * @throws when an answer is not 2xx: a rate of errors is no result
 */
export async function drive({ port, connections, next, seconds, atMost }: Load): Promise<LoadResult> {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)))
  const latencies: number[] = []
  let sent = 0
  const begin = performance.now()
  const [from, to] = [begin + seconds * 250, begin + seconds * 1250]
  let last = from
  const work = async (connection: Connection) => {
    while (sent < atMost) {
      const start = performance.now()
      if (start > to) return
      const status = await connection.ask(next(sent++))
      if (status < 200 || status > 299) throw new Error(`request ${sent} was answered with ${status}`)
      const now = performance.now()
      if (now < from || now > to) continue
      latencies.push(now - start)
      last = now
    }
  }
  try {
    await Promise.all(open.map(work))
  } finally {
    for (const connection of open) connection.close()
  }
  const sorted = Float64Array.from(latencies).sort()
  return {
    // What came in the window counts, whenever it was asked for: slow answers would fall out otherwise.
    perSecond: latencies.length / (((sent < atMost ? to : last) - from) / 1000),
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
  }
}

export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
