import { expect } from 'vitest'
import { eventually } from '../support/eventually.js'
import type { ListBody } from '../support/http.js'
import { ChangeLog } from './change-log.js'
import { type Collection, collections, runWriters, writeLast } from './random-writers.js'
import type { Target } from './restarting-server.js'
import { ResumingWatcher } from './resuming-watcher.js'

const writers = 8
/** Less than what the server remembers in any case. */
const farthestBack = 5_000

export interface WatchedWrites {
  readonly writes: number
  readonly watchers: number
  /** How often the work is disturbed. */
  readonly times: number
  /** Whether watches end by that. */
  readonly resumes: boolean
  /** Does so while the work goes on. */
  disturb(work: Promise<unknown>, done: () => number): Promise<void>
}

/** Writers write, watchers come and come back: each must be told each change once and in order, whatever happens. */
export async function watchedWrites(target: () => Promise<Target>, options: WatchedWrites): Promise<void> {
  const { writes, watchers: watcherCount, times } = options
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } }
  const made = await (await target()).api.post('/api/v1/namespaces', namespace)
  const first = Number(made.json().metadata.resourceVersion)
  const log = new ChangeLog()
  const watchers: ResumingWatcher[] = []
  let done = 0
  const work = runWriters(target, log, writers, writes, (written) => {
    done = written / writes
    if (watchers.length < watcherCount && done >= watchers.length / watcherCount) {
      watchers.push(new ResumingWatcher(target, prefixOf(watchers.length), beginning(log, watchers.length, first)))
    }
  })
  await options.disturb(work, () => done)
  expect(watchers.length).toBe(watcherCount)
  await settle(target, log, watchers)
  for (const watcher of watchers) for (const change of watcher.told) log.add(change)
  for (const { told, prefix, from } of watchers) expect(told).toEqual(log.expected(prefix, from))
  const lists = await finalStates(target)
  for (const { state, prefix } of watchers.filter((_, n) => knowsAll(n))) expect(state).toEqual(lists.get(prefix))
  expect(log.size).toBeGreaterThanOrEqual(writes - times * writers)
  expect(watchers.some(({ resumed }) => resumed > 0)).toBe(options.resumes)
  await Promise.all(watchers.map((watcher) => watcher.stop()))
}

const prefixes = Object.keys(collections) as Collection[]
const prefixOf = (n: number): Collection => prefixes[n % prefixes.length] ?? 'toppings/'

const knowsAll = (n: number) => Math.floor(n / prefixes.length) % 3 === 0

/** The first see everything; of the others one in three begins with a list, the rest at some revision of the past. */
function beginning(log: ChangeLog, n: number, first: number): number | undefined {
  if (n < prefixes.length) return first
  if (knowsAll(n)) return undefined
  const known = log.revisions().slice(-farthestBack)
  return known[Math.floor(Math.random() * known.length)] ?? first
}

/** Writes once more everywhere, and waits until each watcher was told: so it was told all that came before. */
async function settle(target: () => Promise<Target>, log: ChangeLog, watchers: readonly ResumingWatcher[]) {
  const last = await writeLast(target, log)
  for (const watcher of watchers) {
    await eventually(`the last of ${watcher.prefix} is told`, () => watcher.newest >= last[watcher.prefix])
  }
  expect(log.untoldDeletions(watchers.flatMap(({ told }) => told))).toEqual([])
}

async function finalStates(target: () => Promise<Target>): Promise<Map<Collection, Map<string, string>>> {
  const { api } = await target()
  const states = new Map<Collection, Map<string, string>>()
  for (const prefix of prefixes) {
    const { items } = (await api.get(collections[prefix])).json<ListBody>()
    states.set(prefix, new Map(items.map(({ metadata }) => [metadata.name ?? '', metadata.annotations?.value ?? ''])))
  }
  return states
}
