import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ensureCertificates } from '../../src/certs/certificates.js'
import { silentLog } from '../../src/meta/log.js'
import { type EtcdCluster, overEtcd, startEtcd } from '../support/etcd.js'
import { eventually } from '../support/eventually.js'
import type { Answer } from '../support/http.js'
import { pizza, restaurant } from '../support/restaurant.js'
import { runCommand, startServer, type TestServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { whereEtcdIs } from '../support/where-etcd-is.js'

const path = `${restaurant.pizzas()}/there`
const change = ({ api }: TestServer, value: string) => api.patch(path, { metadata: { annotations: { value } } })

async function withServer(
  etcd: EtcdCluster,
  use: (server: TestServer) => Promise<void>,
  args: readonly string[] = [],
): Promise<void> {
  const server = await startServer({ args: [...overEtcd(etcd), ...args] })
  try {
    expect((await server.api.post(restaurant.pizzas(), pizza('there'))).status).toBe(201)
    await use(server)
  } finally {
    await server.kill()
    await etcd.stop()
  }
}

/** Reads of what is known go on; everything else says that it can't be done now, and when to ask again. */
async function expectAway(server: TestServer, codes: readonly number[]): Promise<void> {
  expect((await server.api.get(`${path}?resourceVersion=0`)).status).toBe(200)
  expect((await server.api.get(`${restaurant.allPizzas}?resourceVersion=0`)).status).toBe(200)
  const watch = await server.api.watch(`${restaurant.pizzas()}?watch=true&resourceVersion=0`)
  expect((await watch.next()).type).toBe('ADDED')
  watch.close()
  const answers = await Promise.all([
    server.api.get(path),
    server.api.get(restaurant.allPizzas),
    server.api.post(restaurant.pizzas(), pizza('new')),
    change(server, 'lost'),
    server.api.delete(path),
  ])
  for (const answer of answers) expectRetry(answer, codes)
}

function expectRetry(answer: Answer, codes: readonly number[]): void {
  expect(codes, answer.text).toContain(answer.status)
  expect(answer.headers['retry-after']).toBe('1')
  expect(answer.json()).toMatchObject({ kind: 'Status', message: expect.stringContaining('etcd') })
}

const expectReady = ({ api }: TestServer) =>
  eventually('it is ready', async () => (await api.get('/readyz')).status === 200)

const expectNotReady = ({ api }: TestServer) =>
  eventually('readyz names etcd', async () => {
    const answer = await api.get('/readyz')
    return answer.status === 500 && answer.text.includes('[-]etcd failed')
  })

async function expectBack(server: TestServer, value: string): Promise<void> {
  await expectReady(server)
  expect((await change(server, value)).status).toBe(200)
  expect((await server.api.get(path)).json().metadata.annotations).toEqual({ value })
}

whereEtcdIs((binary) =>
  describe.concurrent('faults', () => {
    it('etcd away: what is known is read, the rest is told to come back, and it all works again by itself', async () => {
      const etcd = await startEtcd(binary)
      await withServer(etcd, async (server) => {
        const watch = await server.api.watch(`${restaurant.pizzas()}?watch=true&resourceVersion=0`)
        expect((await watch.next()).type).toBe('ADDED')
        await etcd.members[0]?.kill()
        await expectAway(server, [503, 504])
        await expectNotReady(server)
        expect((await server.api.get('/livez')).status).toBe(200)
        await etcd.members[0]?.start()
        await expectBack(server, 'again')
        expect(await watch.next()).toMatchObject({
          type: 'MODIFIED',
          object: { metadata: { annotations: { value: 'again' } } },
        })
        watch.close()
      })
    })

    it('etcd silent: the same, as soon as waiting has been in vain', { timeout: 60_000 }, async () => {
      const etcd = await startEtcd(binary)
      await withServer(etcd, async (server) => {
        etcd.members[0]?.pause()
        await expectAway(server, [503, 504])
        await expectNotReady(server)
        etcd.members[0]?.resume()
        await expectBack(server, 'again')
      })
    })

    it('etcd emptied: nothing of before is answered any more, and a new start puts it right', async () => {
      const etcd = await startEtcd(binary)
      await withServer(etcd, async (server) => {
        const watch = await server.api.watch(`${restaurant.pizzas()}?watch=true&resourceVersion=0`)
        const [member] = etcd.members
        await member?.kill()
        member?.empty()
        await member?.start()
        const refused = await eventually('it is noticed', async () => {
          const answer = await server.api.get(path)
          return answer.status === 500 && answer
        })
        expect(refused.json().message).toMatch(/etcd's revision has gone back from \d+ to \d+/)
        expect((await watch.ended()).map(({ type }) => type)).toEqual(['ADDED'])
        for (const query of ['', '?resourceVersion=0']) {
          expect((await server.api.get(restaurant.allPizzas + query)).status).toBe(500)
        }
        expect((await server.api.post(restaurant.pizzas(), pizza('new'))).status).toBe(500)
        expect((await server.api.get('/livez')).status).toBe(500)
        const again = await startServer({ args: overEtcd(etcd) })
        expect((await again.api.get(path)).status).toBe(404)
        expect((await again.api.post(restaurant.pizzas(), pizza('new'))).status).toBe(201)
        await again.stop()
      })
    })

    it('the leader killed: requests wait for the next one', { timeout: 60_000 }, async () => {
      const etcd = await startEtcd(binary, 3)
      await withServer(etcd, async (server) => {
        for (const member of etcd.members) {
          await member.kill()
          const answer = await eventually('a write succeeds', async () => {
            const tried = await change(server, member.url)
            return tried.status === 200 && tried
          })
          expect(answer.json().metadata.annotations).toEqual({ value: member.url })
          expect((await server.api.get(path)).json().metadata.annotations).toEqual({ value: member.url })
          await member.start()
        }
      })
    })

    it('etcd full: writes are refused with the reason, reads go on', { timeout: 60_000 }, async () => {
      const etcd = await startEtcd(binary, 1, [`--quota-backend-bytes=${2 ** 20}`])
      await withServer(etcd, async (server) => {
        const data = { text: 'x'.repeat(100_000) }
        const refused = await eventually('a write is refused', async () => {
          const metadata = { generateName: 'big-' }
          const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data }
          const answer = await server.api.post('/api/v1/namespaces/default/configmaps', object)
          return answer.status !== 201 && answer
        })
        expect(refused.status).toBe(500)
        const status = refused.json()
        expect(status).toMatchObject({
          kind: 'Status',
          message: 'etcdserver: mvcc: database space exceeded',
          code: 500,
        })
        expect(status).not.toHaveProperty('reason')
        expect((await server.api.get(path)).status).toBe(200)
        await expectReady(server)
        expect((await server.api.delete(path)).status).toBe(200)
      })
    })

    describe('over TLS', () => {
      const made = (folder: string) => {
        mkdirSync(folder)
        return ensureCertificates({ certDir: folder, hostNames: [], addresses: [], log: silentLog, now: new Date() })
      }

      it('a certificate of ours is asked for, one that is wrong is told at once, and others may take their place', {
        timeout: 60_000,
      }, async () => {
        const [ours, others] = [join(temporaryFolder(), 'ours'), join(temporaryFolder(), 'others')]
        await made(ours)
        await made(others)
        const file = (folder: string, name: string) => join(folder, name)
        const etcd = await startEtcd(binary, 1, [
          ...[`--cert-file=${file(ours, 'server.crt')}`, `--key-file=${file(ours, 'server.key')}`],
          ...[`--client-cert-auth`, `--trusted-ca-file=${file(ours, 'ca.crt')}`],
        ])
        const flags = (ca: string, client: string | undefined) => [
          `--etcd-cafile=${file(ca, 'ca.crt')}`,
          ...(client
            ? [`--etcd-certfile=${file(client, 'client.crt')}`, `--etcd-keyfile=${file(client, 'client.key')}`]
            : []),
        ]
        const expectRefused = async (args: readonly string[]) => {
          const failed = await runCommand([...overEtcd(etcd), `--file-rootpath=${temporaryFolder()}`, ...args])
          expect(failed.code, args.join()).toBe(1)
          expect(failed.stderr).toMatch(/^error: etcd can't be reached: .*(certificate|SSL)/m)
        }
        await Promise.all([flags(others, ours), flags(ours, others), flags(ours, undefined)].map(expectRefused))
        const replaced = async (server: TestServer) => {
          await expectBack(server, 'tls')
          // Another authority, and certificates of it on both sides.
          cpSync(others, ours, { recursive: true })
          await etcd.members[0]?.kill()
          await expectNotReady(server)
          await etcd.members[0]?.start()
          await expectBack(server, 'replaced')
        }
        await withServer(etcd, replaced, flags(ours, ours))
      })
    })
  }),
)
