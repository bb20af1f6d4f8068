import { describe, expect, test } from 'vitest'
import { createAuthorizer } from '../../src/auth/authorizers.js'
import { forbiddenError } from '../../src/auth/forbidden.js'
import type { RequestInfo } from '../../src/meta/request-info.js'
import { parseRequestInfo } from '../../src/meta/request-info.js'
import type { UserInfo } from '../../src/meta/user.js'

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
  const [everybody, members, masters] = [
    'anonymous alice admin controller',
    'alice admin controller',
    'admin controller',
  ]
  const cases: [method: string, url: string, alwaysAllow: string, rbac: string][] = [
    ['GET', '/healthz', everybody, everybody],
    ['HEAD', '/livez', everybody, everybody],
    ['GET', '/readyz?verbose', everybody, everybody],
    ['GET', '/version', everybody, everybody],
    ['POST', '/version', members, masters],
    ['GET', '/livez/ping', members, masters],
    ['GET', '/healthz/', members, masters],
    ['GET', '/', members, masters],
    ['GET', '/apis', members, masters],
    ['GET', '/openapi/v3', members, masters],
    ['GET', '/wukong/files', members, masters],
    ['GET', '/api/v1/namespaces', members, masters],
    ['DELETE', '/apis/restaurant.wukong.com/v1beta1/namespaces/default/pizzas', members, masters],
  ]
  test.each(cases)('%s %s', async (method, url, alwaysAllow, rbac) => {
    for (const [mode, expected] of [
      ['AlwaysAllow', alwaysAllow],
      ['RBAC', rbac],
    ] as const) {
      const authorizer = createAuthorizer(mode)
      const allowed: string[] = []
      for (const [name, user] of Object.entries({ anonymous, alice, admin, controller })) {
        if ((await authorizer.authorize(attributesOf(user, method, url))).allowed) allowed.push(name)
      }
      expect(allowed.join(' '), mode).toBe(expected)
    }
  })
})

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
