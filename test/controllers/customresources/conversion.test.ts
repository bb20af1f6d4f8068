import { afterAll, describe, expect } from 'vitest'
import type { KubeObject } from '../../../src/meta/object.js'
import { definitionOf, definitionsPath, establish } from '../../support/custom-resources.js'
import { eventually } from '../../support/eventually.js'
import type { Answer, HttpClient, ListBody } from '../../support/http.js'
import { test } from '../../support/server-test.js'
import { type ReviewRequest, startWebhookServer } from '../../support/webhook-server.js'

const hooks = await startWebhookServer()
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
const objectsOf = (request: ReviewRequest) => request.objects as KubeObject[]

/** v1 has `size`, v2 has `height` and `width`. */
function converted(object: KubeObject, apiVersion: string): KubeObject {
  const spec = object.spec as { size?: string; height?: string; width?: string }
  const [height, width] = (spec.size ?? '').split('x')
  const next = apiVersion.endsWith('v1') ? { size: `${spec.height}x${spec.width}`, lost: 'x' } : { height, width }
  return { ...object, apiVersion, spec: next }
}

function convertAll(request: ReviewRequest) {
  const convertedObjects = objectsOf(request).map((object) => converted(object, String(request.desiredAPIVersion)))
  return { response: { convertedObjects, result: { status: 'Success' } } }
}

async function establishBoxes(api: HttpClient): Promise<void> {
  if ((await api.get(`${definitionsPath}/boxs.${group}`)).status === 200) return
  hooks.on('/convert', convertAll)
  const clientConfig = { url: `https://127.0.0.1:${hooks.port}/convert`, caBundle: hooks.caBundle }
  const conversion = { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'], clientConfig } }
  const versions = [
    { name: 'v1', served: true, storage: true, schema: schemaOf({ size: text }), deprecated: true },
    { name: 'v2', served: true, storage: false, schema: schemaOf({ height: text, width: text }) },
  ]
  await establish(api, definitionOf('Box', group, {}, { spec: { conversion, versions } }))
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

  test('works for patches, apply and watches', async ({ api }) => {
    await establishBoxes(api)
    const watch = await api.watch(`${at('v2')}?watch=true&resourceVersion=0&fieldSelector=metadata.name%3Da`)
    expect((await watch.next()).object.spec).toEqual({ height: 'a', width: '2' })
    expect((await api.patch(at('v2', '/a'), { spec: { width: '9' } })).json().spec).toEqual({ height: 'a', width: '9' })
    expect((await watch.next()).object.spec).toEqual({ height: 'a', width: '9' })
    expect((await api.get(at('v1', '/a'))).json().spec).toEqual({ size: 'ax9' })
    watch.close()
  })

  test.for<[string, (request: ReviewRequest) => object, RegExp]>([
    ['a failure', () => ({ response: { result: { status: 'Failed', message: 'no way' } } }), /failed: no way$/],
    ['no result', () => ({ response: {} }), /failed: response.result.status was '', not 'Success'$/],
    [
      'too few objects',
      () => ({ response: { convertedObjects: [], result: { status: 'Success' } } }),
      /returned 0 objects, expected 1$/,
    ],
    [
      'another version',
      (request) => ({ response: { convertedObjects: objectsOf(request), result: { status: 'Success' } } }),
      /returned invalid object: invalid groupVersion \(expected conv.io\/v2, received conv.io\/v1\)$/,
    ],
    [
      'another name',
      (request) => ({
        response: {
          convertedObjects: objectsOf(request).map((object) => ({
            ...converted(object, 'conv.io/v2'),
            metadata: { ...object.metadata, name: 'z' },
          })),
          result: { status: 'Success' },
        },
      }),
      /returned invalid object: must have the same name: d\d+ != z$/,
    ],
    ['no review', () => ({ raw: { kind: 'X' } }), /failed: expected webhook response of .*ConversionReview, got /],
    ['an error', () => ({ status: 500, raw: 'oops' }), /^conversion webhook for conv.io\/v1, Kind=Box failed: /],
  ])('that answers with %s fails the request, in upstream’s words', async ([, hook, message], { api }) => {
    await establishBoxes(api)
    hooks.on('/convert', convertAll)
    const name = `d${hooks.seen('/convert').length}`
    await api.post(at('v1'), box('v1', name, { size: '1x1' }))
    hooks.on('/convert', hook as typeof convertAll)
    const answer = await api.get(at('v2', `/${name}`))
    hooks.on('/convert', convertAll)
    expect(answer.status).toBe(500)
    expect(messageOf(answer)).toMatch(message)
    await api.delete(at('v1', `/${name}`))
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
    expect((await api.get(at('v2', '/c'))).json().spec).toEqual({ height: 'c', width: '2' })
  })
})
