import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { definitionOf, definitionsPath, establish } from '../support/custom-resources.js'
import { checkError, type ErrorRow } from '../support/error-rows.js'
import { eventually } from '../support/eventually.js'
import { created, done } from '../support/expect-answer.js'
import type { ListBody } from '../support/http.js'
import { testAlone as it } from '../support/server-test.js'

const path = '/apis/apiregistration.k8s.io/v1/apiservices'
const label = 'kube-aggregator.kubernetes.io/automanaged'
const service = { name: 'svc', namespace: 'default' }
const priorities = { groupPriorityMinimum: 100, versionPriority: 10 }
const apiService = (name: string, spec: object) => ({
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name },
  spec,
})

interface GroupList {
  readonly groups: { readonly name: string; readonly versions: { readonly version: string }[] }[]
}

const rows: readonly ErrorRow[] = [
  {
    what: 'a name that is not that of the group version',
    body: apiService('bad', { group: 'foo.io', version: 'v1' }),
    message:
      'APIService.apiregistration.k8s.io "bad" is invalid: [metadata.name: Invalid value: "bad": must be `spec.version+"."+spec.group`: "v1.foo.io", ' +
      'spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000, ' +
      'spec.versionPriority: Invalid value: 0: must be positive and less than 1000]',
  },
  {
    what: 'authorities for a local one',
    body: apiService('v1.bar.io', { group: 'bar.io', version: 'v1', ...priorities, caBundle: 'YWJj' }),
    message:
      'APIService.apiregistration.k8s.io "v1.bar.io" is invalid: spec.caBundle: Invalid value: "3 bytes": local APIServices may not have a caBundle',
  },
  {
    what: 'trust in everybody and in some',
    body: apiService('v1.bar.io', {
      ...{ group: 'bar.io', version: 'v1', ...priorities, service, caBundle: 'YWJj', insecureSkipTLSVerify: true },
    }),
    message:
      'APIService.apiregistration.k8s.io "v1.bar.io" is invalid: spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present',
  },
  {
    what: 'a service without a name',
    body: apiService('v1.bar.io', { group: 'bar.io', version: 'v1', ...priorities, service: { port: 70_000 } }),
    message:
      'APIService.apiregistration.k8s.io "v1.bar.io" is invalid: [spec.service.namespace: Required value, spec.service.name: Required value, ' +
      'spec.service.port: Invalid value: 70000: port is not valid: must be between 1 and 65535, inclusive]',
  },
  {
    what: 'a group that is no name',
    body: apiService('v1.Foo', { group: 'Foo', version: 'v1', ...priorities }),
    message: /spec\.group: Invalid value: "Foo": a lowercase RFC 1123 subdomain must consist of/,
  },
  {
    what: 'a name that is made up',
    body: { ...apiService('', { group: 'foo.io', version: 'v1', ...priorities }), metadata: { generateName: 'v1.f' } },
    message:
      /metadata\.generateName: Invalid value: "v1\.f": must be `spec\.version\+"\."\+spec\.group`: "v1\.foo\.io", /,
  },
  {
    what: 'a condition that is neither true nor false',
    ...{ method: 'PATCH', path: `${path}/v1.apps/status` },
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { status: { conditions: [{ type: 'Available', status: 'Maybe' }] } },
    message:
      'APIService.apiregistration.k8s.io "v1.apps" is invalid: status.conditions[0].status: Unsupported value: "Maybe": supported values: "True", "False", "Unknown"',
  },
].map((row) => ({ method: 'POST', path, ...row, code: 422, reason: 'Invalid' }))

describe('A80: APIServices of what is served here', () => {
  it('are there from the start, for Kubernetes’ own groups and those of modules', async ({ api }) => {
    const { items } = done<ListBody>(await api.get(path))
    const names = items.map(({ metadata }) => metadata.name)
    expect(names).toEqual(expect.arrayContaining(['v1.', 'v1.apps', 'v2.autoscaling', 'v1beta1.restaurant.wukong.com']))
    expect(names).not.toContain('v1.apiregistration.k8s.io')
    const apps = done(await api.get(`${path}/v1.apps`))
    expect(apps.metadata.labels).toEqual({ [label]: 'onstart' })
    expect(apps.spec).toEqual({ group: 'apps', version: 'v1', groupPriorityMinimum: 17_800, versionPriority: 15 })
    expect(apps.status).toEqual({
      conditions: [
        {
          ...{ type: 'Available', status: 'True', reason: 'Local', message: 'Local APIServices are always available' },
          lastTransitionTime: apps.metadata.creationTimestamp,
        },
      ],
    })
  })

  it('are put right: spec and all, when somebody changes or deletes them', async ({ api }) => {
    const { metadata } = done(await api.get(`${path}/v1.batch`))
    done(await api.patch(`${path}/v1.batch`, { spec: { versionPriority: 77 }, metadata: { labels: { a: 'b' } } }))
    const again = await eventually('the spec is right', async () => {
      const now = done(await api.get(`${path}/v1.batch`))
      return (now.spec as { versionPriority: number }).versionPriority === 15 && now
    })
    expect(again.metadata.labels).toEqual({ a: 'b', [label]: 'onstart' })
    done(await api.delete(`${path}/v1.batch`))
    const remade = await eventually('it is there again', async () => {
      const answer = await api.get(`${path}/v1.batch`)
      return answer.status === 200 && answer.json()
    })
    expect(remade.metadata.uid).not.toBe(metadata.uid)
  })

  it('come and go with definitions', async ({ api }) => {
    const crd = definitionOf('Thing', 'things.example.com', { type: 'object' })
    await establish(api, crd)
    const found = await eventually('it is there', async () => {
      const answer = await api.get(`${path}/v1.things.example.com`)
      return answer.status === 200 && answer.json()
    })
    expect(found.metadata.labels).toEqual({ [label]: 'true' })
    expect(found.spec).toMatchObject({ groupPriorityMinimum: 1000, versionPriority: 100 })
    done(await api.delete(`${definitionsPath}/${crd.metadata.name}`))
    await eventually('it is gone', async () => (await api.get(`${path}/v1.things.example.com`)).status === 404)
  })

  it('are left alone without the label, and then say where their group stands', async ({ api }) => {
    const order = async () => done<GroupList>(await api.get('/apis')).groups.map(({ name }) => name)
    const before = await order()
    expect(before.slice(0, 4)).toEqual(['apiregistration.k8s.io', 'apps', 'events.k8s.io', 'authentication.k8s.io'])
    expect(before.at(-1)).toBe('restaurant.wukong.com')
    const first = { metadata: { labels: { [label]: null } }, spec: { groupPriorityMinimum: 19_000 } }
    done(await api.patch(`${path}/v1alpha1.restaurant.wukong.com`, first))
    await eventually('it comes first', async () => (await order())[1] === 'restaurant.wukong.com')
    const aggregated = await api.get('/apis', {
      accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    })
    expect(done<ListBody>(aggregated).items[1]?.metadata.name).toBe('restaurant.wukong.com')
  })

  it('are tables', async ({ api }) => {
    const table = await api.get(`${path}/v1.apps`, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })
    const { rows } = done<{ rows: { cells: unknown[] }[] } & KubeObject>(table)
    expect(rows[0]?.cells.slice(0, 3)).toEqual(['v1.apps', 'Local', 'True'])
  })

  it('take a status, and go as a collection', async ({ api }) => {
    const one = { ...apiService('v1.many.io', { group: 'many.io', version: 'v1', ...priorities }) }
    created(await api.post(path, { ...one, metadata: { ...one.metadata, labels: { many: 'yes' } } }))
    const condition = { type: 'StatusUpdated', status: 'True', reason: 'E2E', message: 'set' }
    const patched = done(await api.patch(`${path}/v1.many.io/status`, { status: { conditions: [condition] } }))
    expect(patched.status).toEqual({ conditions: [expect.objectContaining(condition)] })
    expect(done<GroupList>(await api.get('/apis')).groups.map(({ name }) => name)).toContain('many.io')
    expect((await api.get('/apis/many.io/v1')).text).toBe('404 page not found\n')
    done(await api.delete(`${path}?labelSelector=many%3Dyes`))
    expect((await api.get(`${path}/v1.many.io`)).status).toBe(404)
  })
})

describe('A80: an APIService is refused with', () => {
  it.for(rows)('$what', (row, { api }) => checkError(api, row))
})
