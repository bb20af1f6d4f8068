import { describe, expect } from 'vitest'
import type { JsonObject } from '../../src/meta/object.js'
import { created } from '../support/expect-answer.js'
import { test as it } from '../support/rbac-test.js'
import { plainToken } from '../support/server-test.js'

const authorization = '/apis/authorization.k8s.io/v1'
const authentication = '/apis/authentication.k8s.io/v1'
const rbac = '/apis/rbac.authorization.k8s.io/v1'
const encode = (text: string) => Buffer.from(text).toString('base64url')
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
const jwt = (claims: string) => `${encode('{"alg":"ES256"}')}.${encode(claims)}.${encode('x'.repeat(64))}`
const issuer = '"iss":"https://kubernetes.default.svc.cluster.local"'
const claims = `${issuer},"sub":"a","jti":"b","iat":1,"nbf":1,"exp":9e15,"aud":["x"]`

describe('hostile credentials are refused', () => {
  const tokens: [name: string, token: string][] = [
    ['long', 'a'.repeat(12_000)],
    ['of the issuer, not signed', jwt(`{${claims}}`)],
    ['nested deep', jwt(nested(3_000))],
    ['with deep claims', jwt(`{${claims},"kubernetes.io":${nested(2_000)}}`)],
    ['with times that are none', jwt(`{${issuer},"sub":"a","jti":"b","iat":"x","nbf":null,"exp":{},"aud":[]}`)],
    ['of bytes that are no text', `${encode('\u0000')}.${Buffer.from([0xff, 0xfe]).toString('base64url')}.AA`],
    ['of dots', '.'.repeat(5_000)],
    ['what every object has', '__proto__'],
  ]
  it.for(tokens)('a token: %s', async ([, token], { as, api }) => {
    expect((await as(token).get('/api')).status).toBe(401)
    const review = created(await api.post(`${authentication}/tokenreviews`, { spec: { token } }))
    expect(review.status).toMatchObject({ user: {} })
  })

  it('a token of a megabyte in a review', async ({ api }) => {
    const spec = { token: `${jwt(`{${claims}}`)}${'x'.repeat(1_000_000)}` }
    expect(created(await api.post(`${authentication}/tokenreviews`, { spec })).status).toMatchObject({ user: {} })
  })
})

describe('hostile input to what is asked about access', () => {
  const spec = (more: string) => `{"spec":{"user":"u","resourceAttributes":{"verb":"get","resource":"pods"}${more}}}`
  const texts: [name: string, body: string, code: number][] = [
    ['keys of every object', spec(',"extra":{"__proto__":["a"],"constructor":["b"]}'), 201],
    ['100,000 groups', spec(`,"groups":${JSON.stringify(Array.from({ length: 100_000 }, (_, i) => `g${i}`))}`), 201],
    ['groups that are none', spec(',"groups":{"a":1}'), 400],
    ['a selector that is too deep', spec(`,"extra":${nested(100_000)}`), 400],
    ['a name with NUL', spec(',"uid":"\\u0000"'), 201],
    ['not an object', '[]', 400],
  ]
  it.for(texts)('%s', async ([, body, code], { api }) => {
    expect((await api.post(`${authorization}/subjectaccessreviews`, body)).status).toBe(code)
    expect((await api.get('/readyz')).status).toBe(200)
  })

  it('impersonation of what every object has, and of many groups', async ({ api }) => {
    const extra = { 'impersonate-extra-__proto__': 'a', 'impersonate-extra-constructor': 'b' }
    const answer = created(
      await api.post(`${authentication}/selfsubjectreviews`, '{}', { 'impersonate-user': 'u', ...extra }),
    )
    const { userInfo } = answer.status as { userInfo: { extra: JsonObject } }
    expect(Object.entries(userInfo.extra)).toEqual([
      ['__proto__', ['a']],
      ['constructor', ['b']],
    ])
    const user = { 'impersonate-user': 'a\u00e9"<b>&' }
    const denied = (await api.get('/api/v1/nodes', user)).json<{ message: string }>().message
    expect(denied).toContain('&lt;b&gt;&amp;')
  })

  it('a role of 20,000 rules, and one with names of every object', async ({ api, as, namespace }) => {
    const rules = Array.from({ length: 20_000 }, (_, i) => ({ apiGroups: ['x'], resources: [`r${i}`], verbs: ['get'] }))
    rules.push({ apiGroups: ['__proto__'], resources: ['constructor', '__proto__'], verbs: ['toString'] })
    const path = `${rbac}/namespaces/${namespace}`
    created(await api.post(`${path}/roles`, { metadata: { name: 'big' }, rules }))
    const subjects = [{ kind: 'User', name: 'plain', apiGroup: 'rbac.authorization.k8s.io' }]
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'big' }
    created(await api.post(`${path}/rolebindings`, { metadata: { name: 'big' }, subjects, roleRef }))
    const may = async (resource: string) => {
      const body = { spec: { resourceAttributes: { namespace, group: 'x', verb: 'get', resource } } }
      const answer = created(await as(plainToken).post(`${authorization}/selfsubjectaccessreviews`, body))
      return (answer.status as { allowed: boolean }).allowed
    }
    expect([await may('r19999'), await may('r20000'), await may('constructor'), await may('__proto__')]).toEqual([
      ...[true, false, false, false],
    ])
  })
})
