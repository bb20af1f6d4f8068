import { describe } from 'vitest'
import { configMap, core, deployment, lease } from '../support/core-objects.js'
import { checkError, type ErrorRow } from '../support/error-rows.js'
import { created, done } from '../support/expect-answer.js'
import { pizza, restaurant } from '../support/restaurant.js'
import { testAlone as it } from '../support/server-test.js'

const maps = core.configMaps('default')
const deployments = core.deployments('default')
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const node = (externalID: string) => ({ metadata: { name: 'there' }, spec: { externalID } })
const noPath = {
  code: 404,
  reason: 'NotFound',
  message: 'the server could not find the requested resource',
  details: {},
}

const rows: readonly ErrorRow[] = [
  ...['Upper', 'a_b', '-a', 'a-', 'a..b'].map((name) => ({
    what: `V20: the name ${name}`,
    ...{ method: 'POST', path: maps, body: configMap(name), code: 422, reason: 'Invalid' },
    message: `ConfigMap "${name}" is invalid: metadata.name: Invalid value: ${JSON.stringify(name)}: ${subdomain}`,
  })),
  {
    what: 'V20: a name of 254 characters',
    ...{ method: 'POST', path: maps, body: configMap('a'.repeat(254)), code: 422, reason: 'Invalid' },
    message: /metadata\.name: Invalid value: "a+": must be no more than 253 (?:characters|bytes)$/,
  },
  {
    what: 'V22: neither name nor generateName',
    ...{ method: 'POST', path: maps, body: { ...configMap(''), metadata: {} }, code: 422, reason: 'Invalid' },
    message: 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    details: {
      kind: 'ConfigMap',
      causes: [
        {
          reason: 'FieldValueRequired',
          message: 'Required value: name or generateName is required',
          field: 'metadata.name',
        },
      ],
    },
  },
  { what: 'U04: scale of a ConfigMap', method: 'GET', path: `${maps}/there/scale`, ...noPath },
  {
    what: 'U04: status of a ConfigMap',
    method: 'PUT',
    path: `${maps}/there/status`,
    body: configMap('there'),
    ...noPath,
  },
  {
    what: 'U04: an unknown subresource of a custom resource',
    ...{ method: 'GET', path: `${restaurant.pizzas()}/there/scale`, code: 404, reason: 'NotFound' },
    message: 'pizzas.restaurant.wukong.com "there" not found',
  },
  {
    what: 'V05: a PUT of a missing ConfigMap',
    ...{ method: 'PUT', path: `${maps}/nope`, body: configMap('nope'), code: 404, reason: 'NotFound' },
    message: 'configmaps "nope" not found',
  },
  {
    what: 'V06: a PUT of a Lease without a resourceVersion',
    ...{ method: 'PUT', path: `${core.leases('default')}/there`, body: lease('there'), code: 422, reason: 'Invalid' },
    message:
      'leases.coordination.k8s.io "there" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
  },
  {
    what: 'P01: a patch of an unknown type',
    ...{ method: 'PATCH', path: `${maps}/there`, body: {}, headers: { 'content-type': 'application/json' } },
    ...{ code: 415, reason: 'UnsupportedMediaType', message: '415: Unsupported Media Type' },
  },
  {
    what: 'P03: a patch that makes a wrong type',
    ...{ method: 'PATCH', path: `${maps}/there`, body: { data: { a: 1 } }, code: 422, reason: 'Invalid' },
    headers: { 'content-type': 'application/merge-patch+json' },
    message:
      /^ "" is invalid: patch: Invalid value: "\{.*\}": json: cannot unmarshal number into Go struct field ConfigMap\.data of type string$/,
  },
  {
    what: 'E10: a wrong type',
    ...{ method: 'POST', path: maps, body: { ...configMap('x'), data: { a: 1 } }, code: 400, reason: 'BadRequest' },
    message:
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
  },
  {
    what: 'V60: a Node gets another externalID',
    ...{ method: 'PUT', path: '/api/v1/nodes/there', body: node('b'), code: 422, reason: 'Invalid' },
    message: 'Node "there" is invalid: spec.externalID: Forbidden: may not be updated',
  },
  {
    what: 'V50: a Namespace that is there and said to be going',
    ...{ method: 'PATCH', path: '/api/v1/namespaces/default/status', body: { status: { phase: 'Terminating' } } },
    ...{ headers: { 'content-type': 'application/merge-patch+json' }, code: 422, reason: 'Invalid' },
    message:
      'Namespace "default" is invalid: status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty',
  },
  {
    what: 'F03: a strategic merge shows the patch',
    ...{ method: 'PATCH', path: `${maps}/there?fieldValidation=Strict`, body: { z: 1, data: { b: '2' } } },
    ...{ headers: { 'content-type': 'application/strategic-merge-patch+json' }, code: 422, reason: 'Invalid' },
    message: ' "" is invalid: patch: Invalid value: "map[data:map[b:2] z:1]": strict decoding error: unknown field "z"',
  },
  {
    what: 'F03: a JSON patch shows what it makes, in order of name where it has touched it',
    ...{ method: 'PATCH', path: `${maps}/there?fieldValidation=Strict`, body: [{ op: 'add', path: '/b', value: 1 }] },
    ...{ headers: { 'content-type': 'application/json-patch+json' }, code: 422, reason: 'Invalid' },
    message:
      /"\{\\"apiVersion\\":\\"v1\\",\\"b\\":1,\\"data\\":\{\\"a\\":\\"1\\"\},\\"kind\\":\\"ConfigMap\\",\\"metadata\\":\{\\"name\\":\\"there\\",\\"namespace\\":\\"default\\",\\"uid\\":.*\}": strict decoding error: unknown field "b"$/,
  },
  {
    what: 'F03: a patch of a part shows what is unknown in it',
    ...{ method: 'PATCH', path: `${deployments}/there/status?fieldValidation=Strict`, body: { status: { z: 1 } } },
    ...{ headers: { 'content-type': 'application/merge-patch+json' }, code: 422, reason: 'Invalid' },
    message:
      /\\"status\\":\{\\"observedGeneration\\":1,\\"z\\":1\}\}": strict decoding error: unknown field "status\.z"$/,
  },
  {
    what: 'F03: a scale with more than a scale has',
    ...{ method: 'PUT', path: `${deployments}/there/scale?fieldValidation=Strict`, code: 400, reason: 'BadRequest' },
    body: { metadata: { name: 'there', q: 1 }, spec: { z: 1, replicas: 2 }, bogus: 1 },
    message:
      'Scale in version "v1" cannot be handled as a Scale: strict decoding error: unknown field "metadata.q", unknown field "spec.z", unknown field "bogus"',
  },
  {
    what: 'P02: a JSON patch replaces where there is no parent',
    ...{ method: 'PATCH', path: `${maps}/there`, body: [{ op: 'replace', path: '/z/z', value: 1 }] },
    ...{ headers: { 'content-type': 'application/json-patch+json' }, code: 422, reason: 'Invalid' },
    message: 'the server rejected our request due to an error in our request',
  },
]

it.beforeAll(async ({ api }) => {
  created(await api.post(maps, configMap('there', { a: '1' })))
  created(await api.post('/api/v1/nodes', node('a')))
  created(await api.post(deployments, deployment('there')))
  done(await api.patch(`${deployments}/there/status`, { status: { observedGeneration: 1 } }))
  created(await api.post(core.leases('default'), lease('there')))
  created(await api.post(restaurant.pizzas(), pizza('there')))
})

describe('requests of built-in kinds that are refused', () => {
  it.for(rows)('$what', (row, { api }) => checkError(api, row))
})
