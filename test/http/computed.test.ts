import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { created, done } from '../support/expect-answer.js'
import type { HttpClient, ListBody } from '../support/http.js'
import { startServer, type TestServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** Readings of sensors: kept by the module itself, in no store. */
const module = `
const readings = new Map()
const watchers = new Set()
const tell = (type, object) => { for (const watcher of watchers) watcher({ type, object }) }
const found = (name) => {
  const reading = readings.get(name)
  if (!reading) throw Object.assign(new Error(), { name: 'missing' })
  return reading
}
const version = {
  name: 'v1', served: true, storage: true,
  schema: { type: 'object', properties: { celsius: { type: 'integer', maximum: 100, default: 20 } } },
  printerColumns: [{ name: 'Celsius', type: 'integer', jsonPath: '.celsius' }],
}
export default {
  group: 'sensors.example.com',
  resources: [{
    group: 'sensors.example.com',
    names: { plural: 'readings', singular: 'reading', kind: 'Reading' },
    scope: 'Namespaced',
    versions: [version],
    verbs: {
      create({ dryRun }, object) {
        if (!dryRun) {
          readings.set(object.metadata.name, object)
          tell('ADDED', object)
        }
        return object
      },
      get: (call, name) => found(name),
      list: ({ namespace }) => [...readings.values()].filter((r) => !namespace || r.metadata.namespace === namespace),
      watch({ namespace }, initial, told) {
        if (initial) for (const object of readings.values()) told({ type: 'ADDED', object })
        watchers.add(told)
        return () => watchers.delete(told)
      },
      delete({ dryRun }, name) {
        const last = found(name)
        if (!dryRun && readings.delete(name)) tell('DELETED', last)
        return last
      },
    },
  }],
}
`

let server: TestServer
let api: HttpClient
beforeAll(async () => {
  const path = join(temporaryFolder(), 'sensors.mjs')
  writeFileSync(path, module)
  server = await startServer({ args: ['--backend=memory', `--apis=${path}`] })
  api = server.api
})
afterAll(() => server.stop())

const readings = '/apis/sensors.example.com/v1/namespaces/default/readings'
const reading = (name: string, more: object = {}) => ({
  apiVersion: 'sensors.example.com/v1',
  kind: 'Reading',
  metadata: { name, labels: { room: name } },
  ...more,
})

describe('a resource that a module works out for each request', () => {
  test('is created: defaulted, pruned, held to its schema', async () => {
    const made = created(await api.post(readings, reading('a', { bogus: 1 })))
    expect(made).toMatchObject({ celsius: 20, metadata: { name: 'a', namespace: 'default' } })
    expect(made).not.toHaveProperty('bogus')
    const hot = await api.post(readings, reading('b', { celsius: 101 }))
    expect(hot.json()).toMatchObject({ code: 422, details: { causes: [{ field: 'celsius' }] } })
    created(await api.post(`${readings}?dryRun=All`, reading('c')))
    expect((await api.get(`${readings}/c`)).status).toBe(500)
  })

  test('is read: one, all, what is selected, as a Table', async () => {
    created(await api.post(readings, reading('r1', { celsius: 1 })))
    created(await api.post(readings, reading('r2', { celsius: 2 })))
    expect(done(await api.get(`${readings}/r1`))).toMatchObject({ celsius: 1 })
    const names = async (query: string) => {
      const list = done<ListBody>(await api.get(`${readings}?${query}`))
      expect(list).toMatchObject({ kind: 'ReadingList', metadata: {} })
      return list.items.map(({ metadata }) => metadata.name).filter((name) => name?.startsWith('r'))
    }
    expect(await names('')).toEqual(['r1', 'r2'])
    expect(await names('labelSelector=room%3Dr2')).toEqual(['r2'])
    expect(await names('fieldSelector=metadata.name%3Dr1')).toEqual(['r1'])
    const table = await api.get(`${readings}/r1`, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })
    expect(table.json()).toMatchObject({ kind: 'Table', rows: [{ cells: ['r1', 1] }] })
  })

  test('is watched and deleted', async () => {
    created(await api.post(readings, reading('w1')))
    const watch = await api.watch(`${readings}?watch=1&labelSelector=room+in+(w1,w2)`)
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'w1' } } })
    created(await api.post(readings, reading('other')))
    created(await api.post(readings, reading('w2')))
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'w2' } } })
    expect(done(await api.delete(`${readings}/w1`))).toMatchObject({ kind: 'Status', status: 'Success' })
    expect(await watch.next()).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'w1' } } })
    watch.close()
    const initial = await api.get(`${readings}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`)
    expect(initial.json()).toMatchObject({ code: 422 })
  })

  test('has no verbs but its own', async () => {
    const { resources } = (await api.get('/apis/sensors.example.com/v1')).json<{ resources: object[] }>()
    expect(resources).toMatchObject([{ name: 'readings', verbs: ['create', 'delete', 'get', 'list', 'watch'] }])
    expect((await api.put(`${readings}/a`, reading('a'))).status).toBe(405)
    expect((await api.patch(`${readings}/a`, {})).status).toBe(405)
    expect((await api.delete(readings)).status).toBe(405)
    expect((await api.get(`${readings}/a/status`)).status).toBe(404)
  })
})
