import { setTimeout as pause } from 'node:timers/promises'
import { describe, it } from 'vitest'
import { type EtcdCluster, overEtcd, startEtcd } from '../support/etcd.js'
import { eventually } from '../support/eventually.js'
import { startServer, type TestServer } from '../support/server.js'
import { whereEtcdIs } from '../support/where-etcd-is.js'
import { crashSize } from './crash-size.js'
import { expectOrder, runClients } from './register-clients.js'
import { disturbed, RestartingServer, type Target } from './restarting-server.js'
import { watchedWrites } from './watched-writes.js'

const { etcdKills, etcdOperations, etcdWrites } = crashSize
const clients = 8
const watchers = 9
const timeout = 90_000 + etcdOperations * 100 + etcdKills * 20_000

/** What was sent to etcd may still happen when nobody waits for it any more. Milliseconds. */
const afterlife = 1_500

/** One server over members of etcd that are killed. */
function targetOver({ api }: TestServer): () => Promise<Target> {
  const over = async () => {
    await eventually('etcd answers again', async () => (await api.get('/api/v1/namespaces/default')).status === 200)
    await pause(afterlife)
  }
  return async () => ({ api, over })
}

/** Kills the members of etcd, one after the other, while `work` goes on. */
function killMembers({ members }: EtcdCluster) {
  return (work: Promise<unknown>, done: () => number) =>
    disturbed(work, etcdKills * members.length, done, async (time) => {
      const member = members[time % members.length]
      await member?.kill()
      await pause(300)
      await member?.start()
    })
}

whereEtcdIs((binary) => {
  describe.concurrent('over etcd', () => {
    it('compare-and-set is linearizable, the server killed and restarted in between', { timeout }, async () => {
      const etcd = await startEtcd(binary)
      const server = await RestartingServer.start(overEtcd(etcd), afterlife)
      let done = 0
      const work = runClients(server.target, clients, etcdOperations, (share) => {
        done = share
      })
      await server.killDuring(work, etcdKills, () => done)
      expectOrder(await work)
      await server.stop()
      await etcd.stop()
    })

    it.each([1, 3])('compare-and-set is linearizable, members of %i killed in between', { timeout }, async (count) => {
      const etcd = await startEtcd(binary, count)
      const server = await startServer({ args: overEtcd(etcd) })
      let done = 0
      const work = runClients(targetOver(server), clients, etcdOperations, (share) => {
        done = share
      })
      await killMembers(etcd)(work, () => done)
      expectOrder(await work)
      await server.stop()
      await etcd.stop()
    })

    it('watchers are told each change once and in order, the server killed in between', { timeout }, async () => {
      const etcd = await startEtcd(binary)
      const server = await RestartingServer.start(overEtcd(etcd), afterlife)
      await watchedWrites(server.target, {
        ...{ writes: etcdWrites, watchers, times: etcdKills, resumes: true },
        disturb: (work, done) => server.killDuring(work, etcdKills, done),
      })
      await server.stop()
      await etcd.stop()
    })

    it.each([1, 3])('watchers are told the same, members of %i killed in between', { timeout }, async (count) => {
      const etcd = await startEtcd(binary, count)
      const server = await startServer({ args: overEtcd(etcd) })
      await watchedWrites(targetOver(server), {
        ...{ writes: etcdWrites, watchers, times: etcdKills * count * 2, resumes: false },
        disturb: killMembers(etcd),
      })
      await server.stop()
      await etcd.stop()
    })
  })
})
