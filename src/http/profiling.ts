import { setTimeout as pause } from 'node:timers/promises'
import { errors } from '../meta/status.js'
import type { Answer, Call } from './call.js'
import { integer } from './options.js'
import { plainText } from './plain-text.js'

const longestProfile = 60

/** What `--profiling` adds: where the time and the memory of this process go, in the forms Chrome's DevTools read. */
export const profilingPaths: ReadonlyMap<string, (call: Call) => Answer | Promise<Answer>> = new Map<
  string,
  (call: Call) => Answer | Promise<Answer>
>([
  ['/debug/pprof', () => plainText(200, 'profile?seconds=10: a CPU profile (.cpuprofile)\nheap: a .heapsnapshot\n')],
  ['/debug/pprof/profile', profile],
  ['/debug/pprof/heap', heap],
])

/** One at a time: two would be in each other's. */
let underWay = false

async function profile({ query }: Call): Promise<Answer> {
  const seconds = integer(query, 'seconds') ?? 10
  if (seconds < 1 || seconds > longestProfile) throw errors.badRequest(`seconds is from 1 to ${longestProfile}`)
  return alone(async (session) => {
    await session.post('Profiler.enable')
    await session.post('Profiler.start')
    await pause(seconds * 1000)
    const { profile: found } = await session.post('Profiler.stop')
    return { code: 200, type: 'application/json', body: JSON.stringify(found) }
  })
}

function heap(): Promise<Answer> {
  return alone(async (session) => {
    const parts: Buffer[] = []
    session.on('HeapProfiler.addHeapSnapshotChunk', ({ params }) => parts.push(Buffer.from(params.chunk)))
    await session.post('HeapProfiler.takeHeapSnapshot')
    return { code: 200, type: 'application/json', body: parts }
  })
}

type Session = import('node:inspector/promises').Session

async function alone(work: (session: Session) => Promise<Answer>): Promise<Answer> {
  if (underWay) throw errors.tooManyRequests('a profile is being taken', 1)
  underWay = true
  try {
    const { Session } = await import('node:inspector/promises')
    const session = new Session()
    session.connect()
    try {
      return await work(session)
    } finally {
      session.disconnect()
    }
  } finally {
    underWay = false
  }
}
