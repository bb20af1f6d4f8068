import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import type { ListBody } from '../support/http.js'
import { pizzaFolder } from '../support/registry-files.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { startServer, type TestServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const list = async ({ api }: TestServer) => (await api.get(restaurant.allPizzas)).json<ListBody<Pizza>>()
const create = async ({ api }: TestServer, name: string) => api.post(restaurant.pizzas(), pizza(name))
const ready = async ({ api }: TestServer) => (await api.get('/readyz')).status
const told = ({ items }: ListBody<Pizza>) => items.map(({ metadata, spec }) => [metadata.name, metadata.uid, spec])

/** Tries until it is answered with 201; what was refused till then. */
async function created(server: TestServer, name: string): Promise<{ code: number; message: string }[]> {
  const refused: { code: number; message: string }[] = []
  await eventually(`${name} is created`, async () => {
    const answer = await create(server, name)
    // A write that failed while its record was on its way to the disk may have happened.
    if (answer.status === 201 || answer.status === 409) return true
    refused.push(answer.json<KubeObject & { code: number; message: string }>())
    return false
  })
  return refused
}

describe('.wukong/ deleted', () => {
  it('while stopped: every object is there with its uid, and older resourceVersions get 410', async () => {
    const server = await startServer()
    for (let i = 0; i < 10; i++) await create(server, `p${i}`)
    const before = await list(server)
    await server.stop()
    rmSync(join(server.root, '.wukong'), { recursive: true })
    const again = await startServer({ root: server.root })
    expect(told(await list(again))).toEqual(told(before))
    const query = `?watch=true&resourceVersion=${before.metadata.resourceVersion}`
    const watch = await again.api.watch(`${restaurant.allPizzas}${query}`)
    expect(await watch.next<KubeObject & { code: number }>()).toMatchObject({ type: 'ERROR', object: { code: 410 } })
    watch.close()
    await again.stop()
  })

  it.for(['stop', 'kill'] as const)('while it serves and nothing is written, then %s: nothing is lost', async (end) => {
    const server = await startServer({ args: ['--watch-files=false'] })
    // Leases reach their files late: only the journal has the last ones.
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'hot' }, spec: {} }
    const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases'
    await server.api.post(leases, lease)
    for (let n = 1; n <= 20; n++) {
      const answer = await server.api.patch(`${leases}/hot`, { spec: { holderIdentity: `holder-${n}` } })
      expect(answer.status).toBe(200)
    }
    for (let i = 0; i < 10; i++) await create(server, `p${i}`)
    const before = await list(server)
    rmSync(join(server.root, '.wukong'), { recursive: true })
    if (end === 'kill') {
      await eventually('it is put back', async () => {
        return existsSync(join(server.root, '.wukong/snapshot')) && (await ready(server)) === 200
      })
      await server.kill()
    } else expect(await server.stop()).toEqual({ code: 0, signal: null })
    const again = await startServer({ root: server.root })
    expect(told(await list(again))).toEqual(told(before))
    const kept = (await again.api.get(`${leases}/hot`)).json<KubeObject & { spec: { holderIdentity: string } }>()
    expect(kept.spec.holderIdentity).toBe('holder-20')
    await again.stop()
  })

  it('while clients write: what was answered is there, writes go on, watches too', async () => {
    const server = await startServer()
    await create(server, 'first')
    const { metadata } = await list(server)
    const query = `?watch=true&resourceVersion=${metadata.resourceVersion}`
    const watch = await server.api.watch(`${restaurant.allPizzas}${query}`)
    const answered: string[] = []
    for (let i = 0; i < 60; i++) {
      if (i === 20) rmSync(join(server.root, '.wukong'), { recursive: true, force: true })
      const refused = await created(server, `p${i}`)
      for (const { code, message } of refused) {
        expect(code).toBeGreaterThanOrEqual(500)
        expect(message).toMatch(/state folder|journal/)
      }
      answered.push(`p${i}`)
    }
    for (const name of answered) expect((await watch.next<Pizza>()).object.metadata.name).toBe(name)
    watch.close()
    const before = await list(server)
    await server.kill()
    const again = await startServer({ root: server.root })
    expect(told(await list(again))).toEqual(told(before))
    expect(Number((await list(again)).metadata.resourceVersion)).toBeGreaterThanOrEqual(
      Number(before.metadata.resourceVersion),
    )
    expect((await again.api.get('/wukong/files')).json()).toMatchObject({ files: [] })
    await again.stop()
  })

  it('in part (its journal) while it serves: writes go on and a restart has everything', async () => {
    const server = await startServer()
    for (let i = 0; i < 5; i++) await create(server, `p${i}`)
    const journal = join(server.root, '.wukong/journal')
    for (const name of readdirSync(journal)) rmSync(join(journal, name))
    await created(server, 'after')
    const before = await list(server)
    await server.kill()
    const again = await startServer({ root: server.root })
    expect(told(await list(again))).toEqual(told(before))
    await again.stop()
  })
})

describe('the root', () => {
  it('moved away and back: reads go on, nothing is deleted, writes come back by themselves', async () => {
    const root = join(temporaryFolder(), 'root')
    const server = await startServer({ root })
    for (let i = 0; i < 5; i++) await create(server, `p${i}`)
    await pizzaFolder(root).told('p4', () => true)
    const before = await list(server)
    renameSync(root, `${root}-away`)
    await eventually('it is noticed', async () => (await ready(server)) === 500)
    const refused = await create(server, 'while-away')
    expect(refused.status).toBeGreaterThanOrEqual(500)
    expect(refused.json()).toMatchObject({ kind: 'Status', message: expect.stringContaining('vanished') })
    expect(told(await list(server))).toEqual(told(before))
    renameSync(`${root}-away`, root)
    await created(server, 'after')
    await eventually('it is ready', async () => (await ready(server)) === 200)
    expect(told(await list(server)).filter(([name]) => String(name).startsWith('p'))).toEqual(told(before))
    const all = await list(server)
    await server.kill()
    const again = await startServer({ root })
    expect(told(await list(again))).toEqual(told(all))
    await again.stop()
  })

  it.for(['the root', 'registry/'] as const)(
    '%s replaced by an empty folder: nothing is taken for deleted',
    async (what) => {
      const root = join(temporaryFolder(), 'root')
      // Nobody but the test writes.
      const server = await startServer({ root, args: ['--controllers='] })
      for (let i = 0; i < 5; i++) await create(server, `p${i}`)
      await pizzaFolder(root).told('p4', () => true)
      const before = await list(server)
      const folder = what === 'the root' ? root : join(root, 'registry')
      renameSync(folder, `${root}-away`)
      rmSync(`${root}-away`, { recursive: true })
      mkdirSync(folder)
      await eventually('it is noticed', async () => (await ready(server)) === 500)
      expect((await create(server, 'x')).status).toBeGreaterThanOrEqual(500)
      expect(told(await list(server))).toEqual(told(before))
      expect((await server.stop()).code).toBe(0)
      expect(readdirSync(folder)).toEqual([])
    },
  )
})
