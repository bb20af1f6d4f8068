import { expect } from 'vitest'
import type { JsonObject } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import type { HttpClient } from '../support/http.js'
import { test as it } from '../support/server-test.js'

const accessModes = ['ReadWriteOnce']
const claim = (name: string, spec: JsonObject = {}) => ({
  metadata: { name },
  spec: { accessModes, resources: { requests: { storage: '1Gi' } }, ...spec },
})

/** Creates it, and asks for its deletion. */
async function madeAndDeleted(
  api: HttpClient,
  collection: string,
  body: { metadata: { name: string } },
  use: () => Promise<void>,
) {
  expect((await api.post(collection, body)).status).toBe(201)
  await use()
  expect((await api.delete(`${collection}/${body.metadata.name}`)).status).toBe(200)
  return `${collection}/${body.metadata.name}`
}

const finalizersOf = async (api: HttpClient, path: string) => (await api.get(path)).json().metadata.finalizers
const isGone = (api: HttpClient, path: string) =>
  eventually(`${path} to be gone`, async () => (await api.get(path)).status === 404)

it('claims stay while pods on nodes have them', async ({ api, namespace }) => {
  const at = `/api/v1/namespaces/${namespace}`
  const [pods, claims] = [`${at}/pods`, `${at}/persistentvolumeclaims`]
  const pod = (name: string, claimName: string, spec: JsonObject) => ({
    metadata: { name },
    spec: {
      containers: [{ name: 'c', image: 'i' }],
      volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }],
      ...spec,
    },
  })
  const used = await madeAndDeleted(api, claims, claim('used'), async () => {
    expect(await finalizersOf(api, `${claims}/used`)).toEqual(['kubernetes.io/pvc-protection'])
    expect((await api.post(pods, pod('on', 'used', { nodeName: 'n' }))).status).toBe(201)
  })
  const free = await madeAndDeleted(api, claims, claim('free'), async () => {
    expect((await api.post(pods, pod('off', 'free', {}))).status).toBe(201)
  })
  await isGone(api, free)
  expect(await finalizersOf(api, used)).toEqual(['kubernetes.io/pvc-protection'])
  expect((await api.delete(`${pods}/on?gracePeriodSeconds=0`)).status).toBe(200)
  await isGone(api, used)
})

it('volumes stay while claims have them, and get their finalizer back', async ({ api, namespace }) => {
  const spec = { accessModes, capacity: { storage: '1Gi' }, hostPath: { path: '/x' } }
  const bound = await madeAndDeleted(
    api,
    '/api/v1/persistentvolumes',
    { metadata: { name: namespace }, spec } as never,
    async () => {
      const volume = `/api/v1/persistentvolumes/${namespace}`
      expect((await api.patch(`${volume}/status`, { status: { phase: 'Bound' } })).status).toBe(200)
      expect((await api.patch(volume, { metadata: { finalizers: null } })).status).toBe(200)
      await eventually(
        'its finalizer',
        async () => (await finalizersOf(api, volume))?.[0] === 'kubernetes.io/pv-protection',
      )
    },
  )
  expect(await finalizersOf(api, bound)).toEqual(['kubernetes.io/pv-protection'])
  expect((await api.patch(`${bound}/status`, { status: { phase: 'Released' } })).status).toBe(200)
  await isGone(api, bound)
})

it('classes of attributes stay while claims have them', async ({ api, namespace }) => {
  const claims = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`
  const body = { metadata: { name: namespace }, driverName: 'x.y', parameters: { a: 'b' } }
  const at = '/apis/storage.k8s.io/v1/volumeattributesclasses'
  const used = await madeAndDeleted(api, at, body, async () => {
    expect((await api.post(claims, claim('c', { volumeAttributesClassName: namespace }))).status).toBe(201)
  })
  expect(await finalizersOf(api, used)).toEqual(['kubernetes.io/vac-protection'])
  expect((await api.delete(`${claims}/c`)).status).toBe(200)
  await isGone(api, used)
})
