import { writeFileSync } from 'node:fs'
import { request as requestHttp } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { issueAuthority, issueCertificate } from '../src/certs/issue.js'
import { freePort } from '../test/support/free-port.js'
import { request } from './connection.js'
import { drive } from './load.js'
import { fill, pizzaPath } from './pizzas.js'
import { type Bench, connectionCounts, type Row, type Scenario } from './scenario.js'

const objects = 5_000
const group = 'restaurant.wukong.com'

/** What it costs that a request comes through a server in front: the floor is the same request without it. */
export const hop: Scenario = async (bench) => {
  const { front, behind, stop } = await startBoth(bench)
  const rows: Row[] = []
  const path = `${pizzaPath}/p47`
  for (const connections of connectionCounts) {
    const load = {
      connections,
      next: () => request('GET', path),
      seconds: bench.seconds,
      atMost: Number.POSITIVE_INFINITY,
    }
    const direct = await drive({ ...load, port: behind })
    const through = await drive({ ...load, port: front })
    rows.push({
      ...{ what: `GET 1 KB through another server, ${connections} connections`, value: through.perSecond },
      ...{ unit: 'requests/s', better: 'higher', floor: direct.perSecond, note: `p99 ${through.p99.toFixed(2)} ms` },
    })
  }
  const direct = await eventsPerSecond(behind)
  rows.push({
    ...{ what: 'events of a watch through another server', value: await eventsPerSecond(front), unit: 'events/s' },
    ...{ better: 'higher', floor: direct },
  })
  await stop()
  return rows
}

/** One server in front of another, which serves pizzas; answers with their ports of plain HTTP. */
async function startBoth(bench: Bench) {
  const folder = bench.folder()
  const validity = { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + 3_600_000) }
  const authority = await issueAuthority('bench', validity)
  const client = await issueCertificate(authority, { client: { user: 'front', groups: [] } }, validity)
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const securePort = await freePort()
  const behind = await bench.start({
    args: [`--secure-port=${securePort}`, `--requestheader-client-ca-file=${file('ca.crt', authority.cert)}`],
  })
  const proxy = [
    `--proxy-client-cert-file=${file('proxy.crt', client.cert)}`,
    `--proxy-client-key-file=${file('proxy.key', client.key)}`,
  ]
  const front = await bench.start({ args: ['--apis=examples/clock', ...proxy] })
  await fill(behind.port, objects)
  await behind.settled()
  await register(front.port, securePort)
  const stop = async () => {
    await front.stop()
    await behind.stop()
  }
  return { front: front.port, behind: behind.port, stop }
}

async function register(port: number, securePort: number): Promise<void> {
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    if (answer.status !== 201) throw new Error(await answer.text())
  }
  const spec = { type: 'ExternalName', externalName: 'localhost' }
  await post('/api/v1/namespaces/default/services', { metadata: { name: 'behind' }, spec })
  await post('/apis/apiregistration.k8s.io/v1/apiservices', {
    metadata: { name: `v1beta1.${group}` },
    spec: {
      ...{ group, version: 'v1beta1', groupPriorityMinimum: 1000, versionPriority: 15, insecureSkipTLSVerify: true },
      service: { namespace: 'default', name: 'behind', port: securePort },
    },
  })
  while ((await fetch(`http://127.0.0.1:${port}${pizzaPath}/p1`)).status !== 200) await pause(50)
}

/** All changes since the first object was made come at once: how fast they are told. */
function eventsPerSecond(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const query = '?watch=true&resourceVersion=0'
    let [events, begin] = [0, 0]
    const sent = requestHttp({ host: '127.0.0.1', port, path: `${pizzaPath}${query}` }, (answer) => {
      begin = performance.now()
      answer.on('data', (chunk: Buffer) => {
        for (const byte of chunk) if (byte === 10) events++
        if (events < objects) return
        resolve(events / ((performance.now() - begin) / 1000))
        answer.destroy()
      })
      answer.on('error', reject)
    })
    sent.on('error', reject)
    sent.end()
  })
}
