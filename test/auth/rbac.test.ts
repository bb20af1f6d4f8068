import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { created, done } from '../support/expect-answer.js'
import type { HttpClient, ListBody } from '../support/http.js'
import { test as it } from '../support/rbac-test.js'
import { plainToken } from '../support/server-test.js'

const rbac = '/apis/rbac.authorization.k8s.io/v1'
const apiGroup = 'rbac.authorization.k8s.io'
const rules = (verbs: string, resources: string, group = '') => [
  { apiGroups: [group], resources: resources.split(','), verbs: verbs.split(',') },
]
const role = (name: string, given: object[]) => ({ metadata: { name }, rules: given })
const binding = (name: string, ref: string, ...subjects: object[]) => {
  const [kind, of] = ref.split(' ')
  return { metadata: { name }, roleRef: { apiGroup, kind, name: of }, subjects }
}
const subject = (kind: string, name: string) => ({ kind, name, apiGroup })
const plain = subject('User', 'plain')

interface Decision {
  readonly allowed: boolean
  readonly reason?: string
}

async function review(api: HttpClient, spec: object): Promise<Decision> {
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
  return created<KubeObject & { status: Decision }>(await api.post(path, { spec })).status
}

const pods = { verb: 'get', resource: 'pods' }

describe('A20, A21: roles', () => {
  it('grant in their namespace; in which, by what, to whom is the reason', async ({ api, namespace }) => {
    const path = `${rbac}/namespaces/${namespace}`
    created(await api.post(`${path}/roles`, role('readers', rules('get', 'pods'))))
    const robot = { kind: 'ServiceAccount', name: 'robot' }
    const friend = { kind: 'ServiceAccount', name: 'robot', namespace: 'kube-public' }
    const who = [subject('User', 'u'), subject('Group', 'g'), robot, friend]
    created(await api.post(`${path}/rolebindings`, binding('b', 'Role readers', ...who)))
    const told = (to: string) => `RBAC: allowed by RoleBinding "b/${namespace}" of Role "readers" to ${to}`
    const cases: [object, string | undefined][] = [
      [{ user: 'u' }, told('User "u"')],
      [{ user: 'u', groups: ['g'] }, told('User "u"')],
      [{ user: 'x', groups: ['f', 'g'] }, told('Group "g"')],
      [{ user: `system:serviceaccount:${namespace}:robot` }, told(`ServiceAccount "robot/${namespace}"`)],
      [{ user: 'system:serviceaccount:kube-public:robot' }, told('ServiceAccount "robot/kube-public"')],
      [{ user: 'system:serviceaccount:default:robot' }, undefined],
      [{ user: 'g' }, undefined],
      [{ user: 'x', groups: ['u'] }, undefined],
    ]
    for (const [user, reason] of cases) {
      const there = await review(api, { ...user, resourceAttributes: { ...pods, namespace } })
      expect(there).toEqual(reason === undefined ? { allowed: false } : { allowed: true, reason })
      expect(await review(api, { ...user, resourceAttributes: { ...pods, namespace: 'default' } })).toEqual({
        allowed: false,
      })
    }
  })

  it('grant everywhere by a ClusterRoleBinding, in one namespace by a RoleBinding', async ({ api, namespace }) => {
    created(await api.post(`${rbac}/clusterroles`, role(`c-${namespace}`, rules('get', 'pods'))))
    const ref = `ClusterRole c-${namespace}`
    created(await api.post(`${rbac}/clusterrolebindings`, binding(`c-${namespace}`, ref, subject('User', 'all'))))
    const path = `${rbac}/namespaces/${namespace}/rolebindings`
    created(await api.post(path, binding('c', ref, subject('User', 'here'))))
    const decide = async (user: string, where?: string) =>
      (await review(api, { user, resourceAttributes: { ...pods, ...(where ? { namespace: where } : {}) } })).allowed
    expect([await decide('all'), await decide('all', namespace), await decide('all', 'default')]).toEqual([
      ...[true, true, true],
    ])
    expect([await decide('here'), await decide('here', namespace), await decide('here', 'default')]).toEqual([
      ...[false, true, false],
    ])
  })

  it('take effect, and end, with the answer', async ({ api, as, namespace }) => {
    const path = `${rbac}/namespaces/${namespace}`
    const get = async () => (await as(plainToken).get(`/api/v1/namespaces/${namespace}/pods`)).status
    expect(await get()).toBe(403)
    created(await api.post(`${path}/rolebindings`, binding('p', 'Role later', plain)))
    const missing = await as(plainToken).get(`/api/v1/namespaces/${namespace}/pods`)
    expect(missing.json<{ message: string }>().message).toBe(
      `pods is forbidden: User "plain" cannot list resource "pods" in API group "" in the namespace "${namespace}": ` +
        'RBAC: role.rbac.authorization.k8s.io "later" not found',
    )
    created(await api.post(`${path}/roles`, role('later', rules('list', 'pods'))))
    expect(await get()).toBe(200)
    done(await api.patch(`${path}/roles/later`, { rules: rules('get', 'pods') }))
    expect(await get()).toBe(403)
    done(await api.patch(`${path}/roles/later`, { rules: rules('*', '*') }))
    expect(await get()).toBe(200)
    done(await api.delete(`${path}/rolebindings/p`))
    expect(await get()).toBe(403)
  })
})

describe('A22: nobody grants what they do not have', () => {
  const may = (verbs: string, resources: string) => rules(verbs, resources, apiGroup)
  const grant = async (api: HttpClient, namespace: string, given: object[]) => {
    const path = `${rbac}/namespaces/${namespace}`
    created(await api.post(`${path}/roles`, role('own', given)))
    created(await api.post(`${path}/rolebindings`, binding('own', 'Role own', plain)))
    return path
  }
  const groups = '["staff" "kitchen" "system:authenticated"]'
  const attempt = `user "plain" (groups=${groups}) is attempting to grant RBAC permissions not currently held:\n`

  it('roles', async ({ api, as, namespace }) => {
    const path = await grant(api, namespace, [...may('create,update,patch', 'roles'), ...rules('get', 'pods')])
    const client = as(plainToken)
    created(await client.post(`${path}/roles`, role('same', rules('get', 'pods'))))
    const more = role('more', rules('get,list', 'secrets'))
    expect((await client.post(`${path}/roles`, more)).json()).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message:
        `roles.rbac.authorization.k8s.io "more" is forbidden: ${attempt}` +
        '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}',
      details: { name: 'more', group: apiGroup, kind: 'roles' },
    })
    expect((await client.patch(`${path}/roles/same`, { rules: rules('*', '*') })).status).toBe(403)
    done(await client.patch(`${path}/roles/same`, { metadata: { labels: { a: 'b' } } }))
    done(await api.patch(`${path}/roles/same`, { rules: rules('*', '*'), metadata: { finalizers: ['a.b/c'] } }))
    done(await client.patch(`${path}/roles/same`, { metadata: { finalizers: null } }))
  })

  it('unless they may escalate', async ({ api, as, namespace }) => {
    const path = await grant(api, namespace, may('create,escalate', 'roles'))
    created(await as(plainToken).post(`${path}/roles`, role('more', rules('*', '*'))))
  })

  it('bindings', async ({ api, as, namespace }) => {
    const path = await grant(api, namespace, [...may('create', 'rolebindings'), ...rules('get', 'pods')])
    created(await api.post(`${path}/roles`, role('same', rules('get', 'pods'))))
    const client = as(plainToken)
    created(await client.post(`${path}/rolebindings`, binding('same', 'Role same', plain)))
    const all = await client.post(`${path}/rolebindings`, binding('all', 'ClusterRole cluster-admin', plain))
    expect(all.json()).toMatchObject({
      code: 403,
      message:
        `rolebindings.rbac.authorization.k8s.io "all" is forbidden: ${attempt}` +
        '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}',
    })
    const none = await client.post(`${path}/rolebindings`, binding('none', 'Role none', plain))
    expect(none.json()).toMatchObject({ code: 404, message: 'roles.rbac.authorization.k8s.io "none" not found' })
  })

  it('unless they may bind', async ({ api, as, namespace }) => {
    const names = { apiGroups: [apiGroup], resources: ['clusterroles'], verbs: ['bind'], resourceNames: ['view'] }
    const path = await grant(api, namespace, [...may('create', 'rolebindings'), names])
    created(await as(plainToken).post(`${path}/rolebindings`, binding('v', 'ClusterRole view', plain)))
    const edit = await as(plainToken).post(`${path}/rolebindings`, binding('e', 'ClusterRole cluster-admin', plain))
    expect(edit.status).toBe(403)
  })

  it('aggregation asks for everything', async ({ api, as, namespace }) => {
    const name = `agg-${namespace}`
    created(await api.post(`${rbac}/clusterroles`, role(name, may('create', 'clusterroles'))))
    created(await api.post(`${rbac}/clusterrolebindings`, binding(name, `ClusterRole ${name}`, plain)))
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] }
    const made = await as(plainToken).post(`${rbac}/clusterroles`, { metadata: { name: 'x' }, aggregationRule })
    expect(made.json()).toMatchObject({
      code: 403,
      message:
        'clusterroles.rbac.authorization.k8s.io "x" is forbidden: must have cluster-admin privileges to use the aggregationRule',
    })
    done(await api.delete(`${rbac}/clusterrolebindings/${name}`))
  })
})

describe('A23: the roles there are from the start', () => {
  it("are upstream's", async ({ api }) => {
    const names = async (plural: string) => done<ListBody>(await api.get(`${rbac}/${plural}`)).items.length
    expect(await names('clusterroles')).toBeGreaterThanOrEqual(69)
    expect(await names('clusterrolebindings')).toBeGreaterThanOrEqual(50)
    expect(done(await api.get(`${rbac}/clusterroles/cluster-admin`))).toMatchObject({
      metadata: {
        labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
        annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
        managedFields: [{ manager: 'kube-apiserver', operation: 'Update' }],
      },
      rules: [
        { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
        { verbs: ['*'], nonResourceURLs: ['*'] },
      ],
    })
    const leader = 'system::leader-locking-kube-scheduler'
    expect(done(await api.get(`${rbac}/namespaces/kube-system/rolebindings/${leader}`))).toMatchObject({
      subjects: [{ kind: 'User' }, { kind: 'ServiceAccount', namespace: 'kube-system' }],
    })
  })

  it('let everybody ask for the version, members for discovery', async ({ as, server }) => {
    expect((await server.api.get('/version')).status).toBe(200)
    expect((await server.api.get('/readyz')).status).toBe(200)
    expect((await server.api.get('/api')).json()).toMatchObject({
      message: 'forbidden: User "system:anonymous" cannot get path "/api"',
    })
    expect((await as(plainToken).get('/api')).status).toBe(200)
    expect((await as(plainToken).get('/metrics')).status).toBe(403)
  })

  it('A24: tell what somebody may do', async ({ as }) => {
    const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews'
    const answer = created(await as(plainToken).post(path, { spec: { namespace: 'default' } }))
    const reviews = ['selfsubjectaccessreviews', 'selfsubjectrulesreviews']
    expect(answer.status).toMatchObject({
      resourceRules: expect.arrayContaining([
        { verbs: ['create'], apiGroups: ['authorization.k8s.io'], resources: reviews },
        { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
      ]),
      incomplete: false,
    })
  })
})
