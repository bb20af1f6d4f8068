import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { overEtcd, startEtcd } from '../support/etcd.js'
import { eventually } from '../support/eventually.js'
import { projectFolder } from '../support/project-folder.js'
import { startServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { whereEtcdIs } from '../support/where-etcd-is.js'

/** Boxes of which there may be one a shelf; what `afterCommit` is told goes to a file. */
function moduleTelling(file: string): string {
  const path = join(temporaryFolder(), 'boxes.mjs')
  const sdk = join(projectFolder, 'dist', 'src', 'sdk', 'index.js')
  writeFileSync(
    path,
    `import { appendFileSync } from 'node:fs'
import { defineGroup, defineResource, fieldError } from '${sdk}'
const names = { plural: 'boxes', singular: 'box', kind: 'Box' }
const boxes = defineResource({
  group: 'store.example.com', names, scope: 'Cluster',
  versions: { v1: { schema: { type: 'object', properties: { shelf: { type: 'string' } } } } },
  check: (box, objects) => objects.list({ group: 'store.example.com', names }).some(({ metadata, shelf }) =>
    shelf === box.shelf && metadata.name !== box.metadata.name) ? [fieldError.invalid('shelf', box.shelf, 'is taken')] : [],
  afterCommit: ({ type, object }) => appendFileSync('${file}', type + ' ' + object.metadata.name + '\\n'),
})
export default defineGroup({ group: 'store.example.com', resources: [boxes] })
`,
  )
  return path
}

const path = '/apis/store.example.com/v1/boxes'
const box = (name: string, shelf: string) =>
  ({ apiVersion: 'store.example.com/v1', kind: 'Box', metadata: { name }, shelf }) as KubeObject

whereEtcdIs((binary) => {
  it('two servers tell each change once between them, and checks hold between them', async () => {
    const cluster = await startEtcd(binary)
    const file = join(temporaryFolder(), 'told')
    appendFileSync(file, '')
    const told = () => readFileSync(file, 'utf8').split('\n').filter(Boolean)
    const args = [...overEtcd(cluster), '--controllers=', `--apis=${moduleTelling(file)}`]
    const servers = [await startServer({ args }), await startServer({ args })]
    const [first, second] = servers.map(({ api }) => api)
    await first?.post(path, box('a', 'low'))
    await eventually('it is told', () => told().length === 1)
    // Many at once for one shelf: whichever server they come to, one gets it.
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => (i % 2 ? first : second)?.post(path, box(`b${i}`, 'top'))),
    )
    expect(answers.map((answer) => answer?.status).sort()).toEqual([201, ...Array(11).fill(422)])
    await second?.delete(`${path}/a`)
    await eventually('all is told', () => told().length === 3)
    await servers[0]?.stop()
    await second?.post(path, box('c', 'high'))
    await eventually('the other goes on', () => told().includes('created c'))
    expect(told()).toEqual(['created a', expect.stringMatching(/^created b\d+$/), 'deleted a', 'created c'])
    await servers[1]?.stop()
    await cluster.stop()
  })
})
