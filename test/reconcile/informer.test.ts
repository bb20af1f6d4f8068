import { describe, expect, it } from 'vitest'
import { silentLog } from '../../src/meta/log.js'
import type { KubeObject } from '../../src/meta/object.js'
import { Client } from '../../src/reconcile/client.js'
import { Informer, type InformerOptions, keyOf } from '../../src/reconcile/informer.js'
import { ResourceClient } from '../../src/reconcile/resource-client.js'
import { eventually } from '../support/eventually.js'
import { startAgain, startServer } from '../support/server.js'

const ref = { apiVersion: 'v1', kind: 'ConfigMap' }
const map = (name: string, data = {}): KubeObject => ({ ...ref, metadata: { name, namespace: 'default' }, data })

function follow(url: string, options: InformerOptions = {}) {
  const client = new Client({ server: url })
  const resource = new ResourceClient(client, ref)
  const informer = new Informer(resource, { namespace: 'default', ...options }, silentLog)
  const told: string[] = []
  informer.onChange(({ type, object, previous }) => {
    told.push(`${type} ${object.metadata.name}${previous ? ' known' : ''}`)
  })
  const abort = new AbortController()
  const done = informer.run(abort.signal)
  const end = async () => {
    abort.abort()
    await done
    client.close()
  }
  return { resource, informer, told, end }
}

describe('an informer', () => {
  it('lists in pages, then follows, and keeps to its selection', async () => {
    const server = await startServer({ args: ['--controllers=', '--backend=memory'] })
    const names = Array.from({ length: 600 }, (_, i) => `m${String(i).padStart(3, '0')}`)
    await Promise.all(names.map((name) => server.api.post('/api/v1/namespaces/default/configmaps', map(name))))
    const all = follow(server.url)
    const labelled = follow(server.url, { labelSelector: 'on' })
    await Promise.all([all.informer.synced, labelled.informer.synced])
    expect(all.informer.list().map(keyOf)).toEqual(names.map((name) => `default/${name}`))
    expect(labelled.informer.list()).toEqual([])
    await all.resource.patch('m000', 'default', { metadata: { labels: { on: '' } } })
    await all.resource.delete('m001', 'default')
    await eventually('both are told', () => all.told.length === 602 && labelled.told.length === 1)
    expect(all.told.slice(600)).toEqual(['modified m000 known', 'deleted m001 known'])
    await all.resource.patch('m000', 'default', { metadata: { labels: { on: null } } })
    await eventually('it left the selection', () => labelled.told.length === 2)
    expect(labelled.told).toEqual(['added m000', 'deleted m000 known'])
    expect(all.informer.get('default/m000')).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' })
    await Promise.all([all.end(), labelled.end()])
    await server.stop()
  })

  it('goes on after kills: resumed where the server knows what came after, listed anew where it does not', async () => {
    const server = await startServer({ args: ['--controllers='] })
    const { resource, informer, told, end } = follow(server.url)
    await informer.synced
    for (const name of ['kept', 'changed', 'deleted', 'again']) await resource.create(map(name))
    await eventually('all are told', () => told.length === 4)
    await server.kill()
    const second = await startAgain(server, { args: ['--controllers='] })
    await resource.patch('changed', 'default', { data: { n: '1' } })
    await eventually('it resumed', () => told.length === 5)
    expect(told[4]).toBe('modified changed known')
    // With a history of one change, what happens now can't be told from events.
    await second.kill()
    const elsewhere = await startServer({ root: server.root, args: ['--controllers=', '--watch-history=1'] })
    const other = new ResourceClient(new Client({ server: elsewhere.url }), ref)
    await other.delete('deleted', 'default')
    await other.delete('again', 'default')
    await other.create(map('again'))
    await other.patch('changed', 'default', { data: { n: '2' } })
    other.client.close()
    await elsewhere.stop()
    const third = await startAgain(server, { args: ['--controllers=', '--watch-history=1'] })
    await eventually('it caught up', () => informer.get('default/changed')?.data)
    await eventually('nothing is missing', () => told.length === 9)
    expect(told.slice(5).sort()).toEqual([
      'added again',
      'deleted again known',
      'deleted deleted known',
      'modified changed known',
    ])
    await end()
    await third.stop()
  })
})
