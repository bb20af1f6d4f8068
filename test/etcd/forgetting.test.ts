import { expect, it } from 'vitest'
import { CompactedRevision, EtcdClient } from '../../src/store/etcd/client.js'
import { overEtcd, startEtcd } from '../support/etcd.js'
import { eventually } from '../support/eventually.js'
import { created } from '../support/expect-answer.js'
import { startServer } from '../support/server.js'
import { whereEtcdIs } from '../support/where-etcd-is.js'

const namespace = '/api/v1/namespaces/default'
const interval = 500
const key = Buffer.from('compact_rev_key')

whereEtcdIs((binary) => {
  it('two servers let etcd forget what is old, one of them an interval', async () => {
    const etcd = await startEtcd(binary)
    const raw = new EtcdClient(etcd)
    const flags = [`--etcd-compaction-interval=${interval}ms`, '--watch-history=1']
    const start = () => startServer({ args: [...overEtcd(etcd), ...flags] })
    const [one, other] = await Promise.all([start(), start()])
    const { api } = one
    const compaction = async () => {
      const [found] = (await raw.range({ key })).kvs
      return { times: found?.version.toNumber() ?? 0, upTo: Number(found?.value ?? 0) }
    }
    const [before, begin] = [await compaction(), performance.now()]

    const made = created(await api.post(`${namespace}/configmaps`, { metadata: { name: 'a' } }))
    const revision = Number(made.metadata.resourceVersion)
    await eventually('it is to be forgotten', async () => (await compaction()).upTo > revision)
    await eventually('etcd has forgotten it', () =>
      raw.range({ key, revision }).then(
        () => false,
        (error) => error instanceof CompactedRevision,
      ),
    )
    const refused = await eventually('the server has forgotten it', async () => {
      const answer = await api.get(`${namespace}/configmaps?resourceVersionMatch=Exact&resourceVersion=${revision}`)
      return answer.status !== 200 && answer
    })
    expect(refused.json()).toMatchObject({ code: 410, reason: 'Expired' })

    const { times } = await compaction()
    const intervals = (performance.now() - begin) / interval
    expect(times - before.times).toBeLessThanOrEqual(intervals + 1)
    await Promise.all([one.stop(), other.stop()])
    raw.close()
    await etcd.stop()
  })
})
