import { join } from 'node:path'
import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { startClientGo as start } from '../support/client-go.js'
import type { Program } from '../support/client-programs.js'
import { eventually } from '../support/eventually.js'
import { buildGoProgram } from '../support/go-program.js'
import type { HttpClient } from '../support/http.js'
import type { Credentials } from '../support/kubectl.js'
import { requireProgram } from '../support/require-program.js'
import { pizza, restaurant } from '../support/restaurant.js'
import { startAgain, startServer } from '../support/server.js'
import { adminToken, test as base } from '../support/server-test.js'

/** A namespace has those ConfigMaps only that a scenario makes. */
const onlyOwnConfigMaps = '--controllers=*,-root-ca-certificate-publisher-controller'

const building = { timeout: 600_000 }
let program: Program | undefined

const it = base
  .extend('clientGo', { scope: 'file' }, (): Program => {
    program ??= buildGoProgram(join(import.meta.dirname, 'client-go'))
    return program
  })
  .extend('server', { scope: 'file' }, async ({ tokenFile }, { onCleanup }) => {
    const server = await startServer({ args: [`--token-auth-file=${tokenFile}`, onlyOwnConfigMaps] })
    onCleanup(async () => {
      await server.stop()
    })
    return server
  })
it.beforeAll(({ clientGo }) => {
  expect(clientGo).toBeDefined()
}, building.timeout)

/** Nothing in here waits for the server to be restarted. */
const scenarios = [
  'crud',
  'dynamic-crud',
  'patches',
  'strategic-merge',
  'scale',
  'apply',
  'apply-conflict',
  'retry-on-conflict',
  'generate-name',
  'delete-collection',
  'dry-run',
  'field-validation',
  'paging',
  'old-watch',
  'discovery',
  'rest-mapper',
  'leader-election',
] as const

const ways: readonly (readonly [string, Credentials])[] = [
  ['over HTTPS with a token', { token: adminToken }],
  ['over plain HTTP', 'none'],
]

describe.for(ways)('client-go %s', ([, credentials]) => {
  it.for(scenarios)('%s', async (scenario, { clientGo, server, namespace, skip }) => {
    const run = start(requireProgram(clientGo, { skip }), scenario, server, namespace, credentials)
    const { code, stderr } = await run.ended
    expect(code, stderr).toBe(0)
  })

  it('a short history: 410, and what client-go does then', async ({ clientGo, tokenFile, skip }) => {
    const path = requireProgram(clientGo, { skip })
    const server = await startServer({
      args: [`--token-auth-file=${tokenFile}`, '--watch-history=20', onlyOwnConfigMaps],
    })
    const run = start(path, 'wait-for-expiry', server, 'default', credentials)
    const { code, stderr } = await run.ended
    expect(code, stderr).toBe(0)
    await server.stop()
  })
})

interface Kind {
  readonly scenario: string
  readonly path: (namespace: string) => string
  readonly object: (name: string, value: number) => KubeObject
  /** How the program prints the value. */
  readonly said: (value: number) => string
}

const configMap = (name: string, value: number): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { value: `${value}` } },
  data: { value: `${value}` },
})
const configMaps = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`
const kinds: readonly Kind[] = [
  { scenario: 'tell-configmaps', path: configMaps, object: configMap, said: String },
  { scenario: 'tell-metadata', path: configMaps, object: configMap, said: String },
  {
    scenario: 'tell-pizzas',
    path: restaurant.pizzas,
    object: (name, value) => pizza(name, {}, [{ name: 'cheese', quantity: value }]),
    said: (value) => `map[name:cheese quantity:${value}]`,
  },
]

describe('an informer of client-go', () => {
  it.for(kinds)(
    '$scenario sees each change once and in order, also over a kill of the server',
    async (kind, { clientGo, tokenFile, skip }) => {
      const path = requireProgram(clientGo, { skip })
      const args = [`--token-auth-file=${tokenFile}`, onlyOwnConfigMaps]
      const first = await startServer({ args })
      await put(first.api, kind, 'before', 1)
      const informer = start(path, kind.scenario, first, 'default', { token: adminToken })
      await eventually('the initial list', () => informer.lines().includes('synced'))
      await put(first.api, kind, 'made', 1)
      await put(first.api, kind, 'made', 2)
      await first.api.delete(`${kind.path('default')}/before`)
      await first.kill()
      const second = await startAgain(first, { args })
      await put(second.api, kind, 'blink', 1)
      await second.api.delete(`${kind.path('default')}/blink`)
      await put(second.api, kind, 'made', 3)
      await put(second.api, kind, 'last', 1)
      await eventually('the last change', () => informer.lines().some((line) => line.startsWith('add last')))
      const { code, stderr } = await informer.finish()
      expect(code, stderr).toBe(0)
      const told = ['add made 1', 'update made 2', 'delete before 1']
      const toldLater = ['add blink 1', 'delete blink 1', 'update made 3', 'add last 1']
      const said = (lines: readonly string[]) => lines.map((line) => line.replace(/\d$/, (n) => kind.said(Number(n))))
      const kept = informer.lines().filter((line) => line.startsWith('kept '))
      expect(informer.lines().filter((line) => !kept.includes(line))).toEqual(
        said(['add before 1', 'synced', ...told, ...toldLater]),
      )
      expect(kept.sort()).toEqual(said(['kept last 1', 'kept made 3']))
      await second.stop()
    },
  )

  it.for(kinds)(
    '$scenario lists anew when the server has forgotten what it missed',
    async (kind, { clientGo, skip }) => {
      const path = requireProgram(clientGo, { skip })
      const args = ['--watch-history=5', onlyOwnConfigMaps]
      const first = await startServer({ args })
      for (const name of ['gone', 'kept', 'changed']) await put(first.api, kind, name, 1)
      const informer = start(path, kind.scenario, first, 'default', 'none')
      await eventually('the initial list', () => informer.lines().includes('synced'))
      await first.kill()
      // Where the informer doesn't look for it.
      const elsewhere = await startServer({ args, root: first.root })
      await elsewhere.api.delete(`${kind.path('default')}/gone`)
      for (let value = 2; value < 10; value++) await put(elsewhere.api, kind, 'changed', value)
      await put(elsewhere.api, kind, 'new', 1)
      await elsewhere.stop()
      const second = await startAgain(first, { args })
      await eventually('the new one', () => informer.lines().some((line) => line.startsWith('add new')))
      await eventually('the deletion', () => informer.lines().some((line) => line.startsWith('delete-unseen gone')))
      const { code, stderr } = await informer.finish()
      expect(code, stderr).toBe(0)
      const kept = informer.lines().filter((line) => line.startsWith('kept '))
      expect(kept.sort()).toEqual(
        [`changed ${kind.said(9)}`, `kept ${kind.said(1)}`, `new ${kind.said(1)}`].map((is) => `kept ${is}`),
      )
      await second.stop()
    },
  )
})

/** Creates or replaces. */
async function put(api: HttpClient, kind: Kind, name: string, value: number): Promise<void> {
  const collection = kind.path('default')
  const old = await api.get(`${collection}/${name}`)
  const object = kind.object(name, value)
  if (old.status === 200) Object.assign(object.metadata, { resourceVersion: old.json().metadata.resourceVersion })
  const answer =
    old.status === 200 ? await api.put(`${collection}/${name}`, object) : await api.post(collection, object)
  expect(answer.status, answer.text).toBe(old.status === 200 ? 200 : 201)
}
