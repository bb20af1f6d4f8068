import { describe, expect, test } from 'vitest'
import { allowAuthenticated, createAuthorizer } from '../../src/auth/authorizers.js'
import { forbiddenError } from '../../src/auth/forbidden.js'
import type { RequestInfo } from '../../src/meta/request-info.js'
import { parseRequestInfo } from '../../src/meta/request-info.js'
import type { UserInfo } from '../../src/meta/user.js'
import type { Authorizer } from '../../src/registry/authorizer.js'

function attributesOf(user: UserInfo, method: string, url: string) {
  const [path = '', query = ''] = url.split('?')
  const info: RequestInfo = parseRequestInfo(method, path, new URLSearchParams(query))
  return { user, ...info }
}

const anonymous = { name: 'system:anonymous', groups: ['system:unauthenticated'] }
const alice = { name: 'alice', groups: ['devs', 'system:authenticated'] }
const admin = { name: 'admin', groups: ['system:masters', 'system:authenticated'] }
const controller = { name: 'system:controller', groups: ['system:masters'] }

describe('who may what', () => {
  const [everybody, members] = ['anonymous alice admin controller', 'alice admin controller']
  const cases: [method: string, url: string, alwaysAllow: string][] = [
    ['GET', '/healthz', everybody],
    ['HEAD', '/livez', everybody],
    ['GET', '/readyz?verbose', everybody],
    ['GET', '/version', everybody],
    ['POST', '/version', members],
    ['GET', '/livez/ping', members],
    ['GET', '/healthz/', members],
    ['GET', '/', members],
    ['GET', '/apis', members],
    ['GET', '/openapi/v3', members],
    ['GET', '/wukong/files', members],
    ['GET', '/api/v1/namespaces', members],
    ['DELETE', '/apis/restaurant.wukong.com/v1beta1/namespaces/default/pizzas', members],
  ]
  test.each(cases)('%s %s', async (method, url, alwaysAllow) => {
    const modes: [string, Authorizer[], string][] = [
      ['AlwaysAllow', [allowAuthenticated], alwaysAllow],
      ['no mode allows', [refusing('a')], 'admin controller'],
      ['the second does', [refusing('a'), allowAuthenticated], alwaysAllow],
    ]
    for (const [mode, authorizers, expected] of modes) {
      const authorizer = createAuthorizer(authorizers)
      const allowed: string[] = []
      for (const [name, user] of Object.entries({ anonymous, alice, admin, controller })) {
        if ((await authorizer.authorize(attributesOf(user, method, url))).allowed) allowed.push(name)
      }
      expect(allowed.join(' '), mode).toBe(expected)
    }
  })

  test('reasons of several are told one a line', async () => {
    const authorizer = createAuthorizer([refusing('a'), refusing(''), refusing('b')])
    const decision = await authorizer.authorize(attributesOf(alice, 'GET', '/x'))
    expect(decision).toEqual({ allowed: false, reason: 'a\nb' })
    const rules = await createAuthorizer([refusing('a'), allowAuthenticated]).rulesFor(alice, 'default')
    expect(rules).toMatchObject({ incomplete: false, resourceRules: [{ verbs: ['*'] }] })
  })
})

function refusing(reason: string): Authorizer {
  return {
    authorize: async () => ({ allowed: false, reason }),
    rulesFor: () => ({ resourceRules: [], nonResourceRules: [], incomplete: false }),
  }
}

describe('the text of a denial', () => {
  const group = '/apis/restaurant.wukong.com/v1beta1'
  const pizzas = { group: 'restaurant.wukong.com', kind: 'pizzas' }
  const cases: [method: string, url: string, message: string, details: object][] = [
    [
      'GET',
      `${group}/namespaces/default/pizzas/p`,
      'pizzas.restaurant.wukong.com "p" is forbidden: User "alice" cannot get resource "pizzas" in API group "restaurant.wukong.com" in the namespace "default"',
      { name: 'p', ...pizzas },
    ],
    [
      'GET',
      `${group}/pizzas?watch=1`,
      'pizzas.restaurant.wukong.com is forbidden: User "alice" cannot watch resource "pizzas" in API group "restaurant.wukong.com" at the cluster scope',
      pizzas,
    ],
    [
      'PUT',
      `${group}/namespaces/a/pizzas/p/status`,
      'pizzas.restaurant.wukong.com "p" is forbidden: User "alice" cannot update resource "pizzas/status" in API group "restaurant.wukong.com" in the namespace "a"',
      { name: 'p', ...pizzas },
    ],
    [
      'GET',
      '/api/v1/namespaces/a',
      'namespaces "a" is forbidden: User "alice" cannot get resource "namespaces" in API group "" in the namespace "a"',
      { name: 'a', kind: 'namespaces' },
    ],
    [
      'DELETE',
      '/api/v1/nodes',
      'nodes is forbidden: User "alice" cannot deletecollection resource "nodes" in API group "" at the cluster scope',
      { kind: 'nodes' },
    ],
    ['GET', '/metrics', 'forbidden: User "alice" cannot get path "/metrics"', {}],
    ['GET', '/<b>&amp', 'forbidden: User "alice" cannot get path "/&lt;b&gt;&amp;amp"', {}],
  ]
  test.each(cases)('%s %s', (method, url, message, details) => {
    const { status } = forbiddenError(attributesOf(alice, method, url), '')
    expect(status).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason: 'Forbidden',
      details,
      code: 403,
    })
  })

  test("an authorizer's reason ends it", () => {
    const { status } = forbiddenError(attributesOf(alice, 'GET', '/x'), 'RBAC: role "<r>" not found')
    expect(status.message).toBe('forbidden: User "alice" cannot get path "/x": RBAC: role "<r>" not found')
  })

  test("quotes as Go's %q does", () => {
    const user = { name: 'a"\\\u0000\u0007\u000b\u001b\u007f\n\\u0001é', groups: [] }
    expect(forbiddenError(attributesOf(user, 'GET', '/x'), '').message).toBe(
      String.raw`forbidden: User "a\"\\\x00\a\v\x1b\x7f\n\\u0001é" cannot get path "/x"`,
    )
  })
})
