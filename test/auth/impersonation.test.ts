import { describe, expect, test } from 'vitest'
import { actingUser } from '../../src/auth/impersonation.js'
import type { UserInfo } from '../../src/meta/user.js'
import type { AuthorizationAttributes, Authorizer } from '../../src/registry/authorizer.js'
import { created } from '../support/expect-answer.js'
import { test as it } from '../support/rbac-test.js'
import { plainToken } from '../support/server-test.js'

const requester: UserInfo = { name: 'root', groups: ['system:authenticated'] }
type Sent = readonly (readonly [name: string, value: string])[]

/** What the request acts as, and what was asked for that. */
async function acting(sent: Sent, mayDo: (asked: string) => boolean = () => true) {
  const asked: string[] = []
  const authorizer: Authorizer = {
    authorize: ({ verb, group, resource, subresource, namespace, name }: AuthorizationAttributes) => {
      const what = subresource === '' ? resource : `${resource}/${subresource}`
      asked.push([verb, what, group, namespace, name].filter((part) => part !== '').join(' '))
      return { allowed: mayDo(what), reason: '' }
    },
    rulesFor: () => ({ resourceRules: [], nonResourceRules: [], incomplete: false }),
  }
  const headers = Object.fromEntries(sent.map(([name, value]) => [name.toLowerCase(), value]))
  const user = await actingUser({ headers, rawHeaders: sent.flat() }, requester, authorizer)
  return { user, asked }
}

const [user, group, uid] = ['Impersonate-User', 'Impersonate-Group', 'Impersonate-Uid']
const known = 'system:authenticated'
const account = 'system:serviceaccount:ns:sa'

describe('A06: whom a request acts as', () => {
  const cases: [name: string, sent: Sent, user: object, asked: string[]][] = [
    ['nobody else', [['Accept', '*/*']], requester, []],
    ['nobody else: an empty name', [[user, '']], requester, []],
    ['nobody else: a header of no meaning', [['Impersonate-Foo', 'x']], requester, []],
    ['a user', [[user, 'carol']], { name: 'carol', groups: [known] }, ['impersonate users carol']],
    [
      'a user with groups',
      [
        [user, 'carol'],
        [group, 'a'],
        ['impersonate-group', 'b, c'],
      ],
      { name: 'carol', groups: ['a', 'b, c', known] },
      ['impersonate users carol', 'impersonate groups a', 'impersonate groups b, c'],
    ],
    [
      'the first user named',
      [
        [user, 'carol'],
        [user, 'dave'],
      ],
      { name: 'carol', groups: [known] },
      ['impersonate users carol'],
    ],
    [
      'a user with UID and more',
      [
        [user, 'carol'],
        [uid, 'u1'],
        ['Impersonate-Extra-Foo%2fBar', 'v'],
        ['impersonate-extra-foo%2FBAR', 'w'],
        ['Impersonate-Extra-A%zz', 'x'],
      ],
      { name: 'carol', uid: 'u1', groups: [known], extra: { 'foo/bar': ['v', 'w'], 'a%zz': ['x'] } },
      [
        ...['impersonate users carol', 'impersonate userextras/foo/bar authentication.k8s.io v'],
        ...['impersonate userextras/foo/bar authentication.k8s.io w'],
        ...['impersonate userextras/a%zz authentication.k8s.io x', 'impersonate uids authentication.k8s.io u1'],
      ],
    ],
    [
      'a service account',
      [[user, account]],
      { name: account, groups: ['system:serviceaccounts', 'system:serviceaccounts:ns', known] },
      ['impersonate serviceaccounts ns sa'],
    ],
    [
      'a service account in other groups',
      [
        [user, account],
        [group, 'a'],
      ],
      { name: account, groups: ['a', known] },
      ['impersonate serviceaccounts ns sa', 'impersonate groups a'],
    ],
    [
      'a name that only looks like an account',
      [[user, 'system:serviceaccount:ns:sa:x']],
      { name: 'system:serviceaccount:ns:sa:x', groups: [known] },
      ['impersonate users system:serviceaccount:ns:sa:x'],
    ],
    [
      'a node',
      [[user, 'system:node:n']],
      { name: 'system:node:n', groups: ['system:nodes', known] },
      ['impersonate users system:node:n'],
    ],
    [
      'the anonymous user',
      [[user, 'system:anonymous']],
      { name: 'system:anonymous', groups: ['system:unauthenticated'] },
      ['impersonate users system:anonymous'],
    ],
    [
      'somebody who is not known',
      [
        [user, 'carol'],
        [group, 'system:unauthenticated'],
      ],
      { name: 'carol', groups: ['system:unauthenticated'] },
      ['impersonate users carol', 'impersonate groups system:unauthenticated'],
    ],
  ]
  test.each(cases)('%s', async (_name, sent, expected, asked) => {
    const found = await acting(sent)
    expect({ ...found.user }).toEqual(expected)
    expect(found.asked).toEqual(asked)
  })

  const refused: [sent: Sent, message: string][] = [
    [
      [[group, 'carol']],
      'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"carol"}, Extra:map[string][]string(nil)} without impersonating a user name',
    ],
    [
      [['Impersonate-Extra-Foo', 'x']],
      'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string(nil), Extra:map[string][]string{"foo":[]string{"x"}}} without impersonating a user name',
    ],
    [
      [[uid, 'u']],
      'requested &user.DefaultInfo{Name:"", UID:"u", Groups:[]string(nil), Extra:map[string][]string(nil)} without impersonating a user name',
    ],
  ]
  test.each(refused)('%j without a user is no request', async (sent, message) => {
    await expect(acting(sent)).rejects.toMatchObject({ status: { code: 400, message } })
  })

  const parts: [may: string, message: string][] = [
    [
      'groups',
      'users "carol" is forbidden: User "root" cannot impersonate resource "users" in API group "" at the cluster scope',
    ],
    [
      'users',
      'groups "a" is forbidden: User "root" cannot impersonate resource "groups" in API group "" at the cluster scope',
    ],
  ]
  test.each(parts)('who may only impersonate %s may not do both', async (may, message) => {
    const sent: Sent = [
      [user, 'carol'],
      [group, 'a'],
    ]
    await expect(acting(sent, (what) => what === may)).rejects.toMatchObject({ status: { code: 403, message } })
  })

  it('is whose permissions count', async ({ api, as, server }) => {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
    const carol = created(await api.post(path, {}, { [user]: 'carol', 'impersonate-extra-%5F_proto__': 'x' }))
    expect(carol.status).toMatchObject({ userInfo: { username: 'carol', groups: [known] } })
    expect((await api.get('/api/v1/nodes', { [user]: 'carol' })).json()).toMatchObject({
      message: 'nodes is forbidden: User "carol" cannot list resource "nodes" in API group "" at the cluster scope',
    })
    const denied = await as(plainToken).get('/api', { [user]: 'carol' })
    expect(denied.json()).toMatchObject({ code: 403, details: { name: 'carol', kind: 'users' } })
    expect((await server.api.get('/version', { [user]: 'carol' })).status).toBe(403)
    expect((await server.api.get('/version', { [group]: 'x' })).status).toBe(400)
  })
})
