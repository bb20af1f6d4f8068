import { expect } from 'vitest'
import { anyObject, definitionOf, definitionsPath, establish } from '../../support/custom-resources.js'
import { eventually } from '../../support/eventually.js'
import { created, done } from '../../support/expect-answer.js'
import { test as base, configs } from './hook-test.js'

const patchOf = (...operations: unknown[]) => ({
  response: {
    ...{ allowed: true, patchType: 'JSONPatch' },
    patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
  },
})
const denied = (message: string) => ({ response: { allowed: false, status: { message, code: 403 } } })

/** What upstream's conformance tests do to webhooks about custom resources, and to the configurations themselves. */
const test = base.extend('configure', ({ api, hooks }, { onCleanup }) => {
  const made: string[] = []
  onCleanup(async () => {
    for (const path of made) await api.delete(path)
  })
  return async (kind: 'mutating' | 'validating', name: string, rule: object, more: object = {}) => {
    const path = `${configs}/${kind}webhookconfigurations`
    const rules = [{ operations: ['*'], apiVersions: ['*'], ...rule }]
    const webhook = {
      ...{ name: `${name}.hooks.example.com`, sideEffects: 'None', admissionReviewVersions: ['v1'], rules },
      clientConfig: { url: `https://127.0.0.1:${hooks.port}/${name}`, caBundle: hooks.caBundle },
      ...more,
    }
    made.push(`${path}/${name}`)
    return created(await api.post(path, { metadata: { name }, webhooks: [webhook] }))
  }
})

test('creation, update and deletion of custom resources can be denied', async ({ api, hooks, configure }) => {
  await establish(api, definitionOf('Denied', 'denied.example.com', anyObject))
  const path = '/apis/denied.example.com/v1/namespaces/default/denieds'
  await configure('validating', 'denycr', { apiGroups: ['denied.example.com'], resources: ['denieds'] })
  const isBad = (object: unknown) => (object as { data?: { bad?: string } } | null)?.data?.bad === 'yes'
  hooks.on('/denycr', ({ object, oldObject }) =>
    isBad(object ?? oldObject) ? denied('the custom resource contains unwanted data') : { response: { allowed: true } },
  )
  const body = (name: string, bad: string) => ({
    ...{ apiVersion: 'denied.example.com/v1', kind: 'Denied', metadata: { name } },
    data: { bad },
  })
  const crd = `${definitionsPath}/denieds.denied.example.com`
  const open = [{ op: 'add', path: '/spec/versions/0/schema/openAPIV3Schema/properties/data', value: anyObject }]
  done(await api.patch(crd, open))
  await eventually('data is kept', async () => {
    const answer = await api.post(`${path}?dryRun=All`, body('probe', 'no'))
    return answer.status === 201 && answer.json().data ? true : undefined
  })
  const message =
    'admission webhook "denycr.hooks.example.com" denied the request: the custom resource contains unwanted data'
  const refused = { code: 403, message }
  expect((await api.post(path, body('bad', 'yes'))).json()).toMatchObject(refused)
  created(await api.post(path, body('good', 'no')))
  const toBad = { data: { bad: 'yes' } }
  expect((await api.patch(`${path}/good`, toBad)).json()).toMatchObject(refused)
  done(await api.delete(`${configs}/validatingwebhookconfigurations/denycr`))
  done(await api.patch(`${path}/good`, toBad))
  await configure('validating', 'denycr', { apiGroups: ['denied.example.com'], resources: ['denieds'] })
  expect((await api.delete(`${path}/good`)).json()).toMatchObject(refused)
  done(await api.delete(`${configs}/validatingwebhookconfigurations/denycr`))
  done(await api.delete(`${path}/good`))
})

test('custom resources are changed, pruned, and seen in the version that is asked for', async ({
  api,
  hooks,
  configure,
}) => {
  const known = { type: 'object', properties: { stage1: { type: 'string' }, stage2: { type: 'string', default: 'd' } } }
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec: known } } }
  const versions = [
    { name: 'v1', served: true, storage: true, schema },
    { name: 'v2', served: true, storage: false, schema },
  ]
  await establish(api, definitionOf('Staged', 'staged.example.com', known, { spec: { versions } }))
  await configure('mutating', 'stage', {
    ...{ apiGroups: ['staged.example.com'], apiVersions: ['v1'], resources: ['stageds'] },
  })
  hooks.on('/stage', () =>
    patchOf(
      { op: 'add', path: '/spec', value: { stage1: 'yes', unknown: 'x' } },
      { op: 'add', path: '/metadata/labels', value: { changed: 'yes' } },
    ),
  )
  for (const version of ['v1', 'v2']) {
    const path = `/apis/staged.example.com/${version}/namespaces/default/stageds`
    const body = { apiVersion: `staged.example.com/${version}`, kind: 'Staged', metadata: { name: version } }
    const made = created(await api.post(path, body))
    expect(made).toMatchObject({ apiVersion: body.apiVersion, metadata: { labels: { changed: 'yes' } } })
    expect(made.spec).toEqual({ stage1: 'yes', stage2: 'd' })
    expect(hooks.seen('/stage').at(-1)).toMatchObject({
      kind: { version: 'v1' },
      requestKind: { version },
      object: { apiVersion: 'staged.example.com/v1' },
    })
  }
  const [first, second] = [
    { ...versions[0], storage: false },
    { ...versions[1], storage: true },
  ]
  const crd = `${definitionsPath}/stageds.staged.example.com`
  done(await api.patch(crd, { spec: { versions: [first, second] } }))
  const changed = done(
    await api.patch('/apis/staged.example.com/v1/namespaces/default/stageds/v1', { spec: { stage2: 'mine' } }),
  )
  expect(changed.spec).toEqual({ stage1: 'yes', stage2: 'd' })
})

test('definitions can be denied', async ({ api, hooks, configure }) => {
  const more = { objectSelector: { matchLabels: { deny: 'me' } } }
  const rule = { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'] }
  await configure('validating', 'denycrd', rule, more)
  hooks.on('/denycrd', () => denied('the crd contains unwanted label'))
  const crd = definitionOf('Unwanted', 'unwanted.example.com', anyObject)
  crd.metadata.labels = { deny: 'me' }
  const message = 'admission webhook "denycrd.hooks.example.com" denied the request: the crd contains unwanted label'
  expect((await api.post(definitionsPath, crd)).json()).toMatchObject({ code: 403, message })
})

test('no webhook keeps its own configuration from being made, changed or deleted', async ({
  api,
  hooks,
  configure,
}) => {
  const rule = { apiGroups: ['admissionregistration.k8s.io'], resources: ['*/*'] }
  hooks.on('/self', () => denied('never'))
  hooks.on('/selfm', () => patchOf({ op: 'add', path: '/metadata/labels', value: { changed: 'yes' } }))
  await configure('validating', 'self', rule)
  await configure('mutating', 'selfm', rule)
  const other = await configure('validating', 'other', rule, { failurePolicy: 'Ignore' })
  expect(other.metadata.labels).toBeUndefined()
  for (const [kind, names] of [['validating', ['other', 'self']] as const, ['mutating', ['selfm']] as const]) {
    for (const name of names) {
      const path = `${configs}/${kind}webhookconfigurations/${name}`
      done(await api.patch(path, { metadata: { annotations: { a: 'b' } } }))
      done(await api.delete(path))
    }
  }
})

test('configurations are listed, changed and deleted together', async ({ api, hooks, configure }) => {
  const path = `${configs}/mutatingwebhookconfigurations`
  const rule = { operations: ['CREATE'], apiGroups: [''], resources: ['limitranges'] }
  hooks.on('/many', () => patchOf({ op: 'add', path: '/metadata/labels', value: { changed: 'yes' } }))
  await configure('mutating', 'many', rule)
  done(await api.patch(`${path}/many`, { metadata: { labels: { of: 'many' } } }))
  const listed = done(await api.get(`${path}?labelSelector=of%3Dmany`)) as { items?: unknown[] }
  expect(listed.items).toHaveLength(1)
  const make = async (name: string) => {
    const body = { metadata: { name }, spec: { limits: [] } }
    return created(await api.post('/api/v1/namespaces/default/limitranges?dryRun=All', body)).metadata.labels
  }
  expect(await make('a')).toEqual({ changed: 'yes' })
  const operations = { op: 'replace', path: '/webhooks/0/rules/0/operations', value: ['UPDATE'] }
  done(await api.patch(`${path}/many`, [operations]))
  expect(await make('b')).toBeUndefined()
  done(await api.patch(`${path}/many`, [{ ...operations, value: ['CREATE'] }]))
  expect(await make('c')).toEqual({ changed: 'yes' })
  done(await api.delete(`${path}?labelSelector=of%3Dmany`))
  expect(await make('d')).toBeUndefined()
})

test('pods that were changed get their defaults', async ({ api, hooks, configure }) => {
  const more = { objectSelector: { matchLabels: { init: 'me' } } }
  await configure('mutating', 'initpod', { operations: ['CREATE'], apiGroups: [''], resources: ['pods'] }, more)
  const container = { image: 'webhook-added-image', name: 'webhook-added-init-container', resources: {} }
  hooks.on('/initpod', () => patchOf({ op: 'add', path: '/spec/initContainers', value: [container] }))
  const spec = { automountServiceAccountToken: false, containers: [{ name: 'a', image: 'b' }] }
  const body = { metadata: { name: 'init', labels: { init: 'me' } }, spec }
  const pod = created(await api.post('/api/v1/namespaces/default/pods?dryRun=All', body))
  expect((pod.spec as { initContainers: object[] }).initContainers).toMatchObject([
    {
      name: 'webhook-added-init-container',
      terminationMessagePolicy: 'File',
      terminationMessagePath: '/dev/termination-log',
    },
  ])
})
