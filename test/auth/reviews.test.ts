import { describe, expect } from 'vitest'
import { kindType } from '../../src/apis/facts/kind-types.js'
import { decodeProtobuf, encodeProtobuf } from '../../src/codec/protobuf/protobuf.js'
import type { JsonObject } from '../../src/meta/object.js'
import { created } from '../support/expect-answer.js'
import { test as it, plainToken } from '../support/server-test.js'
import { access, authentication, authorization, local, pods, refusals, review, self } from './review-bodies.js'

const plain = { authorization: `Bearer ${plainToken}` }
const audience = 'https://kubernetes.default.svc.cluster.local'

describe('reviews', () => {
  it('A07: who the caller is', async ({ api }) => {
    const answer = created(await api.post(`${authentication}/selfsubjectreviews`, {}, plain))
    expect(answer).toEqual({
      kind: 'SelfSubjectReview',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) },
      status: {
        userInfo: { username: 'plain', uid: '2', groups: ['staff', 'kitchen', 'system:authenticated'] },
      },
    })
  })

  const plainUser = { username: 'plain', uid: '2', groups: ['staff', 'kitchen', 'system:authenticated'] }
  const tokens: [name: string, spec: object, status: object][] = [
    ['known', { token: plainToken }, { authenticated: true, user: plainUser, audiences: [audience] }],
    [
      'for this server among others',
      { token: plainToken, audiences: ['other', audience] },
      { authenticated: true, user: plainUser, audiences: [audience] },
    ],
    ['for others', { token: plainToken, audiences: ['other'] }, { user: {}, error: 'invalid bearer token' }],
    ['unknown', { token: 'nope' }, { user: {}, error: 'invalid bearer token' }],
  ]
  it.for(tokens)('A07: whose a token is: %s', async ([, spec, status], { api }) => {
    const body = review('authentication', 'TokenReview', spec)
    expect(created(await api.post(`${authentication}/tokenreviews`, body))).toMatchObject({ spec, status })
  })

  it('A24: what the caller may do, and what is known of the review itself', async ({ api }) => {
    const body = self({ resourceAttributes: { ...pods, namespace: 'default' } })
    const answer = created(await api.post(`${authorization}/selfsubjectaccessreviews`, body, plain))
    expect(answer).toEqual({
      ...body,
      metadata: {
        managedFields: [
          {
            manager: 'unknown',
            operation: 'Update',
            apiVersion: 'authorization.k8s.io/v1',
            time: expect.any(String),
            fieldsType: 'FieldsV1',
            fieldsV1: {
              'f:spec': { 'f:resourceAttributes': { '.': {}, 'f:namespace': {}, 'f:resource': {}, 'f:verb': {} } },
            },
          },
        ],
      },
      status: { allowed: true },
    })
  })

  it('A24: what others may do', async ({ api }) => {
    const status = async (path: string, body: object) => created(await api.post(path, body)).status
    const about = (user: string, groups: string[]) => ({ user, groups, resourceAttributes: pods })
    const path = `${authorization}/subjectaccessreviews`
    expect(await status(path, access('SubjectAccessReview', about('x', [])))).toEqual({ allowed: false })
    const known = about('x', ['system:authenticated'])
    expect(await status(path, access('SubjectAccessReview', known))).toEqual({ allowed: true })
    const here = { ...known, resourceAttributes: { ...pods, namespace: 'default' } }
    expect(await status(local, access('LocalSubjectAccessReview', here))).toEqual({ allowed: true })
    const probe = { user: 'x', nonResourceAttributes: { path: '/healthz', verb: 'get' } }
    expect(await status(path, access('SubjectAccessReview', probe))).toEqual({ allowed: true })
  })

  it('A24: what the caller may do in a namespace', async ({ api }) => {
    const body = access('SelfSubjectRulesReview', { namespace: 'default' })
    const answer = created(await api.post(`${authorization}/selfsubjectrulesreviews`, body))
    expect(answer).toEqual({
      ...body,
      metadata: {},
      spec: {},
      status: {
        resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
        nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
        incomplete: false,
      },
    })
  })

  const partly = {
    requirements: [
      { key: 'a', operator: 'Foo' },
      { key: 'b', operator: 'Exists' },
    ],
  }
  const selectors: [name: string, attributes: object, error: string | undefined][] = [
    ['good ones', { labelSelector: { rawSelector: 'a in (b)' }, fieldSelector: { rawSelector: 'a=b' } }, undefined],
    ['a bad one', { labelSelector: { rawSelector: 'a in (' } }, 'labelSelector ignored due to parse error'],
    ['a new operator', { labelSelector: partly }, 'labelSelector partially ignored due to parse error'],
    [
      'several values of a field',
      { fieldSelector: { requirements: [{ key: 'a', operator: 'In', values: ['b', 'c'] }] } },
      'fieldSelector ignored due to parse error',
    ],
  ]
  it.for(selectors)('A26: selectors: %s', async ([, attributes, error], { api }) => {
    const body = self({ resourceAttributes: { ...pods, ...attributes } })
    const { status } = created(await api.post(`${authorization}/selfsubjectaccessreviews`, body))
    const evaluationError = error && `spec.resourceAttributes.${error}`
    expect(status).toEqual({ allowed: true, ...(evaluationError ? { evaluationError } : {}) })
  })
})

describe('reviews are refused', () => {
  it.for(refusals)('A24: %s', async ([, path, body, code, message], { api }) => {
    const answer = await api.post(path, body)
    expect(answer.json()).toMatchObject({ kind: 'Status', code, message })
    expect(answer.status).toBe(code)
  })

  it('A24: metadata but of a namespace', async ({ api }) => {
    const body = self({ resourceAttributes: pods }, { metadata: { name: 'x' } })
    const { message, details } = (await api.post(`${authorization}/selfsubjectaccessreviews`, body)).json<Invalid>()
    expect(message).toMatch(
      /^\.authorization\.k8s\.io "" is invalid: metadata: Invalid value: \{"name":.*\}: must be empty$/,
    )
    expect(details).toMatchObject({ group: 'authorization.k8s.io', causes: [{ field: 'metadata' }] })
  })

  const texts = [
    'fieldSelector.requirements: Required value: when spec.resourceAttributes.fieldSelector is specified, requirements or rawSelector is required',
    'labelSelector.rawSelector: Invalid value: "a": may not specified at the same time as requirements',
    "labelSelector.requirements[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    'labelSelector.requirements[0].key: Invalid value: "a b": name part must consist of',
  ]
  it('A26: selectors', async ({ api }) => {
    const labelSelector = { rawSelector: 'a', requirements: [{ key: 'a b', operator: 'In' }] }
    const body = self({ resourceAttributes: { ...pods, fieldSelector: {}, labelSelector } })
    const { message } = (await api.post(`${authorization}/selfsubjectaccessreviews`, body)).json<Invalid>()
    for (const text of texts) expect(message).toContain(`spec.resourceAttributes.${text}`)
  })
})

interface Invalid {
  readonly message: string
  readonly details: object
}

const media = 'application/vnd.kubernetes.protobuf'

describe('what is not stored', () => {
  it('C03, C06: is taken and answered as protobuf', async ({ api }) => {
    const encoded = encodeProtobuf(self({ resourceAttributes: pods }) as unknown as JsonObject, kindType)
    const headers = { 'content-type': media, accept: media }
    const answer = await api.request('POST', `${authorization}/selfsubjectaccessreviews`, encoded, headers)
    expect(answer.status).toBe(201)
    expect(answer.headers['content-type']).toBe(media)
    expect(decodeProtobuf(answer.bytes, kindType)).toMatchObject({
      spec: { resourceAttributes: pods },
      status: { allowed: true },
    })
  })

  it('C02: as YAML', async ({ api }) => {
    const text = 'apiVersion: authorization.k8s.io/v1\nkind: SelfSubjectRulesReview\nspec:\n  namespace: default\n'
    const headers = { 'content-type': 'application/yaml', accept: 'application/yaml' }
    const answer = await api.request('POST', `${authorization}/selfsubjectrulesreviews`, text, headers)
    expect(answer.status).toBe(201)
    expect(answer.text).toContain('kind: SelfSubjectRulesReview\n')
  })

  const other: [method: string, path: string, code: number][] = [
    ['GET', `${authorization}/selfsubjectaccessreviews`, 405],
    ['DELETE', `${authorization}/selfsubjectaccessreviews`, 405],
    ['GET', `${authorization}/selfsubjectaccessreviews?watch=1`, 405],
    ['GET', `${authorization}/selfsubjectaccessreviews/x`, 404],
    ['GET', `${authorization}/localsubjectaccessreviews`, 404],
    ['GET', `${authorization}/selfsubjectaccessreviews/x/status`, 404],
  ]
  it.for(other)('E08, E09: %s %s', async ([method, path, code], { api }) => {
    expect((await api.request(method, path)).json()).toMatchObject({ kind: 'Status', code })
  })

  it('C11: has no Table', async ({ api }) => {
    const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }
    expect((await api.post(`${authentication}/selfsubjectreviews`, {}, headers)).status).toBe(406)
  })

  it('D04: is in discovery with the verbs there are', async ({ api }) => {
    const { resources } = (await api.get(authorization)).json<{ resources: object[] }>()
    expect(resources).toContainEqual({
      name: 'localsubjectaccessreviews',
      singularName: 'localsubjectaccessreview',
      namespaced: true,
      kind: 'LocalSubjectAccessReview',
      verbs: ['create'],
    })
  })
})
