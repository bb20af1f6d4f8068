import { namespaceTerminating } from '../admission/namespace-lifecycle.js'
import type { KubeObject } from '../meta/object.js'
import { errors, StatusError } from '../meta/status.js'
import type { Client } from '../reconcile/client.js'
import type { Admission } from '../registry/admission.js'
import type { Backend, Caller } from '../registry/backend.js'
import { create } from '../registry/create.js'
import { plainWrite } from '../registry/options.js'
import { storeKey } from '../store/keys.js'
import { KeptAnswers } from './kept-answers.js'
import { questionTimeout } from './token-reviews.js'

type State = 'active' | 'terminating' | 'missing'

/**
 * Namespaces are those of the server in front: something may be created here in each that is there, and in no other. One
 * that is missing here is made, so that what is in it has a namespace here too.
 */
export function namespacesInFront(client: Client, backend: () => Backend, caller: Caller): Admission {
  const states = new KeptAnswers<State>()
  return {
    async mutate(request) {
      const { operation, resource, namespace, dryRun } = request
      if (operation !== 'CREATE' || !resource.namespaced) return
      const state = await states.get(namespace, () => stateOf(client, namespace))
      if (state === 'missing') throw errors.notFound({ group: '', resource: 'namespaces' }, namespace)
      if (state === 'terminating') throw namespaceTerminating(request)
      const known = backend().cache.peek(storeKey('', 'namespaces', '', namespace))
      if (!known && !dryRun) await make(backend(), caller, namespace)
    },
  }
}

async function stateOf(client: Client, name: string): Promise<State> {
  try {
    const path = `/api/v1/namespaces/${encodeURIComponent(name)}`
    const { metadata } = await client.request<KubeObject>('GET', path, { signal: AbortSignal.timeout(questionTimeout) })
    return metadata.deletionTimestamp ? 'terminating' : 'active'
  } catch (error) {
    if (error instanceof StatusError && error.code === 404) return 'missing'
    throw errors.internal(`the namespace could not be looked up: ${(error as Error).message}`)
  }
}

async function make(backend: Backend, caller: Caller, name: string): Promise<void> {
  const resource = backend.registry.stored('', 'namespaces')
  if (!resource) return
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
  await create(backend, caller, { resource, namespace: '' }, object, {
    ...plainWrite,
    fieldManager: 'kube-apiserver',
  }).catch((error: unknown) => {
    if (!(error instanceof StatusError) || error.code !== 409) throw error
  })
  await backend.cache.fresh()
}
