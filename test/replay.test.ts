import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { projectFolder } from './support/project-folder.js'
import { startServer, type TestServer } from './support/server.js'
import { temporaryFolder } from './support/temporary-folder.js'

/**
 * Recorded requests of a real kube-apiserver 1.36.3, sent to this server, and the answers compared. What is judged is
 * a range of ids; the share that matches must not fall.
 */
const areas: readonly { name: string; from: number; to: number; atLeast: number }[] = [
  { name: 'verbs, patches, lists, watches, negotiation', from: 46, to: 382, atLeast: 0.95 },
]

const vectors = join(projectFolder, 'test', 'vectors')
const servers: TestServer[] = []
afterAll(async () => {
  for (const server of servers) await server.stop()
})

/** As the reference was run: RBAC, no controllers, nobody let in without credentials. */
async function reference(): Promise<TestServer> {
  const args = ['--authorization-mode=RBAC', '--authn-allow-localhost=false', '--controllers=']
  const server = await startServer({ args: [`--token-auth-file=${join(vectors, 'tokens.csv')}`, ...args] })
  servers.push(server)
  return server
}

interface Report {
  passed: number
  judged: number
  failures: { id: number; request: string; found: string[] }[]
}

async function replay(base: string, from: number, to: number): Promise<Report> {
  const json = join(temporaryFolder(), 'report.json')
  const range = ['--from', String(from), '--to', String(to)]
  const args = [join(vectors, 'replay.mjs'), '--base', base, ...range, '--json', json, '--settle', '0']
  await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 })
  return JSON.parse(await readFile(json, 'utf8')) as Report
}

describe('recorded answers', () => {
  for (const { name, from, to, atLeast } of areas) {
    it(`of ${name} (${from} to ${to}) match`, async () => {
      const { passed, judged, failures } = await replay((await reference()).url, from, to)
      const different = failures.map(({ id, request, found }) => `${id} ${request}: ${found[0]?.slice(0, 200)}`)
      expect(judged).toBeGreaterThan(200)
      expect(passed / judged, different.join('\n')).toBeGreaterThanOrEqual(atLeast)
    })
  }
})
