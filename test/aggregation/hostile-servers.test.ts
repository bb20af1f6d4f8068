import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { apiServicesPath, availability, becomes, clientCertificate, register } from '../support/api-services.js'
import { definitionOf, establish } from '../support/custom-resources.js'
import { eventually } from '../support/eventually.js'
import { done } from '../support/expect-answer.js'
import type { ListBody } from '../support/http.js'
import { test as it, type Seen, things, wellBehaved } from '../support/other-servers.js'
import { startServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const aggregatedForm = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' }

describe('a server that misbehaves', () => {
  it('by never answering, or with garbage, harms nobody else', async ({ api, listen }) => {
    const hang = await listen('hang.io', () => {})
    const garbage = await listen('garbage.io', (_request, response) => void response.end('{"kind":"APIResourceList",'))
    const wrong = await listen(
      'wrong.io',
      (_request, response) =>
        void response.end(JSON.stringify({ groupVersion: 'wrong.io/v1', resources: [{ name: 7 }, null, things] })),
    )
    for (const [group, port] of Object.entries({ 'hang.io': hang, 'garbage.io': garbage, 'wrong.io': wrong })) {
      await register(api, group, port)
    }
    await becomes(api, 'v1.wrong.io', 'Passed')
    await becomes(api, 'v1.garbage.io', 'Passed')
    const items = done<ListBody<{ metadata: { name: string }; versions: object[] }>>(
      await api.get('/apis', aggregatedForm),
    ).items
    const versions = (group: string) => items.find(({ metadata }) => metadata.name === group)?.versions
    expect(versions('garbage.io')).toEqual([{ version: 'v1', freshness: 'Stale' }])
    expect(versions('wrong.io')).toMatchObject([{ freshness: 'Current', resources: [{ resource: 'things' }] }])
    expect(versions('apps')).toMatchObject([{ freshness: 'Current' }])
    done(await api.get('/openapi/v3'))
    done(await api.get('/api/v1/namespaces'))
    expect((await availability(api, 'v1.hang.io'))?.status).not.toBe('True')
  })

  it('by leading back here is told so', async () => {
    const folder = temporaryFolder()
    const proxy = await clientCertificate('front-proxy-client')
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    const flags = [
      `--requestheader-client-ca-file=${file('ca.crt', proxy.ca)}`,
      `--proxy-client-cert-file=${file('proxy.crt', proxy.cert)}`,
      `--proxy-client-key-file=${file('proxy.key', proxy.key)}`,
    ]
    const server = await startServer({ args: ['--backend=memory', '--controllers=', ...flags] })
    try {
      const { api } = server
      const name = await register(api, 'loop.io', Number(new URL(server.secureUrl).port))
      await becomes(api, name, 'FailedDiscoveryCheck')
      const conditions = [{ type: 'Available', status: 'True', reason: 'Said', message: '' }]
      await eventually('the loop is found', async () => {
        done(await api.patch(`${apiServicesPath}/${name}/status`, { status: { conditions } }))
        const answer = await api.get('/apis/loop.io/v1/things')
        return answer.status === 503 && answer.text.includes('leads around in a circle')
      })
    } finally {
      await server.stop()
    }
  })
})

describe('a group version that a definition serves too', () => {
  it('is the other server’s, who also has its say in discovery', async ({ api, listen }) => {
    const port = await listen('both.io', wellBehaved)
    await becomes(api, await register(api, 'both.io', port), 'Passed')
    await establish(api, definitionOf('Own', 'both.io', { type: 'object' }))
    expect(done<Seen>(await api.get('/apis/both.io/v1/owns')).url).toBe('/apis/both.io/v1/owns')
    const { items } = done<ListBody<{ metadata: { name: string } }>>(await api.get('/apis', aggregatedForm))
    expect(items.find(({ metadata }) => metadata.name === 'both.io')).toEqual({
      metadata: { name: 'both.io' },
      versions: [
        {
          version: 'v1',
          freshness: 'Current',
          resources: [
            {
              ...{ resource: 'things', responseKind: { group: '', version: '', kind: 'Thing' }, scope: 'Namespaced' },
              ...{ singularResource: 'thing', verbs: ['get', 'list'] },
              subresources: [
                { subresource: 'status', responseKind: { group: '', version: '', kind: 'Thing' }, verbs: ['get'] },
              ],
            },
          ],
        },
      ],
    })
  })
})
