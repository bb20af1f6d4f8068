import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../../meta/log.js'
import type { Revision } from '../store.js'
import type { EtcdClient } from './client.js'
import { isAt } from './protocol.js'

/** kube-apiserver's key, outside of every prefix: an etcd has one history, whoever writes to it. */
const key = Buffer.from('compact_rev_key')

/**
 * Lets etcd forget what is older than one to two intervals (milliseconds), again and again until `signal`: its disk is
 * finite, and watches and lists do not go back farther. All servers of an etcd do so, kube-apiservers among them; once an
 * interval the first of them succeeds, and the others see by the key that it has been done.
 */
export async function compactRegularly(client: EtcdClient, interval: number, log: Log, signal: AbortSignal) {
  const turns = new CompactionTurns(client)
  for (;;) {
    await pause(interval, undefined, { signal, ref: false }).catch(() => {})
    if (signal.aborted) return
    try {
      await turns.take()
    } catch (error) {
      if (!signal.aborted)
        log.warn('etcd could not be compacted; it is tried again', { reason: (error as Error).message })
    }
  }
}

class CompactionTurns {
  /** When the key was last written, as far as is known here; 0: never. */
  #written: Revision = 0
  /** The newest revision there was one interval ago; 0: nobody has looked. */
  #before: Revision = 0

  constructor(private readonly client: EtcdClient) {}

  async take(): Promise<void> {
    const before = this.#before
    const { header, succeeded, responses } = await this.client.txn({
      compare: [isAt(key, this.#written)],
      success: [{ put: { key, value: Buffer.from(String(before)) } }],
      failure: [{ range: { key } }],
    })
    this.#before = header.revision.toNumber()
    this.#written = succeeded ? this.#before : (responses[0]?.range?.kvs[0]?.modRevision.toNumber() ?? 0)
    if (succeeded && before > 0) await this.client.compact(before)
  }
}
