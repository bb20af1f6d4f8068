import { StatusError } from '../meta/status.js'
import type { EventWriter } from '../work/event-recorder.js'
import type { Client } from './client.js'

/** Writes Events over the API. */
export function clientWriter(client: Client): EventWriter {
  const path = (namespace: string) => `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`
  return {
    async create(namespace, event) {
      await client.request('POST', path(namespace), { body: event })
    },
    async countAgain(namespace, name, again) {
      const contentType = 'application/merge-patch+json'
      try {
        await client.request('PATCH', `${path(namespace)}/${name}`, { body: again, contentType })
        return true
      } catch (error) {
        if (error instanceof StatusError && error.code === 404) return false
        throw error
      }
    },
  }
}
