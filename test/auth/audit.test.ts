import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kindType } from '../../src/apis/facts/kind-types.js'
import { encodeProtobuf } from '../../src/codec/protobuf/protobuf.js'
import type { JsonObject } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import { created } from '../support/expect-answer.js'
import { type HttpClient, httpClient } from '../support/http.js'
import { runCommand, startServer, type TestServer } from '../support/server.js'
import { adminToken, plainToken, writeTokens } from '../support/server-test.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { startWebhookServer } from '../support/webhook-server.js'

const policy = `
apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: None
  nonResourceURLs: ["/readyz*"]
- level: Metadata
  omitStages: [RequestReceived]
  resources: [{group: "", resources: [services]}]
- level: RequestResponse
  omitManagedFields: true
  namespaces: [lean]
- level: RequestResponse
`
const folder = temporaryFolder()
const path = join(folder, 'audit.log')
let server: TestServer
let api: HttpClient
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}`, 'user-agent': 'tester/1' } })

beforeAll(async () => {
  writeFileSync(join(folder, 'policy.yaml'), policy)
  const flags = [`--audit-policy-file=${join(folder, 'policy.yaml')}`, `--audit-log-path=${path}`]
  const access = [`--token-auth-file=${writeTokens()}`, '--authn-allow-localhost=false', '--authorization-mode=RBAC']
  server = await startServer({ args: ['--backend=memory', ...flags, ...access] })
  api = httpClient(server.url, bearer(adminToken))
  created(await api.post('/api/v1/namespaces', { metadata: { name: 'lean' } }))
})
afterAll(() => server.stop())

let ids = 0
/** Sends a request with an id of its own, and answers with what is noted of it once its last stage is there. */
async function noted(send: (headers: Record<string, string>) => Promise<unknown>, last = 'ResponseComplete') {
  const id = `test-${++ids}`
  await send({ 'audit-id': id })
  return eventually('it is noted', async () => {
    const events = lines().filter(({ auditID }) => auditID === id)
    return events.some(({ stage }) => stage === last) ? events : undefined
  })
}
const lines = () =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line)
    .map((line) => JSON.parse(line) as JsonObject)
const configMaps = '/api/v1/namespaces/default/configmaps'
const microTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)

describe('A40: what is noted', () => {
  test('of a creation: who, what, with which answer, by what right', async () => {
    const body = { metadata: { name: 'a' }, data: { x: '1' } }
    const headers = { 'x-forwarded-for': '192.0.2.1, junk', 'x-real-ip': '192.0.2.2' }
    const events = await noted((id) => api.post(configMaps, body, { ...headers, ...id }))
    const [first, last] = events
    const common = {
      ...{ kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: 'RequestResponse', auditID: expect.any(String) },
      ...{ requestURI: configMaps, verb: 'create', userAgent: 'tester/1', requestReceivedTimestamp: microTime },
      user: { username: 'test-admin', uid: '1', groups: ['system:masters', 'system:authenticated'] },
      sourceIPs: ['192.0.2.1', '192.0.2.2', '127.0.0.1'],
      stageTimestamp: microTime,
    }
    const objectRef = { resource: 'configmaps', namespace: 'default', apiVersion: 'v1' }
    expect(first).toEqual({ ...common, stage: 'RequestReceived', objectRef })
    expect(last).toEqual({
      ...{ ...common, stage: 'ResponseComplete', objectRef: { ...objectRef, name: 'a' } },
      responseStatus: { metadata: {}, code: 201 },
      requestObject: body,
      responseObject: expect.objectContaining({ kind: 'ConfigMap', data: { x: '1' } }),
      annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
    })
    expect(events).toHaveLength(2)
  })

  test('of patches, protobuf and deletions: what was sent', async () => {
    const patch = await noted((id) => api.patch(`${configMaps}/a`, [{ op: 'add', path: '/data/y', value: '2' }], id))
    expect(patch.at(-1)?.requestObject).toEqual([{ op: 'add', path: '/data/y', value: '2' }])
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'p' }, data: { z: '3' } }
    const media = 'application/vnd.kubernetes.protobuf'
    const headers = { 'content-type': media, accept: media }
    const sent = await noted((id) =>
      api.request('POST', configMaps, encodeProtobuf(body, kindType), { ...headers, ...id }),
    )
    expect(sent.at(-1)).toMatchObject({ requestObject: body, responseObject: { data: { z: '3' } } })
    const gone = await noted((id) => api.delete(`${configMaps}/p`, { propagationPolicy: 'Background' }, id))
    expect(gone.at(-1)).toMatchObject({
      requestObject: { propagationPolicy: 'Background' },
      responseStatus: { status: 'Success', details: { name: 'p' }, code: 200 },
    })
  })

  test('of what fails: why', async () => {
    const plain = httpClient(server.url, bearer(plainToken))
    const denied = (await noted((id) => plain.get('/api/v1/nodes', id))).at(-1)
    expect(denied).toMatchObject({
      responseStatus: { status: 'Failure', reason: 'Forbidden', code: 403 },
      annotations: { 'authorization.k8s.io/decision': 'forbid' },
    })
    const bad = await noted((id) => httpClient(server.url, bearer('nope')).get('/api', id), 'ResponseStarted')
    expect(bad).toMatchObject([{ user: {}, responseStatus: { reason: 'Unauthorized', code: 401 } }])
    expect(JSON.stringify(bad)).not.toContain('nope')
    const missing = (await noted((id) => api.get(`${configMaps}/none`, id))).at(-1)
    expect(missing?.responseStatus).toMatchObject({ reason: 'NotFound', code: 404 })
  })

  test('of who acts as somebody else: both', async () => {
    const acting = await noted((id) => api.get('/version', { 'impersonate-user': 'eve', ...id }))
    expect(acting.at(-1)).toMatchObject({
      user: { username: 'test-admin' },
      impersonatedUser: { username: 'eve', groups: ['system:authenticated'] },
      annotations: { 'authorization.k8s.io/reason': expect.stringContaining('RBAC: allowed by ClusterRoleBinding') },
    })
  })

  test('of a watch: that it has begun, and its end', async () => {
    const begun = await noted(async (id) => {
      const watch = await api.watch(`${configMaps}?watch=1`, id)
      watch.close()
    })
    expect(begun.map(({ stage }) => stage)).toEqual(['RequestReceived', 'ResponseStarted', 'ResponseComplete'])
  })

  test('as the rule says: nothing, less, without managed fields', async () => {
    expect((await api.get('/readyz')).status).toBe(200)
    const less = await noted((id) => api.get('/api/v1/namespaces/default/services', id))
    expect(less).toHaveLength(1)
    expect(less[0]).not.toHaveProperty('responseObject')
    const post = (id: Record<string, string>) =>
      api.post('/api/v1/namespaces/lean/configmaps', { metadata: { name: 'm' } }, id)
    const lean = (await noted(post)).at(-1) as { responseObject: { metadata: JsonObject } }
    expect(lean.responseObject.metadata.name).toBe('m')
    expect(lean.responseObject.metadata).not.toHaveProperty('managedFields')
    expect(lines().some(({ requestURI }) => requestURI === '/readyz')).toBe(false)
  })

  test('of admission: what policies and webhooks found, and what webhooks did', async () => {
    const admission = '/apis/admissionregistration.k8s.io/v1'
    const hooks = await startWebhookServer()
    const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['endpoints'] }
    const webhook = (name: string, more: object) => ({
      ...{ name: `${name}.example.com`, sideEffects: 'None', admissionReviewVersions: ['v1'], rules: [rule], ...more },
      clientConfig: { url: `https://127.0.0.1:${hooks.port}/${name}`, caBundle: hooks.caBundle },
    })
    const patch = Buffer.from('[{"value":{"x":"y"},"path":"/metadata/labels","op":"add"}]')
    hooks.on('/change', () => ({
      response: {
        ...{ allowed: true, patchType: 'JSONPatch', patch: patch.toString('base64') },
        auditAnnotations: { why: 'because' },
      },
    }))
    const ignored = webhook('gone', { failurePolicy: 'Ignore' })
    const webhooks = { mutating: [webhook('change', {}), ignored], validating: [ignored] }
    for (const [kind, of] of Object.entries(webhooks)) {
      created(await api.post(`${admission}/${kind}webhookconfigurations`, { metadata: { name: 'c' }, webhooks: of }))
    }
    const validations = [{ expression: 'true' }, { expression: 'false', message: '<no>' }]
    const auditAnnotations = [
      { key: 'name', valueExpression: "'it is ' + object.metadata.name" },
      { key: 'nothing', valueExpression: 'null' },
    ]
    const spec = { matchConstraints: { resourceRules: [rule] }, validations, auditAnnotations }
    created(await api.post(`${admission}/validatingadmissionpolicies`, { metadata: { name: 'p' }, spec }))
    const bound = { metadata: { name: 'b' }, spec: { policyName: 'p', validationActions: ['Audit'] } }
    created(await api.post(`${admission}/validatingadmissionpolicybindings`, bound))
    const endpoints = '/api/v1/namespaces/default/endpoints'
    const events = await noted((id) => api.post(endpoints, { metadata: { name: 'e' } }, id))
    await hooks.close()
    const { annotations } = events.at(-1) as { annotations: Record<string, string> }
    const found = Object.entries(annotations).filter(([key]) => !key.startsWith('authorization.'))
    const by = '{"configuration":"c","webhook":'
    const failure =
      '[{"message":"\\u003cno\\u003e","policy":"p","binding":"b","expressionIndex":1,"validationActions":["Audit"]}]'
    expect(found).toEqual([
      ['change.example.com/why', 'because'],
      ['failed-open.mutating.webhook.admission.k8s.io/round_0_index_1', 'gone.example.com'],
      ['failed-open.validating.webhook.admission.k8s.io/round_0_index_0', 'gone.example.com'],
      ['mutation.webhook.admission.k8s.io/round_0_index_0', `${by}"change.example.com","mutated":true}`],
      ['mutation.webhook.admission.k8s.io/round_0_index_1', `${by}"gone.example.com","mutated":false}`],
      ['p/name', 'it is e'],
      [
        'patch.webhook.admission.k8s.io/round_0_index_0',
        `${by}"change.example.com","patch":[{"op":"add","path":"/metadata/labels","value":{"x":"y"}}],"patchType":"JSONPatch"}`,
      ],
      ['validation.policy.admission.k8s.io/validation_failure', failure],
    ])
  })

  test('of secrets and tokens: never what is in them, whatever the policy says', async () => {
    const secrets = '/api/v1/namespaces/default/secrets'
    const secret = await noted((id) => api.post(secrets, { metadata: { name: 's' }, stringData: { p: 'hunter2' } }, id))
    expect(secret.at(-1)).toMatchObject({ level: 'Metadata', objectRef: { resource: 'secrets', name: 's' } })
    const accounts = '/api/v1/namespaces/default/serviceaccounts'
    created(await api.post(accounts, { metadata: { name: 'robot' } }))
    const token = created(await api.post(`${accounts}/robot/token`, { spec: {} })).status as unknown as {
      token: string
    }
    await noted((id) => api.post('/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token: token.token } }, id))
    await noted((id) => api.post('/wukong/token', '', id))
    await noted((id) => api.get('/wukong/r/secrets/default/s', id))
    const text = readFileSync(path, 'utf8')
    for (const hidden of ['hunter2', 'aHVudGVyMg', token.token.slice(0, 30), adminToken])
      expect(text).not.toContain(hidden)
  })
})

test('a policy that is none is told of at the start', async () => {
  const file = join(folder, 'bad.yaml')
  writeFileSync(file, 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: All}]\n')
  const flags = [
    '--backend=memory',
    '--insecure-port=0',
    `--cert-dir=${temporaryFolder()}`,
    `--audit-policy-file=${file}`,
  ]
  const { code, stderr } = await runCommand([...flags, '--audit-log-path=-'])
  expect(code).toBe(1)
  expect(stderr).toContain(
    `error: audit policy ${file}: rules[0].level: must be None, Metadata, Request, RequestResponse\n`,
  )
  expect((await runCommand([...flags])).stderr).toMatch(/--audit-policy-file and --audit-log-path need each other/)
})
