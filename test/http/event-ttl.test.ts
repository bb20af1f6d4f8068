import { expect, it } from 'vitest'
import { eventually } from '../support/eventually.js'
import { startServer } from '../support/server.js'

it('Events go when their time is up, in both of their groups, and nothing else does', async () => {
  const server = await startServer({ args: ['--event-ttl=500ms'] })
  try {
    const { api } = server
    const at = '/api/v1/namespaces/default'
    const event = {
      metadata: { name: 'e' },
      involvedObject: { kind: 'Pod', namespace: 'default', name: 'p' },
      ...{ type: 'Normal', reason: 'Testing' },
    }
    expect((await api.post(`${at}/configmaps`, { metadata: { name: 'e' } })).status).toBe(201)
    expect((await api.post(`${at}/events`, event)).status).toBe(201)
    await eventually('the Event is gone', async () => (await api.get(`${at}/events/e`)).status === 404)
    expect((await api.get('/apis/events.k8s.io/v1/namespaces/default/events/e')).status).toBe(404)
    expect((await api.get(`${at}/configmaps/e`)).status).toBe(200)
  } finally {
    await server.stop()
  }
})
