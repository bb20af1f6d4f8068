import { describe, expect, test } from 'vitest'
import { CompiledRole } from '../../src/auth/rbac/compiled-role.js'
import { describeRules, uncovered } from '../../src/auth/rbac/covers.js'
import type { PolicyRule } from '../../src/auth/rbac/policy.js'
import { parseRequestInfo } from '../../src/meta/request-info.js'

const rule = (verbs: string, groups: string, resources: string, names = ''): PolicyRule => ({
  verbs: verbs.split(','),
  apiGroups: groups.split(','),
  resources: resources.split(','),
  ...(names === '' ? {} : { resourceNames: names.split(',') }),
})
const urls = (verbs: string, paths: string): PolicyRule => ({
  verbs: verbs.split(','),
  nonResourceURLs: paths.split(','),
})
const pods = '/api/v1/namespaces/a/pods'
const apps = '/apis/apps/v1/namespaces/a/deployments'

describe('A21: what a rule allows', () => {
  const cases: [name: string, rule: PolicyRule, method: string, path: string, allowed: boolean][] = [
    ['its verb', rule('get', '', 'pods'), 'GET', `${pods}/x`, true],
    ['no other verb', rule('get', '', 'pods'), 'DELETE', `${pods}/x`, false],
    ['any verb', rule('*', '', 'pods'), 'PATCH', `${pods}/x`, true],
    ['list is not get', rule('get', '', 'pods'), 'GET', pods, false],
    ['watch is not list', rule('list', '', 'pods'), 'GET', `${pods}?watch=1`, false],
    ['no other group', rule('get', '', 'deployments'), 'GET', `${apps}/x`, false],
    ['any group', rule('get', '*', 'deployments'), 'GET', `${apps}/x`, true],
    ['not its subresources', rule('get', '', 'pods'), 'GET', `${pods}/x/log`, false],
    ['a subresource', rule('get', '', 'pods/log'), 'GET', `${pods}/x/log`, true],
    ['not the resource of a subresource', rule('get', '', 'pods/log'), 'GET', `${pods}/x`, false],
    ['a subresource of anything', rule('get', 'apps', '*/scale'), 'GET', `${apps}/x/scale`, true],
    ['no other subresource of anything', rule('get', 'apps', '*/scale'), 'GET', `${apps}/x/status`, false],
    ['nothing like a subresource', rule('get', 'apps', '*/cale'), 'GET', `${apps}/x/scale`, false],
    ['all resources', rule('get', '', '*'), 'GET', `${pods}/x`, true],
    ['all subresources', rule('get', '', '*'), 'GET', `${pods}/x/log`, true],
    ['resources of one only', rule('get', '', 'pods/*'), 'GET', `${pods}/x/log`, false],
    ['a name', rule('get', '', 'pods', 'x,y'), 'GET', `${pods}/y`, true],
    ['no other name', rule('get', '', 'pods', 'x'), 'GET', `${pods}/z`, false],
    ['no list with a name', rule('list', '', 'pods', 'x'), 'GET', pods, false],
    ['a list of that name', rule('list', '', 'pods', 'x'), 'GET', `${pods}?fieldSelector=metadata.name%3Dx`, true],
    ['no creation with a name', rule('create', '', 'pods', 'x'), 'POST', pods, false],
    ['no deletion of all with a name', rule('deletecollection', '', 'pods', 'x'), 'DELETE', pods, false],
    ['a path', urls('get', '/metrics'), 'GET', '/metrics', true],
    ['no path below', urls('get', '/metrics'), 'GET', '/metrics/x', false],
    ['paths below', urls('get', '/metrics/*'), 'GET', '/metrics/x/y', true],
    ['not the path itself', urls('get', '/metrics/*'), 'GET', '/metrics', false],
    ['every path', urls('*', '*'), 'POST', '/x', true],
    ['no star in between', urls('get', '/a/*/b'), 'GET', '/a/x/b', false],
    ['paths are no resources', rule('get', '*', '*'), 'GET', '/metrics', false],
    ['resources are no paths', urls('*', '*'), 'GET', pods, false],
    ['nothing at all', {}, 'GET', pods, false],
    ['null verbs', { verbs: null, apiGroups: [''], resources: ['pods'] }, 'GET', `${pods}/x`, false],
    ['what every object has', rule('get', '', 'constructor'), 'GET', '/api/v1/namespaces/a/__proto__/x', false],
  ]
  test.each(cases)('%s', (_name, policy, method, url, allowed) => {
    const [path = '', query = ''] = url.split('?')
    const info = parseRequestInfo(method, path, new URLSearchParams(query))
    const user = { name: 'u', groups: [] }
    expect(new CompiledRole([rule('x', 'x', 'x'), policy]).allows({ ...info, user })).toBe(allowed)
  })
})

describe('A22: what rules do not cover', () => {
  const secrets = '{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}'
  const cases: [name: string, held: PolicyRule[], wanted: PolicyRule[], lacking: string[]][] = [
    ['nothing held', [], [rule('get', '', 'secrets')], [secrets]],
    ['the same', [rule('get', '', 'secrets')], [rule('get', '', 'secrets')], []],
    ['all verbs', [rule('*', '', 'secrets')], [rule('get,list', '', 'secrets')], []],
    [
      'all verbs wanted',
      [rule('get,list', '', 'secrets')],
      [rule('*', '', 'secrets')],
      ['{APIGroups:[""], Resources:["secrets"], Verbs:["*"]}'],
    ],
    ['all resources, subresources too', [rule('get', '', '*')], [rule('get', '', 'pods/log')], []],
    ['a subresource of anything', [rule('get', '', '*/scale')], [rule('get', '', 'pods/scale')], []],
    ['by several rules together', [rule('get', '', 'a'), rule('get', '', 'b')], [rule('get', '', 'a,b')], []],
    ['a name of all', [rule('get', '', 'pods')], [rule('get', '', 'pods', 'x')], []],
    [
      'all of a name',
      [rule('get', '', 'pods', 'x')],
      [rule('get', '', 'pods')],
      ['{APIGroups:[""], Resources:["pods"], Verbs:["get"]}'],
    ],
    [
      'verbs of one resource in one line, lines in order',
      [rule('list', '', 'pods')],
      [rule('list,get,watch', '', 'secrets,pods', 'x')],
      [
        '{APIGroups:[""], Resources:["pods"], ResourceNames:["x"], Verbs:["get" "watch"]}',
        '{APIGroups:[""], Resources:["secrets"], ResourceNames:["x"], Verbs:["list" "get" "watch"]}',
      ],
    ],
    ['paths below', [urls('get', '/a/*')], [urls('get', '/a/b,/c')], ['{NonResourceURLs:["/c"], Verbs:["get"]}']],
  ]
  test.each(cases)('%s', (_name, held, wanted, lacking) => {
    expect(describeRules(uncovered(held, wanted))).toEqual(lacking)
  })
})
