import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectFolder } from './support/project-folder.js'
import { startServer, type TestServer } from './support/server.js'
import { temporaryFolder } from './support/temporary-folder.js'

/**
 * Recorded requests of a real kube-apiserver 1.36.3, sent to this server, and the answers compared. What is judged is
 * a range of ids; the share that matches must not fall.
 */
const areas: readonly { name: string; from: number; to: number; atLeast: number }[] = [
  { name: 'discovery, documents, health', from: 0, to: 45, atLeast: 0.94 },
  { name: 'verbs, patches, lists, watches, negotiation', from: 46, to: 382, atLeast: 0.95 },
  { name: 'authentication, authorization, tokens, APIServices', from: 383, to: 452, atLeast: 0.95 },
  { name: 'CustomResourceDefinitions', from: 464, to: 626, atLeast: 0.95 },
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

interface Failure {
  id: number
  request: string
  found: string[]
}

/** What follows a definition and its removal comes a moment after the answer, in milliseconds. */
const settle = 50

/** The file is one sequence, so it is sent once; answers are judged from the first area to the last. */
async function replay(base: string): Promise<Failure[]> {
  const json = join(temporaryFolder(), 'report.json')
  const range = ['--from', String(areas[0]?.from), '--to', String(areas.at(-1)?.to)]
  const args = [join(vectors, 'replay.mjs'), '--base', base, ...range, '--json', json, '--settle', String(settle)]
  await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 })
  return (JSON.parse(await readFile(json, 'utf8')) as { failures: Failure[] }).failures
}

/** Ids of the answers that can be compared. */
async function judgedIds(): Promise<number[]> {
  const lines = (await readFile(join(vectors, 'vectors.jsonl'), 'utf8')).trim().split('\n')
  const rows = lines.map((line) => JSON.parse(line) as { id: number; unjudged?: boolean; skip?: string })
  return rows.filter(({ unjudged, skip }) => !unjudged && !skip).map(({ id }) => id)
}

describe('recorded answers', () => {
  let failures: Failure[]
  let ids: number[]
  beforeAll(async () => {
    ids = await judgedIds()
    failures = await replay((await reference()).url)
  })
  for (const { name, from, to, atLeast } of areas) {
    it(`of ${name} (${from} to ${to}) match`, () => {
      const within = (id: number) => id >= from && id <= to
      const different = failures.filter(({ id }) => within(id))
      const judged = ids.filter(within).length
      const told = different.map(({ id, request, found }) => `${id} ${request}: ${found[0]?.slice(0, 200)}`)
      expect(judged).toBeGreaterThan(15)
      expect((judged - different.length) / judged, told.join('\n')).toBeGreaterThanOrEqual(atLeast)
    })
  }
})
