import { request } from './connection.js'
import { drive } from './load.js'
import type { Bench, Row, Scenario } from './scenario.js'

const group = 'bench.example.com'
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const configMaps = '/api/v1/namespaces/default/configmaps'
const many = 60

interface Property {
  readonly type: string
  readonly [keyword: string]: unknown
}

/** As generated ones are: described fields, a few levels, bounds, lists. */
const fields = (count: number): Record<string, Property> => {
  const properties = {
    a: { type: 'string', maxLength: 100 },
    b: { type: 'integer', minimum: 0 },
    c: { type: 'array', items: { type: 'string' } },
  }
  const description = 'What the field is for, and what it may be set to.'
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`f${i}`, { type: 'object', description, properties }]),
  )
}

/** Of a kind `Thing<n>` whose spec has so many fields, and four times as many properties. */
function definition(n: number, count: number): string {
  const openAPIV3Schema = { type: 'object', properties: { spec: { type: 'object', properties: fields(count) } } }
  return JSON.stringify({
    ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
    metadata: { name: `thing${n}s.${group}` },
    spec: {
      ...{ group, scope: 'Namespaced', names: { plural: `thing${n}s`, kind: `Thing${n}` } },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  })
}

const thing = (n: number, name: string) => {
  const spec = Object.fromEntries(
    Array.from({ length: 10 }, (_, i) => [`f${i}`, { a: 'x'.repeat(60), b: i, c: ['y'] }]),
  )
  return JSON.stringify({ apiVersion: `${group}/v1`, kind: `Thing${n}`, metadata: { name }, spec })
}
const configMap = (name: string) => {
  const data = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`key${i}`, 'x'.repeat(75)]))
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })
}

/** What definitions of kinds cost, and creating what they define beside creating ConfigMaps of the same size. */
export const customResources: Scenario = async (bench) => [
  ...(await applied(bench, `${many} definitions of 600 properties`, many, 150)),
  ...(await applied(bench, 'one definition of 10,000 properties', 1, 2_500)),
  ...(await creates(bench)),
]

async function applied(bench: Bench, what: string, count: number, size: number): Promise<Row[]> {
  const server = await bench.start({ args: ['--controllers='] })
  const api = async (method: string, path: string, body?: string) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { method, headers, body: body ?? null })
    return { status: answer.status, text: await answer.text() }
  }
  await server.settled()
  const [memory, cpu, begin] = [server.rssMegabytes(), server.cpuSeconds(), performance.now()]
  const numbers = Array.from({ length: count }, (_, n) => n)
  await Promise.all(numbers.map((n) => api('POST', definitions, definition(n, size))))
  const answered = performance.now()
  while (!(await allServed(api, count))) await new Promise((resolve) => setTimeout(resolve, 1))
  const served = performance.now()
  const used = server.cpuSeconds() - cpu
  const names = (await api('GET', `/openapi/v3/apis/${group}/v1`)).text
  if (!names.includes(`Thing${count - 1}`)) throw new Error('OpenAPI lacks what discovery has')
  const described = performance.now()
  for (const n of numbers) await api('POST', `/apis/${group}/v1/namespaces/default/thing${n}s`, thing(n, 'first'))
  await server.settled()
  const grown = (server.rssMegabytes() - memory) / count
  await server.stop()
  const ms = (label: string, value: number): Row => ({ what: `${what}: ${label}`, value, unit: 'ms', better: 'lower' })
  return [
    ms('POST of all until they are served', served - begin),
    ms('CPU of that', used * 1000),
    ms('in discovery after the last answer', served - answered),
    ms('in OpenAPI after that', described - served),
    { what: `${what}: memory each, with one object`, value: grown, unit: 'MB', better: 'lower' },
  ]
}

type Api = (method: string, path: string) => Promise<{ readonly status: number; readonly text: string }>

async function allServed(api: Api, count: number): Promise<boolean> {
  const { status, text } = await api('GET', `/apis/${group}/v1`)
  return status === 200 && (text.match(/"kind":"Thing/g) ?? []).length === count
}

/** CPU of the server for each, which other work on the machine does not change. */
async function creates(bench: Bench): Promise<Row[]> {
  const server = await bench.start({ args: ['--controllers='] })
  const { port } = server
  await drive({
    port,
    connections: 1,
    next: () => request('POST', definitions, definition(0, 150)),
    seconds: 1,
    atMost: 1,
  })
  const rows: Row[] = []
  const paths = { ConfigMap: configMaps, 'custom resource': `/apis/${group}/v1/namespaces/default/thing0s` }
  await server.settled()
  for (const round of ['warm-up', 'measured']) {
    for (const [what, path] of Object.entries(paths)) {
      const body = (n: number) => (path === configMaps ? configMap(`${round}-${n}`) : thing(0, `${round}-${n}`))
      const next = (n: number) => request('POST', path, body(n))
      const before = server.cpuSeconds()
      const count = 4_000
      await drive({ port, connections: 16, next, seconds: 3_600, atMost: count })
      const each = ((server.cpuSeconds() - before) / count) * 1e6
      if (round === 'measured')
        rows.push({ what: `CREATE 1 KB, ${what}: CPU`, value: each, unit: 'µs', better: 'lower' })
      await server.settled()
    }
  }
  await server.stop()
  return rows
}
