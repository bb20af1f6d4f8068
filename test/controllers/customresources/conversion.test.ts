import { afterAll, describe, expect } from 'vitest'
import type { KubeObject } from '../../../src/meta/object.js'
import { definitionOf, definitionsPath, establish } from '../../support/custom-resources.js'
import { eventually } from '../../support/eventually.js'
import type { Answer, HttpClient, ListBody } from '../../support/http.js'
import { test } from '../../support/server-test.js'
import { startWebhookServer } from '../../support/webhook-server.js'
import { by, convertAll, wrongAnswers } from './boxes.js'

const hooks = await startWebhookServer(['boxes.default.svc'])
afterAll(() => hooks.close())

const group = 'conv.io'
const at = (version: string, name = '') => `/apis/${group}/${version}/namespaces/default/boxs${name}`
const box = (version: string, name: string, spec: object): KubeObject => ({
  apiVersion: `${group}/${version}`,
  kind: 'Box',
  metadata: { name },
  spec,
})
const text = { type: 'string' }
const schemaOf = (properties: object) => ({
  openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } },
})
const byUrl = () => {
  const clientConfig = { url: `https://127.0.0.1:${hooks.port}/convert`, caBundle: hooks.caBundle }
  return { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'], clientConfig } }
}

interface TableBody {
  readonly columnDefinitions: readonly { readonly name: string }[]
  readonly rows: readonly { readonly cells: readonly unknown[] }[]
}

async function establishBoxes(api: HttpClient): Promise<void> {
  if ((await api.get(`${definitionsPath}/boxs.${group}`)).status === 200) return
  hooks.on('/convert', convertAll)
  const scale = { specReplicasPath: '.spec.count', statusReplicasPath: '.status.count' }
  const [both, subresources] = [{ count: { type: 'integer' } }, { scale }]
  const v1 = { name: 'v1', served: true, storage: true, schema: schemaOf({ size: text, ...both }), subresources }
  const v2 = { name: 'v2', served: true, storage: false, schema: schemaOf({ height: text, width: text, ...both }) }
  const versions = [
    { ...v1, deprecated: true },
    { ...v2, subresources, selectableFields: [{ jsonPath: '.spec.width' }] },
  ]
  await establish(api, definitionOf('Box', group, {}, { spec: { conversion: byUrl(), versions } }))
  for (const name of ['a', 'b', 'c']) await api.post(at('v2'), box('v2', name, { height: name, width: '2' }))
}

const messageOf = (answer: Answer) => answer.json<{ message: string }>().message

describe('conversion by a webhook (R42)', () => {
  test('is asked once for a list, and what it makes is held to the schema', async ({ api }) => {
    await establishBoxes(api)
    expect((await api.get(at('v1', '/a'))).json().spec).toEqual({ size: 'ax2' })
    const asked = hooks.seen('/convert').length
    const { items } = (await api.get(at('v2'))).json<ListBody>()
    expect(items.map(({ spec }) => spec)).toContainEqual({ height: 'c', width: '2' })
    const requests = hooks.seen('/convert').slice(asked)
    expect(requests.length).toBeLessThanOrEqual(1)
    const { headers } = await api.get(at('v1', '/b'))
    expect(headers.warning).toContain('conv.io/v1 Box is deprecated; use conv.io/v2 Box')
  })

  test('is asked several times for a list that is long', async ({ api }) => {
    await establishBoxes(api)
    const size = `${'x'.repeat(700_000)}y`
    const names = ['l1', 'l2', 'l3', 'l4']
    for (const name of names) await api.post(at('v1'), box('v1', name, { size }))
    const asked = hooks.seen('/convert').length
    const { items } = (await api.get(at('v2'))).json<ListBody>()
    expect(items.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(names))
    expect(hooks.seen('/convert').length - asked).toBe(2)
    for (const name of names) await api.delete(at('v1', `/${name}`))
  })

  test('works for patches, apply and watches', async ({ api }) => {
    await establishBoxes(api)
    const watch = await api.watch(`${at('v2')}?watch=true&resourceVersion=0&fieldSelector=metadata.name%3Da`)
    expect((await watch.next()).object.spec).toEqual({ height: 'a', width: '2' })
    expect((await api.patch(at('v2', '/a'), { spec: { width: '9' } })).json().spec).toEqual({ height: 'a', width: '9' })
    expect((await watch.next()).object.spec).toEqual({ height: 'a', width: '9' })
    expect((await api.get(at('v1', '/a'))).json().spec).toEqual({ size: 'ax9' })
    watch.close()
  })

  test.for(wrongAnswers)(
    'that answers with %s fails the request, in upstream’s words',
    async ([, hook, message], { api }) => {
      await establishBoxes(api)
      await api.post(at('v1'), box('v1', 'bad', { size: '1x1' }))
      hooks.on('/convert', hook as typeof convertAll)
      const answer = await api.get(at('v2', '/bad'))
      hooks.on('/convert', convertAll)
      expect([answer.status, messageOf(answer)]).toEqual([500, message])
      await api.delete(at('v1', '/bad'))
    },
  )

  test('that is busy is asked again as long as it says when, ten times', async ({ api }) => {
    await establishBoxes(api)
    const busy = { status: 503, raw: 'oops', headers: { 'retry-after': '0' } }
    const read = async (name: string, refusals: number) => {
      await api.post(at('v1'), box('v1', name, { size: '1x1' }))
      let asked = 0
      hooks.on('/convert', (request) => (asked++ < refusals ? busy : convertAll(request)))
      const answer = await api.get(at('v2', `/${name}`))
      hooks.on('/convert', convertAll)
      await api.delete(at('v1', `/${name}`))
      return [asked, answer.status, answer.json<{ message?: string }>().message]
    }
    expect(await read('later', 2)).toEqual([3, 200, undefined])
    const unable = `${by} failed: the server is currently unable to handle the request`
    expect(await read('never', 99)).toEqual([11, 500, unable])
  })

  test('that fails ends a watch with an ERROR event', async ({ api }) => {
    await establishBoxes(api)
    const { metadata } = (await api.get(at('v2'))).json<ListBody>()
    const watch = await api.watch(`${at('v2')}?watch=true&resourceVersion=${metadata.resourceVersion}`)
    await api.post(at('v1'), box('v1', 'good', { size: '1x1' }))
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { spec: { height: '1' } } })
    hooks.on('/convert', () => ({ response: { result: { status: 'Failed', message: 'no way' } } }))
    await api.post(at('v1'), box('v1', 'bad', { size: '1x1' }))
    const status = { code: 500, reason: 'InternalError', message: `${by} failed: no way` }
    expect(await watch.next()).toMatchObject({ type: 'ERROR', object: status })
    await watch.ended()
    hooks.on('/convert', convertAll)
    for (const name of ['bad', 'good']) await api.delete(at('v1', `/${name}`))
  })

  test('that fails is a reason to deny for policies of the other version', async ({ api }) => {
    await establishBoxes(api)
    const policies = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies'
    const rule = { apiGroups: [group], apiVersions: ['v2'], operations: ['CREATE'], resources: ['boxs'] }
    const spec = { matchConstraints: { resourceRules: [rule] }, validations: [{ expression: 'true' }] }
    const policy = await api.post(policies, { metadata: { name: 'boxes' }, spec })
    expect(policy.status, policy.text).toBe(201)
    const binding = { policyName: 'boxes', validationActions: ['Deny'] }
    const bindings = policies.replace(/ies$/, 'ybindings')
    await api.post(bindings, { metadata: { name: 'boxes' }, spec: binding })
    hooks.on('/convert', () => ({ response: { result: { status: 'Failed', message: 'no way' } } }))
    const create = () => api.post(`${at('v1')}?dryRun=All`, box('v1', 'denied', { size: '1x1' }))
    const refused = await eventually('the policy is bound', async () => {
      const answer = await create()
      return answer.status === 201 ? undefined : answer
    })
    hooks.on('/convert', convertAll)
    const why = `failed to configure binding: failed to convert object version: ${by} failed: no way`
    expect([refused.status, messageOf(refused)]).toEqual([
      422,
      `boxs.conv.io "denied" is forbidden: ValidatingAdmissionPolicy 'boxes' with binding 'boxes' denied request: ${why}`,
    ])
    await Promise.all([`${policies}/boxes`, `${bindings}/boxes`].map((path) => api.delete(path)))
  })

  test('comes before the fields of the requested version are selected by', async ({ api }) => {
    await establishBoxes(api)
    for (const name of ['w1', 'w2', 'w3']) await api.post(at('v1'), box('v1', name, { size: 'wx7' }))
    const selected = `${at('v2')}?fieldSelector=spec.width%3D7`
    const page = (await api.get(`${selected}&limit=2`)).json<ListBody>()
    expect(page.items.map(({ metadata }) => metadata.name)).toEqual(['w1', 'w2'])
    const rest = (await api.get(`${selected}&limit=2&continue=${page.metadata.continue}`)).json<ListBody>()
    expect(rest.items.map(({ metadata }) => metadata.name)).toEqual(['w3'])
    const watch = await api.watch(`${selected}&watch=true&resourceVersion=${page.metadata.resourceVersion}`)
    await api.patch(at('v1', '/w1'), { spec: { size: 'wx8' } })
    await api.patch(at('v2', '/w1'), { spec: { width: '7', height: 'h' } })
    expect(await watch.next()).toMatchObject({ type: 'DELETED', object: { spec: { width: '7', height: 'w' } } })
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { spec: { width: '7', height: 'h' } } })
    watch.close()
    for (const name of ['w1', 'w2', 'w3']) await api.delete(at('v1', `/${name}`))
  })

  test('is asked at a Service, in a v1beta1 review', async ({ api }) => {
    await establishBoxes(api)
    const services = '/api/v1/namespaces/default/services'
    const service = { namespace: 'default', name: 'boxes', path: '/service', port: hooks.port }
    const clientConfig = { service, caBundle: hooks.caBundle, url: null }
    const beta = { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1beta1'], clientConfig } }
    await api.patch(`${definitionsPath}/boxs.${group}`, { spec: { conversion: beta } })
    const failed = (why: string) =>
      `${by} failed: Post "https://boxes.default.svc:${hooks.port}/service?timeout=30s": ${why}`
    const read = () => api.get(at('v2', '/a'))
    const missing = failed('service "boxes" not found')
    await eventually('the Service is asked', async () => messageOf(await read()) === missing)
    const made = await api.post(services, {
      ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'boxes' } },
      spec: { clusterIP: 'None', ports: [{ port: hooks.port }] },
    })
    expect(made.status, made.text).toBe(201)
    expect(messageOf(await read())).toBe(failed('no endpoints available for service "boxes"'))
    await api.patch(`${services}/boxes`, { spec: { type: 'ExternalName', externalName: 'localhost', clusterIP: null } })
    hooks.on('/service', convertAll)
    const found = await read()
    expect(found.json().spec, found.text).toMatchObject({ height: 'a' })
    await api.delete(`${services}/boxes`)
    await api.patch(`${definitionsPath}/boxs.${group}`, [{ op: 'replace', path: '/spec/conversion', value: byUrl() }])
    await eventually('the URL is asked', async () => (await read()).status === 200)
  })

  test('makes a scale of either version, also as a Table', async ({ api }) => {
    await establishBoxes(api)
    await api.patch(at('v2', '/c'), { spec: { count: 3 } })
    const scale = await api.get(at('v1', '/c/scale'))
    expect(scale.json()).toMatchObject({ kind: 'Scale', spec: { replicas: 3 }, status: { replicas: 0 } })
    const table = await api.get(at('v2', '/c/scale'), { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })
    const { columnDefinitions, rows } = table.json<TableBody>()
    expect(columnDefinitions.map(({ name }) => name)).toEqual(['Name', 'Desired', 'Available', 'Age'])
    expect(rows[0]?.cells.slice(0, 3)).toEqual(['c', 3, 0])
    const meta = await api.get(at('v2', '/c/scale'), {
      accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
    })
    expect(meta.json()).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'c' } })
  })

  test('of what is stored in an older storage version goes on', async ({ api }) => {
    await establishBoxes(api)
    await api.patch(`${definitionsPath}/boxs.${group}`, [
      { op: 'replace', path: '/spec/versions/0/storage', value: false },
      { op: 'replace', path: '/spec/versions/1/storage', value: true },
    ])
    const crd = (await api.get(`${definitionsPath}/boxs.${group}`)).json()
    expect(crd.status).toMatchObject({ storedVersions: ['v1', 'v2'] })
    await eventually('v2 is what is stored', async () => {
      const patched = await api.patch(at('v2', '/b'), { metadata: { labels: { again: 'yes' } } })
      return patched.status === 200
    })
    expect((await api.get(at('v1', '/b'))).json().spec).toEqual({ size: 'bx2' })
    expect((await api.get(at('v2', '/c'))).json().spec).toMatchObject({ height: 'c', width: '2' })
  })
})
