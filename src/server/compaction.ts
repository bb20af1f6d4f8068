import type { Log } from '../meta/log.js'
import type { EtcdStore } from '../store/etcd/etcd-store.js'

/** As kube-apiserver's --etcd-compaction-interval. */
const interval = 5 * 60_000

/**
 * Lets etcd forget what is older than five to ten minutes, again and again: its disk is finite, and watches and lists do
 * not go back farther. To be run by one server at a time. Answers with what ends it.
 */
export function startCompaction(etcd: EtcdStore, log: Log, every = interval): () => Promise<void> {
  let before: number | undefined
  const step = async () => {
    try {
      const newest = await etcd.currentRevision()
      if (before !== undefined) await etcd.compact(before)
      before = newest
    } catch (error) {
      log.warn('etcd could not be compacted; it is tried again', { reason: (error as Error).message })
    }
  }
  void step()
  const timer = setInterval(() => void step(), every)
  timer.unref()
  return async () => clearInterval(timer)
}
