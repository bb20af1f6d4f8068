import type { KubeObject } from '../src/meta/object.js'
import { request } from './connection.js'
import { drive } from './load.js'
import type { Bench, Row, Scenario } from './scenario.js'

const rounds = 50
const content = 100

/** How long until what is deleted is gone: namespaces, and what an owner owned; and what controllers cost each write. */
export const controllers: Scenario = async (bench) => {
  const server = await bench.start()
  const api = client(server.port)
  const rows = [
    await timed('namespace without content, DELETE to 404', 'ms', async (n) => {
      await makeNamespace(api, `empty-${n}`)
      return async () => {
        await api('DELETE', `/api/v1/namespaces/empty-${n}`)
        await gone(api, `/api/v1/namespaces/empty-${n}`)
      }
    }),
    await timed(`namespace with ${content} ConfigMaps, DELETE to 404`, 'ms', async (n) => {
      await makeNamespace(api, `full-${n}`)
      await makeConfigMaps(api, `full-${n}`, [])
      return async () => {
        await api('DELETE', `/api/v1/namespaces/full-${n}`)
        await gone(api, `/api/v1/namespaces/full-${n}`)
      }
    }),
    await timed(`owner of ${content} ConfigMaps, DELETE until none is left`, 'ms', async (n) => {
      const namespace = `owned-${n}`
      await makeNamespace(api, namespace)
      const owner = await api('POST', pathIn(namespace), { metadata: { name: 'owner' } })
      const { uid } = ((await owner.json()) as KubeObject).metadata
      await makeConfigMaps(api, namespace, [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }])
      return async () => {
        await api('DELETE', `${pathIn(namespace)}/owner`)
        while ((await (await api('GET', pathIn(namespace))).text()).includes('"made"')) await pause()
      }
    }),
  ]
  await server.stop()
  return [...rows, ...(await costs(bench))]
}

type Api = (method: string, path: string, body?: unknown) => Promise<Response>

const client =
  (port: number): Api =>
  (method, path, body) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })

const pathIn = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`
const pause = () => new Promise((resolve) => setTimeout(resolve, 1))

async function makeNamespace(api: Api, name: string): Promise<void> {
  await api('POST', '/api/v1/namespaces', { metadata: { name } })
  // What every namespace has is there too: its making is not measured.
  for (const path of [`${pathIn(name)}/kube-root-ca.crt`, `/api/v1/namespaces/${name}/serviceaccounts/default`]) {
    while ((await drained(await api('GET', path))).status !== 200) await pause()
  }
}

async function makeConfigMaps(api: Api, namespace: string, ownerReferences: readonly object[]): Promise<void> {
  const labels = { made: 'made' }
  const make = async (i: number) =>
    drained(await api('POST', pathIn(namespace), { metadata: { name: `c${i}`, labels, ownerReferences } }))
  await Promise.all(Array.from({ length: content }, (_, i) => make(i)))
}

async function gone(api: Api, path: string): Promise<void> {
  while ((await drained(await api('GET', path))).status !== 404) await pause()
}

async function drained(response: Response): Promise<Response> {
  await response.arrayBuffer()
  return response
}

async function timed(what: string, unit: string, prepare: (n: number) => Promise<() => Promise<void>>): Promise<Row> {
  const times: number[] = []
  for (let n = 0; n < rounds; n++) {
    const run = await prepare(n)
    const begin = performance.now()
    await run()
    times.push(performance.now() - begin)
  }
  times.sort((a, b) => a - b)
  const [median = 0, late = 0] = [times[rounds >> 1], times[Math.floor(rounds * 0.95)]]
  return { what, value: median, unit, better: 'lower', note: `p50; p95 ${late.toFixed(1)} ms` }
}

/** CPU time of the whole server for each ConfigMap that is created, without controllers, with them, and owned ones. */
async function costs(bench: Bench): Promise<Row[]> {
  const cases: [what: string, args: string[], metadata: object][] = [
    ['without controllers', ['--controllers='], {}],
    ['with controllers', [], {}],
    [
      'with controllers, each with an owner',
      [],
      { ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name: 'default', uid: '' }] },
    ],
  ]
  const rows: Row[] = []
  for (const [what, args, metadata] of cases) {
    const server = await bench.start({ args })
    const own = await client(server.port)('GET', '/api/v1/namespaces/default')
    const { uid } = ((await own.json()) as KubeObject).metadata
    await server.settled()
    const before = server.cpuSeconds()
    const text = JSON.stringify(metadata).replace('"uid":""', `"uid":"${uid}"`).slice(1, -1)
    const body = (n: number) => `{"metadata":{"name":"c${n}"${text && `,${text}`}},"data":{"a":"${'x'.repeat(700)}"}}`
    const next = (n: number) => request('POST', pathIn('default'), body(n))
    const atMost = 10_000
    await drive({ port: server.port, connections: 16, next, seconds: 300, atMost })
    await server.settled()
    const value = ((server.cpuSeconds() - before) / atMost) * 1e6
    rows.push({ what: `CPU of a CREATE and its file, ${what}`, value, unit: 'µs', better: 'lower' })
    await server.stop()
  }
  return rows
}
