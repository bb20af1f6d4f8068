import { expect, it } from 'vitest'
import { overEtcd, startEtcd } from '../support/etcd.js'
import { eventually } from '../support/eventually.js'
import { startServer } from '../support/server.js'
import { box, boxes, tellingModule } from '../support/telling-module.js'
import { whereEtcdIs } from '../support/where-etcd-is.js'

whereEtcdIs((binary) => {
  it('two servers tell each change once between them, and checks hold between them', async () => {
    const cluster = await startEtcd(binary)
    const { module, told } = tellingModule()
    const args = [...overEtcd(cluster), '--controllers=', `--apis=${module}`]
    const servers = [await startServer({ args }), await startServer({ args })]
    const [first, second] = servers.map(({ api }) => api)
    await first?.post(boxes, box('a', 'low'))
    await eventually('it is told', () => told().length === 1)
    // Many at once for one shelf: whichever server they come to, one gets it.
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => (i % 2 ? first : second)?.post(boxes, box(`b${i}`, 'top'))),
    )
    expect(answers.map((answer) => answer?.status).sort()).toEqual([201, ...Array(11).fill(422)])
    await second?.delete(`${boxes}/a`)
    await eventually('all is told', () => told().length === 3)
    await servers[0]?.stop()
    await second?.post(boxes, box('c', 'high'))
    await eventually('the other goes on', () => told().includes('created c'))
    expect(told()).toEqual(['created a', expect.stringMatching(/^created b\d+$/), 'deleted a', 'created c'])
    await servers[1]?.stop()
    await cluster.stop()
  })
})
