import { afterAll, beforeAll, expect, it } from 'vitest'
import { type EtcdCluster, overEtcd, startEtcd } from '../support/etcd.js'
import { eventually } from '../support/eventually.js'
import type { ListBody } from '../support/http.js'
import { startServer, type TestServer } from '../support/server.js'
import { whereEtcdIs } from '../support/where-etcd-is.js'

const at = '/api/v1/namespaces/bounded'
const most = 8

whereEtcdIs((binary) => {
  let etcd: EtcdCluster
  let one: TestServer
  let other: TestServer
  beforeAll(async () => {
    etcd = await startEtcd(binary)
    const start = () => startServer({ args: overEtcd(etcd) })
    one = await start()
    other = await start()
  }, 60_000)
  afterAll(async () => {
    await Promise.all([one.stop(), other.stop()])
    await etcd.stop()
  })

  const secrets = async () => {
    const { items } = (await one.api.get(`${at}/secrets`)).json<ListBody>()
    return items.map(({ metadata }) => metadata.name)
  }
  const used = async () => {
    const { status } = (await other.api.get(`${at}/resourcequotas/q`)).json()
    return (status as { used?: { secrets: string } }).used?.secrets
  }

  it('a namespace is never filled beyond its quota, whatever is deleted and counted anew meanwhile', async () => {
    await one.api.post('/api/v1/namespaces', { metadata: { name: 'bounded' } })
    const quota = { metadata: { name: 'q' }, spec: { hard: { secrets: String(most) } } }
    expect((await one.api.post(`${at}/resourcequotas`, quota)).status).toBe(201)
    await eventually('the quota is counted', async () => (await used()) !== undefined)
    const numbers = [...Array(40).keys()]
    const create = (i: number) => (i % 2 ? one : other).api.post(`${at}/secrets`, { metadata: { name: `s${i}` } })
    const made = await Promise.all(numbers.map(create))
    expect(made.filter(({ status }) => status === 201)).toHaveLength(most)
    const worker = async (i: number) => {
      for (let turn = 0; turn < 6; turn++) {
        const [name] = (await secrets()).slice(i % 3)
        if (name) await one.api.delete(`${at}/secrets/${name}`)
        await (turn % 2 ? one : other).api.post(`${at}/secrets`, { metadata: { generateName: 't' } })
        expect((await secrets()).length).toBeLessThanOrEqual(most)
      }
    }
    await Promise.all([...Array(most).keys()].map(worker))
    const left = String((await secrets()).length)
    await eventually('what is left is counted', async () => (await used()) === left)
  })
})
