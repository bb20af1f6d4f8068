import { describe, expect } from 'vitest'
import { checkError } from '../support/error-rows.js'
import { test as it } from '../support/server-test.js'

const configMaps = '/api/v1/namespaces/default/configmaps'
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }
const applied = { 'content-type': 'application/apply-patch+yaml' }
const merged = { 'content-type': 'application/merge-patch+json' }
const tokenOf = (start: string) =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: 1, start })).toString('base64url')
const router =
  '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf'
const noMap = 'into Go value of type map[string]interface {}'

/** Of built-in kinds, measured on a kube-apiserver 1.36.3: method, path, body, headers; code, message. */
const measured: readonly [string, string, unknown, Record<string, string>, number, string][] = [
  [
    'GET',
    `?continue=${tokenOf('../secrets/default/s')}`,
    undefined,
    {},
    400,
    'invalid continue token: continue key is not valid: ../secrets/default/s',
  ],
  [
    'GET',
    '',
    undefined,
    { accept: 'text/xml' },
    406,
    `${router}, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch`,
  ],
  ['GET', '/a', undefined, { accept: 'text/xml' }, 406, router],
  ['GET', '/a%22%0Ab', undefined, {}, 404, 'configmaps "a\\"\\nb" not found'],
  [
    'POST',
    '',
    configMap,
    { 'content-type': ';;;' },
    415,
    'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  ],
  [
    'POST',
    '',
    configMap,
    { 'content-type': 'application/json; charset' },
    415,
    'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  ],
  ['PATCH', '/there', 'null', merged, 400, 'Invalid JSON Patch'],
  ['PATCH', '/there', '[]', merged, 400, `error decoding patch: json: cannot unmarshal array ${noMap}`],
  [
    'PATCH',
    '/there?fieldManager=x',
    '[]',
    applied,
    400,
    `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array ${noMap}`,
  ],
  ['PATCH', '/there?fieldManager=x', '', applied, 400, 'invalid object type: /, Kind='],
]
const reasons: Record<number, string> = {
  400: 'BadRequest',
  404: 'NotFound',
  406: 'NotAcceptable',
  415: 'UnsupportedMediaType',
}

describe('odd requests', () => {
  it.beforeAll(async ({ api }) => {
    await api.post(configMaps, { ...configMap, metadata: { name: 'there' } })
  })

  it.for(measured)('%s …/configmaps%s %j %j', async ([method, path, body, headers, code, message], { api }) => {
    const row = {
      what: path,
      method,
      path: `${configMaps}${path}`,
      headers,
      code,
      message,
      reason: reasons[code] ?? '',
    }
    await checkError(api, { ...row, body })
  })

  it.for(['/api', '/apis/apps/v1', configMaps, `${configMaps}/there`])('E08: HEAD of %s', async (path, { api }) => {
    expect((await api.request('HEAD', path)).status).toBe(405)
  })

  it('S10: an apply whose metadata is no object', async ({ api }) => {
    const body = JSON.stringify({ ...configMap, metadata: 5 })
    const answer = await api.request('PATCH', `${configMaps}/there?fieldManager=x`, body, applied)
    expect(answer.status).toBe(500)
    const why = '.metadata: expected map, got &{5}'
    expect(answer.json()).toMatchObject({
      message: `failed to create typed patch object (/; /v1, Kind=ConfigMap): ${why}`,
    })
  })
})
