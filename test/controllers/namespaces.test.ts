import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import { created } from '../support/expect-answer.js'
import type { HttpClient, ListBody } from '../support/http.js'
import { pizza, restaurant } from '../support/restaurant.js'
import { test as it } from '../support/server-test.js'

const held = { finalizers: ['wukong.com/hold'] }

interface Namespace extends KubeObject {
  readonly status: {
    readonly phase: string
    readonly conditions?: {
      type: string
      status: string
      reason: string
      message: string
      lastTransitionTime: string
    }[]
  }
}

const pathOf = (name: string) => `/api/v1/namespaces/${name}`
const core = (namespace: string, plural: string) => `${pathOf(namespace)}/${plural}`

const gone = (api: HttpClient, name: string) =>
  eventually(`${name} is gone`, async () => (await api.get(pathOf(name))).status === 404)

const configMap = (name: string, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
})

describe('a namespace that is deleted', () => {
  it('V51: is gone with all that is in it, and can be made again', async ({ api, namespace }) => {
    const first = (await api.get(pathOf(namespace))).json()
    for (let i = 0; i < 20; i++) created(await api.post(core(namespace, 'configmaps'), configMap(`c${i}`)))
    created(await api.post(core(namespace, 'secrets'), { metadata: { name: 's' } }))
    created(await api.post(restaurant.pizzas(namespace), pizza('quattro')))
    const watch = await api.watch(`/api/v1/namespaces?watch=true&fieldSelector=metadata.name%3D${namespace}`)
    const deleting = (await api.delete(pathOf(namespace))).json<Namespace>()
    expect(deleting).toMatchObject({ kind: 'Namespace', status: { phase: 'Terminating' } })
    await gone(api, namespace)
    for (const path of [core(namespace, 'configmaps'), core(namespace, 'secrets'), restaurant.pizzas(namespace)]) {
      expect((await api.get(path)).json<ListBody>().items).toEqual([])
    }
    const last = await eventually('it is told', async () => {
      const event = await watch.next<Namespace>()
      return event.type === 'DELETED' && event.object
    })
    expect(last.metadata.uid).toBe(first.metadata.uid)
    watch.close()
    const again = created(await api.post('/api/v1/namespaces', { metadata: { name: namespace } }))
    expect(again.metadata.uid).not.toBe(first.metadata.uid)
    expect(again).toMatchObject({ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } })
    created(await api.post(core(namespace, 'configmaps'), configMap('c0')))
  })

  it('V52: says what it waits for, and goes when the last finalizer does', async ({ api, namespace }) => {
    created(await api.post(core(namespace, 'configmaps'), configMap('free')))
    created(await api.post(core(namespace, 'configmaps'), configMap('stuck', held)))
    for (const name of ['a', 'b']) created(await api.post(restaurant.pizzas(namespace), pizza(name, held)))
    await api.delete(pathOf(namespace))
    const { status } = await eventually('its conditions say so', async () => {
      const found = (await api.get(pathOf(namespace))).json<Namespace>()
      return found.status.conditions && found
    })
    const shown = status.conditions?.map(({ type, status, reason, message }) => [type, status, reason, message])
    expect(shown).toEqual([
      ['NamespaceDeletionDiscoveryFailure', 'False', 'ResourcesDiscovered', 'All resources successfully discovered'],
      [
        'NamespaceDeletionGroupVersionParsingFailure',
        'False',
        'ParsedGroupVersions',
        'All legacy kube types successfully parsed',
      ],
      [
        'NamespaceDeletionContentFailure',
        'False',
        'ContentDeleted',
        'All content successfully deleted, may be waiting on finalization',
      ],
      [
        'NamespaceContentRemaining',
        'True',
        'SomeResourcesRemain',
        'Some resources are remaining: configmaps. has 1 resource instances, ' +
          'pizzas.restaurant.wukong.com has 2 resource instances',
      ],
      [
        'NamespaceFinalizersRemaining',
        'True',
        'SomeFinalizersRemain',
        'Some content in the namespace has finalizers remaining: wukong.com/hold in 3 resource instances',
      ],
    ])
    const { items } = (await api.get(core(namespace, 'configmaps'))).json<ListBody>()
    expect(items.map((c) => c.metadata.name)).toEqual(['stuck'])
    const free = { metadata: { finalizers: null } }
    await api.patch(`${core(namespace, 'configmaps')}/stuck`, free)
    const remaining = await eventually('one kind is left', async () => {
      const found = (await api.get(pathOf(namespace))).json<Namespace>()
      const message = found.status.conditions?.[3]?.message
      return message?.includes('configmaps') ? undefined : message
    })
    expect(remaining).toBe('Some resources are remaining: pizzas.restaurant.wukong.com has 2 resource instances')
    for (const name of ['a', 'b']) await api.patch(`${restaurant.pizzas(namespace)}/${name}`, free)
    await gone(api, namespace)
  })

  it('V56: loses its pods before anything else', async ({ api, namespace }) => {
    const container = { name: 'c', image: 'i' }
    const pod = { metadata: { name: 'p', ...held }, spec: { containers: [container] } }
    created(await api.post(core(namespace, 'pods'), pod))
    created(await api.post(core(namespace, 'configmaps'), configMap('waits')))
    await api.delete(pathOf(namespace))
    await eventually('the pod is told of', async () => {
      return (await api.get(pathOf(namespace))).text.includes('pods. has 1 resource instances')
    })
    expect((await api.get(`${core(namespace, 'configmaps')}/waits`)).json().metadata.deletionTimestamp).toBeUndefined()
    await api.patch(`${core(namespace, 'pods')}/p`, { metadata: { finalizers: null } })
    await gone(api, namespace)
  })

  it('V51: waits for finalizers of its own and of others', async ({ api, namespace }) => {
    const path = pathOf(namespace)
    await api.patch(path, { metadata: held })
    const current = (await api.get(path)).json<Namespace>()
    const spec = { finalizers: ['kubernetes', 'wukong.com/other'] }
    expect((await api.put(`${path}/finalize`, { ...current, spec })).status).toBe(200)
    await api.delete(path)
    const left = await eventually('kubernetes is done', async () => {
      const found = (await api.get(path)).json<Namespace & { spec: { finalizers?: string[] } }>()
      return !found.spec.finalizers?.includes('kubernetes') && found
    })
    expect(left.spec.finalizers).toEqual(['wukong.com/other'])
    const done = await api.put(`${path}/finalize`, { ...left, spec: {} })
    expect(done.status, done.text).toBe(200)
    expect((await api.get(path)).status).toBe(200)
    await api.patch(path, { metadata: { finalizers: null } })
    await gone(api, namespace)
  })

  it('STORE 5: takes with it what is created at the same moment', async ({ api, namespace }) => {
    let stop = false
    let count = 0
    const writers = Array.from({ length: 8 }, async (_, lane) => {
      for (let i = 0; !stop; i++) {
        const answer = await api.post(core(namespace, 'configmaps'), configMap(`w${lane}-${i}`))
        if (answer.status === 201) count++
        else expect([403, 404]).toContain(answer.status)
      }
    })
    await eventually('there is something', () => count > 50)
    await api.delete(pathOf(namespace))
    await gone(api, namespace)
    stop = true
    await Promise.all(writers)
    expect((await api.get(core(namespace, 'configmaps'))).json<ListBody>().items).toEqual([])
  })
})

describe('every namespace', () => {
  const defaultAccount = (namespace: string) => `${core(namespace, 'serviceaccounts')}/default`
  const rootCa = (namespace: string) => `${core(namespace, 'configmaps')}/kube-root-ca.crt`
  const there = (api: HttpClient, path: string) =>
    eventually(`${path} is there`, async () => {
      const answer = await api.get(path)
      return answer.status === 200 && answer.json<KubeObject & { data?: Record<string, string> }>()
    })

  it('V55: has a default account and the CA, again when they are deleted', async ({ api, server, namespace }) => {
    for (const name of [namespace, 'default', 'kube-system', 'kube-public', 'kube-node-lease']) {
      await there(api, defaultAccount(name))
      const { data, metadata } = await there(api, rootCa(name))
      expect(data).toEqual({ 'ca.crt': readFileSync(join(server.root, 'cert/ca.crt'), 'utf8') })
      expect(Object.keys(metadata.annotations ?? {})).toEqual(['kubernetes.io/description'])
    }
    for (const path of [defaultAccount(namespace), rootCa(namespace)]) {
      const { metadata } = (await api.get(path)).json()
      expect((await api.delete(path)).status).toBe(200)
      await eventually('it is back', async () => (await there(api, path)).metadata.uid !== metadata.uid)
    }
  })

  it('V55: gets its CA back when it is changed, and keeps what was added to its account', async ({
    api,
    namespace,
  }) => {
    const { data } = await there(api, rootCa(namespace))
    await api.patch(rootCa(namespace), { data: { 'ca.crt': 'mine', more: 'x' } })
    await eventually('it is as it was', async () => {
      const now = (await there(api, rootCa(namespace))).data
      return now?.['ca.crt'] === data?.['ca.crt'] && now?.more === undefined
    })
    await there(api, defaultAccount(namespace))
    await api.patch(defaultAccount(namespace), { imagePullSecrets: [{ name: 's' }] })
    expect((await api.get(defaultAccount(namespace))).json().imagePullSecrets).toEqual([{ name: 's' }])
  })
})
