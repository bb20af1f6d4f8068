import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import { created, done } from '../support/expect-answer.js'
import { test as it } from '../support/rbac-test.js'
import { plainToken } from '../support/server-test.js'

const rbac = '/apis/rbac.authorization.k8s.io/v1'
const clusterRoles = `${rbac}/clusterroles`
const rules = (resource: string) => [{ apiGroups: ['x.io'], resources: [resource], verbs: ['get'] }]

interface ClusterRole extends KubeObject {
  readonly rules: { readonly resources?: string[] }[] | null
}

describe('A23: roles that gather others', () => {
  it('have the rules of what they select, and lose them again', async ({ api }) => {
    const resources = async (name: string) => {
      const role = done<ClusterRole>(await api.get(`${clusterRoles}/${name}`))
      return (role.rules ?? []).flatMap((rule) => rule.resources ?? [])
    }
    const aggregationRule = {
      clusterRoleSelectors: [{ matchLabels: { gather: 'a' } }, { matchLabels: { gather: 'b' } }],
    }
    const labels = (gather: string) => ({ labels: { gather } })
    created(await api.post(clusterRoles, { metadata: { name: 'r1', ...labels('b') }, rules: rules('one') }))
    created(await api.post(clusterRoles, { metadata: { name: 'all' }, aggregationRule, rules: rules('mine') }))
    created(await api.post(clusterRoles, { metadata: { name: 'r2', ...labels('a') }, rules: rules('two') }))
    created(await api.post(clusterRoles, { metadata: { name: 'r3', ...labels('c') }, rules: rules('three') }))
    const become = (wanted: string[]) =>
      eventually(`it has ${wanted}`, async () => `${await resources('all')}` === `${wanted}` || undefined)
    await become(['two', 'one'])
    done(await api.patch(`${clusterRoles}/r3`, { metadata: labels('a') }))
    await become(['two', 'three', 'one'])
    done(await api.delete(`${clusterRoles}/r2`))
    await become(['three', 'one'])
    const { metadata } = done(await api.get(`${clusterRoles}/all`))
    expect(metadata.managedFields).toContainEqual(
      expect.objectContaining({
        ...{ manager: 'clusterrole-aggregation-controller', operation: 'Apply', fieldsV1: { 'f:rules': {} } },
      }),
    )
  })

  it('of the start are whole: who may view may see pods, and no secrets', async ({ api, as, namespace }) => {
    const subjects = [{ kind: 'User', name: 'plain' }]
    const roleRef = { kind: 'ClusterRole', name: 'view' }
    created(
      await api.post(`${rbac}/namespaces/${namespace}/rolebindings`, { metadata: { name: 'v' }, subjects, roleRef }),
    )
    const get = async (what: string) => (await as(plainToken).get(`/api/v1/namespaces/${namespace}/${what}`)).status
    await eventually('pods can be seen', async () => (await get('pods')) === 200 || undefined)
    expect(await get('secrets')).toBe(403)
    const admin = async () => done<ClusterRole>(await api.get(`${clusterRoles}/admin`)).rules ?? []
    await eventually(
      'admin has what edit and view have',
      async () => (await admin()).some(({ resources }) => resources?.includes('pods/exec')) || undefined,
    )
  })
})
