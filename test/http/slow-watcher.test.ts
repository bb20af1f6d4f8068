import { describe, expect } from 'vitest'
import { type ConfigMap, configMap, core } from '../support/core-objects.js'
import { created, done } from '../support/expect-answer.js'
import type { ListBody } from '../support/http.js'
import { startServer } from '../support/server.js'
import { test as base } from '../support/server-test.js'
import { stalledWatch } from '../support/stalled-watch.js'

/** What is written is not kept: this is about what is told. */
const it = base.extend('server', { scope: 'file' }, async ({ tokenFile }, { onCleanup }) => {
  const server = await startServer({ args: [`--token-auth-file=${tokenFile}`, '--backend=memory', '--controllers='] })
  onCleanup(async () => {
    await server.stop()
  })
  return server
})

describe('watchers that are behind', () => {
  it('W21: one that reads nothing is cut, and holds up nobody', async ({ server, api, namespace }) => {
    const path = core.configMaps(namespace)
    created(await api.post(path, configMap('big')))
    const { metadata } = done<ListBody>(await api.get(path))
    const query = `${path}?watch=1&resourceVersion=${metadata.resourceVersion}`
    const slow = await stalledWatch(server.url, query)
    const others = await Promise.all([api.watch(query), api.watch(query)])
    // Far more than the server keeps for one client, and than the system's buffers take.
    const writes = 60
    const text = 'x'.repeat(800 * 1024)
    for (let n = 1; n <= writes; n++) {
      done(await api.patch(`${path}/big`, { data: { n: String(n), text } }))
    }
    const wanted = Array.from({ length: writes }, (_, i) => String(i + 1))
    for (const watch of others) {
      const events = await watch.take<ConfigMap>(writes)
      expect(events.map(({ object }) => object.data?.n)).toEqual(wanted)
      watch.close()
    }
    const received = await slow.readToEnd()
    expect(received.cut).toBe(true)
    expect(received.bytes).toBeLessThan(writes * text.length)
    // What it missed is told when it comes back.
    const back = await api.watch(query)
    expect((await back.take(writes)).map(({ type }) => type)).toEqual(wanted.map(() => 'MODIFIED'))
    back.close()
  })

  it('W18: one that comes back more than 1,000 events later misses none', async ({ api, namespace }) => {
    const path = core.configMaps(namespace)
    const { metadata } = done<ListBody>(await api.get(path))
    const names = Array.from({ length: 1_200 }, (_, i) => `m${i}`)
    const parallel = 8
    const maker = async (first: number) => {
      for (let i = first; i < names.length; i += parallel) created(await api.post(path, configMap(names[i] ?? '')))
    }
    await Promise.all(Array.from({ length: parallel }, (_, first) => maker(first)))
    const watch = await api.watch(`${path}?watch=1&resourceVersion=${metadata.resourceVersion}`)
    const events = await watch.take(names.length)
    expect(events.map(({ object }) => object.metadata.name).sort()).toEqual([...names].sort())
    const revisions = events.map(({ object }) => Number(object.metadata.resourceVersion))
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b))
    created(await api.post(path, configMap('last')))
    expect((await watch.next()).object.metadata.name).toBe('last')
    watch.close()
  })
})
