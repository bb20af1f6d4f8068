import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLog } from '../../src/meta/log.js'
import { EtcdClient } from '../../src/store/etcd/client.js'
import type { EtcdStore } from '../../src/store/etcd/etcd-store.js'
import { openEtcdStore } from '../../src/store/etcd/open-etcd-store.js'
import type { Guard, StoreEvent } from '../../src/store/store.js'
import { type EtcdCluster, startEtcd } from '../support/etcd.js'
import { whereEtcdIs } from '../support/where-etcd-is.js'
import { brief, keyOf, pizza, take } from './contract/context.js'

whereEtcdIs((binary) => {
  let etcd: EtcdCluster
  beforeAll(async () => {
    etcd = await startEtcd(binary)
  })
  afterAll(() => etcd.stop())

  let prefixes = 0
  const open = (prefix = `/p${prefixes++}`): Promise<EtcdStore> => {
    const files = { caFile: undefined, certFile: undefined, keyFile: undefined }
    return openEtcdStore({ servers: etcd.servers, prefix, ...files }, silentLog, { eventTtl: 1_000 })
  }

  describe('a guard', () => {
    it('is asked again when another process has changed what it has seen', async () => {
      const [one, other] = [await open('/shared'), await open('/shared')]
      const stale = await one.create(keyOf('seen'), pizza('seen'))
      const newer = await other.update(keyOf('seen'), pizza('seen', { size: 2 }), stale.revision)
      const looks = [stale, newer]
      const made = await one.create(keyOf('guarded'), pizza('guarded'), (looked) => looked.at(looks.shift() ?? newer))
      expect(looks).toEqual([])
      expect(made.revision).toBeGreaterThan(newer.revision)
      await Promise.all([one.close(), other.close()])
    })

    it('refuses at last when what it has seen is gone', async () => {
      const [one, other] = [await open('/shared'), await open('/shared')]
      const stale = await one.create(keyOf('going'), pizza('going'))
      await other.delete(keyOf('going'), stale.revision)
      const looks = [stale]
      const guard: Guard = (looked) => {
        const found = looks.shift()
        if (!found) throw new Error('it is gone')
        looked.at(found)
      }
      await expect(one.create(keyOf('refused'), pizza('refused'), guard)).rejects.toThrow('it is gone')
      expect(await one.get(keyOf('refused'))).toBeUndefined()
      await Promise.all([one.close(), other.close()])
    })
  })

  it('Events end by their lease, and watchers are told', { timeout: 30_000 }, async () => {
    const store = await open()
    const from = await store.currentRevision()
    const events = take(store.watch('', from, new AbortController().signal), 3)
    await store.create('core/events/default/e', { ...pizza('e'), kind: 'Event' })
    await store.create(keyOf('stays'), pizza('stays'))
    expect(brief(await events)).toEqual(['create e', 'create stays', 'delete e'])
    expect((await store.list('')).items.map(({ key }) => key)).toEqual([keyOf('stays')])
    await store.close()
  })

  it('changes of one revision come together, whoever made them', async () => {
    const store = await open('/together')
    const raw = new EtcdClient(etcd)
    const from = await store.currentRevision()
    const value = Buffer.from(JSON.stringify(pizza('x')))
    const puts = Array.from({ length: 50 }, (_, i) => ({ put: { key: Buffer.from(`/together/a.b/c/d/n${i}`), value } }))
    await raw.txn({ compare: [], success: puts, failure: [] })
    const batches: StoreEvent[][] = []
    for await (const batch of store.watch('', from, new AbortController().signal)) {
      batches.push(batch)
      break
    }
    expect(batches[0]).toHaveLength(50)
    raw.close()
    await store.close()
  })
})
