import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { startServer, type TestServer } from '../support/server.js'
import { adminToken, writeTokens } from '../support/server-test.js'
import { mutateBytes } from './mutate.js'
import { Random } from './random.js'
import { type FuzzRequest, RequestMaker } from './requests.js'

/**
 * Requests and files that are nearly good. Whatever comes, the server answers in time and says what is wrong, stays alive
 * and keeps what it has. `npm run fuzz` goes on for FUZZ_SECONDS (60) from FUZZ_SEED (the time); without either it is a
 * fixed number of requests from a fixed seed. A failure names the seed, and shows the request.
 */
const seconds = Number(process.env.FUZZ_SECONDS ?? 0)
const seed = Number(process.env.FUZZ_SEED ?? (seconds > 0 ? Date.now() % 2 ** 31 : 7))
const fixedCount = 800
const atOnce = 8
/** Milliseconds; the slowest of machines needs less for any one request. */
const longest = 20_000
const mostMemory = 700 * 1024 * 1024

/** Answers of 500 that kube-apiserver gives too. */
const known = [
  'resourceVersion should not be set on objects to be created',
  'strconv.ParseUint: parsing ',
  'unknown patch type: ',
  'failed to create typed patch object',
]

let server: TestServer
beforeAll(async () => {
  server = await startServer({ args: [`--token-auth-file=${writeTokens()}`, '--authorization-mode=RBAC'] })
})
afterAll(() => server.stop())

interface Answered {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** Streams are left once they have begun. */
function send({ method, path, headers, body }: FuzzRequest): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url)
    const length = body ? { 'content-length': body.length } : {}
    const sent = request(
      { hostname, port, method, path, headers: { ...headers, ...length }, timeout: longest },
      (answer) => {
        let text = ''
        const whole = () =>
          resolve({ status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '', text })
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        answer.on('end', whole)
        answer.on('error', whole)
        if (answer.headers['transfer-encoding'] === 'chunked' && answer.statusCode === 200) {
          whole()
          sent.destroy()
        }
      },
    )
    sent.on('timeout', () => reject(new Error('no answer in time')))
    sent.on('error', reject)
    sent.end(body)
  })
}

/** What is wrong with an answer; undefined: nothing. */
function fault({ status, type, text }: Answered): string | undefined {
  if (status < 400) return undefined
  if (status >= 500 && status !== 504 && !known.some((part) => text.includes(part)))
    return `${status}: ${text.slice(0, 500)}`
  if (!type.startsWith('application/json') || text === '') return undefined
  const said = JSON.parse(text) as { kind?: string; code?: number; message?: string }
  return said.kind === 'Status' && said.code === status && said.message ? undefined : `no Status: ${text.slice(0, 500)}`
}

function shown({ body, ...rest }: FuzzRequest): string {
  const headers = { ...rest.headers, authorization: '…' }
  return JSON.stringify({ ...rest, headers, body: body?.toString('latin1').slice(0, 2000) })
}

async function rss(): Promise<number> {
  const metrics = (await server.api.get('/metrics', { authorization: `Bearer ${adminToken}` })).text
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1])
}

const untilEnd = seconds > 0 ? seconds * 1000 : undefined

test(`requests that are nearly good, from ${seed}`, { timeout: (seconds + 300) * 1000 }, async () => {
  const maker = new RequestMaker(adminToken)
  const random = new Random(seed)
  const faults: string[] = []
  const end = untilEnd === undefined ? undefined : performance.now() + untilEnd
  let count = 0
  const worker = async () => {
    while (faults.length < 20 && (end === undefined ? count < fixedCount : performance.now() < end)) {
      count++
      const one = maker.make(random)
      const found = await send(one).then(fault, (error: Error) => error.message)
      if (found !== undefined) faults.push(`${found}\n${shown(one)}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  expect(faults, `seed ${seed}, ${count} requests`).toEqual([])
  expect((await server.api.get('/readyz')).text).toBe('ok')
  expect(await rss()).toBeLessThan(mostMemory)
  const all = await server.api.get('/api/v1/configmaps', { authorization: `Bearer ${adminToken}` })
  expect(all.status).toBe(200)
})

test('files that are nearly good', async () => {
  const random = new Random(seed)
  const folder = join(server.root, 'registry', 'core', 'configmaps', 'default')
  mkdirSync(folder, { recursive: true })
  const good = (name: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: default\ndata:\n  a: b\n`
  for (let i = 0; i < 60; i++) {
    const text = Buffer.from(good(`fuzz-${i}`))
    writeFileSync(join(folder, `fuzz-${i}.yaml`), mutateBytes(random, text, random.bytes(40)))
  }
  writeFileSync(join(folder, 'fuzz-last.yaml'), good('fuzz-last'))
  const headers = { authorization: `Bearer ${adminToken}` }
  const path = '/api/v1/namespaces/default/configmaps/fuzz-last'
  await eventually(
    'the good one is served',
    async () => (await server.api.get(path, headers)).status === 200 || undefined,
  )
  expect((await server.api.get('/readyz')).text).toBe('ok')
})
