import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import type { ApiGroup, Apiserver, Extension, startApiserver as start } from '../../src/sdk/index.js'
import { eventually } from '../support/eventually.js'
import { projectFolder } from '../support/project-folder.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** The built package, as who depends on it has it. */
const { startApiserver } = (await import(join(projectFolder, 'dist', 'src', 'sdk', 'index.js'))) as {
  startApiserver: typeof start
}

const open: Apiserver[] = []
const opened = async (...options: Parameters<typeof start>) => {
  const server = await startApiserver(...options)
  open.push(server)
  return server
}
afterAll(() => Promise.all(open.map((server) => server.close())))

const ref = { apiVersion: 'v1', kind: 'ConfigMap' }
const map = (name: string, data: Record<string, string> = {}) => ({
  ...ref,
  metadata: { name, namespace: 'default' },
  data,
})

const namesIn = async (server: Apiserver) => {
  const { items } = await server.resources(ref).list({ namespace: 'default', labelSelector: 'test' })
  return items.map(({ metadata }) => metadata.name)
}

describe('a server in the process', () => {
  it('holds groups and extensions that are handed over to what modules are held to', async () => {
    const group = { group: 'Example.com', resources: [] } as unknown as ApiGroup
    await expect(opened({ apis: [group] })).rejects.toThrow(/^apis\[0\]\.group: must be a name such as /)
    const extension = { name: 'menu' } as unknown as Extension
    await expect(opened({ apiexts: [extension] })).rejects.toThrow('apiexts[0].register: must be a function')
  })

  it('goes back to a snapshot, uid included, and tells watchers what changed', async () => {
    const labels = { test: '' }
    const labelled = (name: string, data = {}) => ({ ...map(name, data), metadata: { ...map(name).metadata, labels } })
    const server = await opened({ objects: [labelled('kept'), labelled('changed', { n: '1' }), labelled('gone')] })
    const maps = server.resources(ref)
    const before = await maps.get('gone', 'default')
    const snapshot = await server.snapshot()
    const abort = new AbortController()
    const told: string[] = []
    const { resourceVersion } = await maps.list({ namespace: 'default', labelSelector: 'test' })
    const watching = (async () => {
      const query = { namespace: 'default', labelSelector: 'test', resourceVersion }
      for await (const { type, object } of maps.watch(query, abort.signal)) told.push(`${type} ${object.metadata.name}`)
    })().catch(() => {})
    await maps.delete('gone', 'default')
    await maps.patch('changed', 'default', { data: { n: '2' } })
    await maps.create({ ...labelled('new'), metadata: { ...labelled('new').metadata, finalizers: ['example.com/f'] } })
    await server.reset(snapshot)
    expect(await namesIn(server)).toEqual(['changed', 'gone', 'kept'])
    expect((await maps.get('changed', 'default')).data).toEqual({ n: '1' })
    expect((await maps.get('gone', 'default')).metadata.uid).toBe(before.metadata.uid)
    await eventually('watchers are told', () => told.length === 6)
    expect(told.slice(0, 3)).toEqual(['DELETED gone', 'MODIFIED changed', 'ADDED new'])
    expect(told.slice(3).sort()).toEqual(['ADDED gone', 'DELETED new', 'MODIFIED changed'])
    abort.abort()
    await watching
  })

  it('takes groups as modules', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'group.mjs')
    const resource = {
      ...{ group: 'shop.example.com', names: { plural: 'goods', singular: 'good', kind: 'Good' }, scope: 'Cluster' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { type: 'object' } }],
    } as const
    writeFileSync(
      path,
      `const group = 'shop.example.com'\nexport default { group, resources: [${JSON.stringify(resource)}] }\n`,
    )
    const server = await opened({ apis: [path, 'examples/hello'] })
    const goods = server.resources({ apiVersion: 'shop.example.com/v1', kind: 'Good' })
    const good = { ...goods.ref, metadata: { name: 'tea' } }
    expect((await goods.create(good)).metadata.uid).toBeDefined()
    const foos = server.resources({ apiVersion: 'hello.zeng.dev/v1', kind: 'Foo' })
    await foos.create({ ...foos.ref, metadata: { name: 'a', namespace: 'default' }, spec: { msg: 'hi' } })
    const stored = server.resources({ apiVersion: 'hello.zeng.dev/v2', kind: 'Foo' })
    expect((await stored.get('a', 'default')).spec).toMatchObject({ config: { msg: 'hi' }, image: 'busybox:1.36' })
    await expect(startApiserver({ apis: [join(folder, 'absent.ts')] })).rejects.toThrow("can't be loaded")
  })

  it('keeps objects as files where a folder is given', async () => {
    const root = temporaryFolder()
    const first = await startApiserver({ root, objects: [map('a', { k: 'v' })] })
    await first.close()
    const second = await opened({ root })
    expect((await second.resources(ref).get('a', 'default')).data).toEqual({ k: 'v' })
  })

  it('runs side by side with others', { timeout: 240_000 }, async () => {
    const together = await Promise.all(
      Array.from({ length: 20 }, (_, i) => startApiserver({ objects: [map(`m${i}`)] })),
    )
    expect(new Set(together.map(({ url }) => url)).size).toBe(20)
    for (const [i, server] of together.entries()) {
      expect((await server.resources(ref).get(`m${i}`, 'default')).metadata.name).toBe(`m${i}`)
      await expect(server.resources(ref).get(`m${i + 1}`, 'default')).rejects.toThrow('not found')
    }
    await Promise.all(together.map((server) => server.close()))
  })

  it('leaves nothing behind: no port, no handle, no memory', { timeout: 240_000 }, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--expose-gc',
      join(import.meta.dirname, 'leaks.mjs'),
    ])
    const { handles, bytesPerServer, isFree } = JSON.parse(stdout)
    expect(handles).toEqual([[], []])
    expect(isFree).toBe(true)
    // A server that something still holds on to is 280 KB.
    expect(bytesPerServer).toBeLessThan(100_000)
  })
})
