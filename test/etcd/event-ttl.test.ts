import { expect, it } from 'vitest'
import { EtcdClient } from '../../src/store/etcd/client.js'
import { overEtcd, startEtcd } from '../support/etcd.js'
import { created } from '../support/expect-answer.js'
import { startServer } from '../support/server.js'
import { whereEtcdIs } from '../support/where-etcd-is.js'

whereEtcdIs((binary) => {
  it('Events that are kept for good have no lease', async () => {
    const etcd = await startEtcd(binary)
    const raw = new EtcdClient(etcd)
    const { api, stop } = await startServer({ args: [...overEtcd(etcd), '--controllers=', '--event-ttl=0'] })
    const involvedObject = { kind: 'Pod', namespace: 'default', name: 'p' }
    created(await api.post('/api/v1/namespaces/default/events', { metadata: { name: 'e' }, involvedObject }))
    const { kvs } = await raw.range({ key: Buffer.from('/registry/events/default/e') })
    expect(kvs[0]?.lease.toNumber()).toBe(0)
    raw.close()
    await stop()
    await etcd.stop()
  })
})
