import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.js'
import type { ListBody } from '../support/http.js'
import { bareManifest, fileProblems, pizzaFolder } from '../support/registry-files.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { runCommand, startServer, type TestServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** A file system of so many megabytes at a new folder; undefined where this user may not mount one. */
function smallDisk(megabytes: number): { path: string; unmount: () => void } | undefined {
  const path = temporaryFolder()
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', path])
  if (mounted.status !== 0) return undefined
  return { path, unmount: () => spawnSync('umount', ['-l', path]) }
}

const may = smallDisk(1)
may?.unmount()
const noMount = 'a file system can be mounted by root only'

const list = async ({ api }: TestServer) => (await api.get(restaurant.allPizzas)).json<ListBody<Pizza>>()
const ready = async ({ api }: TestServer) => (await api.get('/readyz')).status
const told = ({ items }: ListBody<Pizza>) => items.map(({ metadata, spec }) => [metadata.name, metadata.uid, spec])

/** Takes all the room there is. */
function fill(folder: string): string {
  const path = join(folder, 'filler')
  for (const size of [2 ** 20, 4096]) {
    for (let isFull = false; !isFull; ) {
      try {
        writeFileSync(path, Buffer.alloc(size), { flag: 'a' })
      } catch {
        isFull = true
      }
    }
  }
  return path
}

describe('a real disk', () => {
  it('that is full refuses writes with a Status, serves reads, and is written to again once there is room', async ({
    skip,
  }) => {
    // Room for the segments that are in use and, when the filler is gone, for the next and for all files.
    const disk = smallDisk(100)
    if (!disk) return skip(noMount)
    try {
      const server = await startServer({ root: join(disk.path, 'root') })
      const big = (name: string) => pizza(name, { annotations: { padding: 'x'.repeat(100_000) } })
      const answered: string[] = []
      for (let i = 0; i < 5; i++) {
        if ((await server.api.post(restaurant.pizzas(), big(`p${i}`))).status === 201) answered.push(`p${i}`)
      }
      const filler = fill(disk.path)
      // A segment of the journal made in advance has room for some more.
      let refusal = await server.api.post(restaurant.pizzas(), big('full-0'))
      for (let i = 1; refusal.status === 201; i++) {
        answered.push(`full-${i - 1}`)
        refusal = await server.api.post(restaurant.pizzas(), big(`full-${i}`))
      }
      expect(refusal.status).toBe(500)
      expect(refusal.json()).toMatchObject({
        kind: 'Status',
        reason: 'InternalError',
        message: expect.stringContaining('no space left on the disk'),
      })
      expect(await ready(server)).toBe(500)
      const names = (await list(server)).items.map(({ metadata }) => metadata.name)
      expect(names).toEqual([...answered].sort())
      // An edit in place needs no room, and can't be taken in now.
      const file = openSync(pizzaFolder(server.root).file('p0'), 'r+')
      writeSync(file, '7', pizzaFolder(server.root).read('p0').indexOf('quantity: 1') + 10)
      closeSync(file)
      const waiting = { outcome: 'waiting', reason: expect.stringContaining('no space left on the disk') }
      await eventually('it waits', async () => (await fileProblems(server.api)).length === 1)
      expect(await fileProblems(server.api)).toMatchObject([waiting])
      rmSync(filler)
      await eventually('it is ready', async () => (await ready(server)) === 200)
      expect((await server.api.post(restaurant.pizzas(), pizza('after'))).status).toBe(201)
      await eventually('the edit is taken in', async () => {
        const { spec } = (await server.api.get(`${restaurant.pizzas()}/p0`)).json<Pizza>()
        return spec.toppings[0]?.quantity === 7
      })
      const state = await list(server)
      expect(state.items.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining([...answered, 'after']))
      await server.kill()
      const again = await startServer({ root: server.root })
      expect(told(await list(again))).toEqual(told(state))
      expect(await fileProblems(again.api)).toEqual([])
      await again.stop()
    } finally {
      disk.unmount()
    }
  })

  it('that is too small for a start says so in one line', async ({ skip }) => {
    const disk = smallDisk(1)
    if (!disk) return skip(noMount)
    try {
      fill(disk.path)
      const { code, stderr } = await runCommand([`--file-rootpath=${join(disk.path, 'root')}`])
      expect(code).toBe(1)
      expect(stderr.trimEnd().split('\n')).toHaveLength(1)
      expect(stderr).toMatch(/no space|full/i)
    } finally {
      disk.unmount()
    }
  })

  it('that is read-only refuses the start in one line', async ({ skip }) => {
    const disk = smallDisk(1)
    if (!disk) return skip(noMount)
    try {
      mkdirSync(join(disk.path, 'root'))
      spawnSync('mount', ['-o', 'remount,ro', disk.path])
      for (const root of ['root', 'new']) {
        const { code, stderr } = await runCommand([`--file-rootpath=${join(disk.path, root)}`])
        expect(code).toBe(1)
        expect(stderr.trimEnd().split('\n')).toHaveLength(1)
        expect(stderr).toContain('read-only')
      }
    } finally {
      disk.unmount()
    }
  })

  it('whose journal is gone for a moment keeps a hand edit until it can be taken in', async () => {
    const server = await startServer()
    await server.api.post(restaurant.pizzas(), pizza('a'))
    const folder = pizzaFolder(server.root)
    await folder.told('a', () => true)
    rmSync(join(server.root, '.wukong'), { recursive: true })
    folder.write('a', folder.read('a').replace('quantity: 1', 'quantity: 7'))
    folder.write('b', bareManifest(5))
    await eventually('both are taken in', async () => {
      const [a, b] = (await list(server)).items
      return a?.spec.toppings[0]?.quantity === 7 && b?.spec.toppings[0]?.quantity === 5
    })
    expect(await fileProblems(server.api)).toEqual([])
    await server.stop()
  })
})

describe('a root that can not be', () => {
  it.for([
    ['/proc/wukong-test', '/proc/wukong-test'],
    ['/dev/null', '/dev/null'],
    ['/dev/null/below', '/dev/null/below'],
    ['/sys/wukong-test/deep/er', '/sys/wukong-test'],
  ] as const)('%s is refused in one clear line', async ([root, named]) => {
    const end = AbortSignal.timeout(20_000)
    const { code, stderr } = await runCommand([`--file-rootpath=${root}`], {}, end)
    expect(code).toBe(1)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).toContain(named)
    expect(stderr).not.toContain('ENOENT')
  })

  it('with a damaged snapshot is refused, naming file and offset', async () => {
    const server = await startServer()
    await server.api.post(restaurant.pizzas(), pizza('a'))
    await server.stop()
    writeFileSync(join(server.root, '.wukong/snapshot'), 'nothing that was ever written')
    const { code, stderr } = await runCommand([`--file-rootpath=${server.root}`])
    expect(code).toBe(1)
    expect(stderr).toMatch(/\.wukong\/snapshot is damaged at byte 0/)
    expect((await runCommand(['fsck', `--file-rootpath=${server.root}`])).code).toBe(1)
  })
})
