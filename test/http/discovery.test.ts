import { describe, expect } from 'vitest'
import { restaurant } from '../support/restaurant.js'
import { test as it } from '../support/server-test.js'

const aggregated = (version = 'v2') => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`
/** What kubectl and client-go send. */
const clientGo = [aggregated('v2'), aggregated('v2beta1'), 'application/json'].join(',')

interface DiscoveredGroup {
  metadata: { name?: string }
  versions: {
    version: string
    resources: { resource: string; scope: string; subresources?: { subresource: string }[] }[]
  }[]
}

describe('legacy discovery', () => {
  it('D01: names the versions of the core group', async ({ api }) => {
    const { status, text } = await api.get('/api')
    expect(status).toBe(200)
    expect(JSON.parse(text)).toMatchObject({
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0' }],
    })
    expect(text).toMatch(/"serverAddress": *"127\.0\.0\.1:\d+"/)
  })

  it('D02: lists the groups, without the core group', async ({ api }) => {
    const list = (await api.get('/apis')).json<{ kind: string; apiVersion: string; groups: { name: string }[] }>()
    expect(list).toMatchObject({ kind: 'APIGroupList', apiVersion: 'v1' })
    const groups = list.groups.map(({ name }) => name)
    expect(groups).toContain('restaurant.wukong.com')
    expect(groups).not.toContain('')
    expect((await api.get('/apis')).text).toBe((await api.get('/apis')).text)
  })

  it('D03, D06: shows a group with its versions in Kubernetes’ order', async ({ api }) => {
    expect((await api.get(restaurant.group)).json<unknown>()).toEqual({
      kind: 'APIGroup',
      apiVersion: 'v1',
      name: 'restaurant.wukong.com',
      versions: [
        { groupVersion: 'restaurant.wukong.com/v1beta1', version: 'v1beta1' },
        { groupVersion: 'restaurant.wukong.com/v1alpha1', version: 'v1alpha1' },
      ],
      preferredVersion: { groupVersion: 'restaurant.wukong.com/v1beta1', version: 'v1beta1' },
    })
    const asked = await api.get(restaurant.group, { accept: clientGo })
    expect(asked.json()).toMatchObject({ kind: 'APIGroup' })
  })

  it('D04, D05: lists resources and subresources of a version', async ({ api }) => {
    interface Resource {
      name: string
      singularName: string
      verbs: string[]
    }
    const beta = (await api.get(restaurant.v1beta1)).json<{ resources: Resource[] }>()
    expect(beta).toMatchObject({ kind: 'APIResourceList', groupVersion: 'restaurant.wukong.com/v1beta1' })
    expect(beta.resources.map(({ name }) => name).sort()).toEqual(['pizzas', 'pizzas/bake', 'pizzas/status'])
    const [pizzas, status] = ['pizzas', 'pizzas/status'].map((name) => beta.resources.find((r) => r.name === name))
    expect(pizzas).toMatchObject({
      singularName: 'pizza',
      namespaced: true,
      kind: 'Pizza',
      shortNames: ['pz'],
      categories: ['all'],
    })
    const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
    expect([...(pizzas?.verbs ?? [])].sort()).toEqual(verbs)
    expect(status).toMatchObject({ singularName: '', kind: 'Pizza' })
    expect([...(status?.verbs ?? [])].sort()).toEqual(['get', 'patch', 'update'])
    const alpha = (await api.get(restaurant.v1alpha1)).json<{ resources: Resource[] }>()
    expect(alpha.resources.map(({ name }) => name)).toEqual(expect.arrayContaining(['pizzas', 'toppings']))
    expect(alpha.resources.find((r) => r.name === 'toppings')).toMatchObject({ namespaced: false, kind: 'Topping' })
    const core = (await api.get('/api/v1')).json<{ resources: Resource[] }>()
    expect(core).toMatchObject({ kind: 'APIResourceList', groupVersion: 'v1' })
    const namespaces = core.resources.find(({ name }) => name === 'namespaces')
    expect(namespaces).toMatchObject({ singularName: 'namespace', namespaced: false, shortNames: ['ns'] })
    expect(namespaces?.verbs).not.toContain('deletecollection')
  })

  it.for([
    ['/apis/nosuch.io', 'text'],
    ['/apis/nosuch.io/v1', 'text'],
    ['/nosuch', 'text'],
    ['/api/v9', 'Status'],
    ['/apis/restaurant.wukong.com/v1beta1/pastas', 'Status'],
  ] as const)('E09: answers 404 to %s as %s', async ([path, form], { api }) => {
    const { status, headers, text } = await api.get(path)
    expect(status).toBe(404)
    if (form === 'text') {
      expect(text).toBe('404 page not found\n')
      expect(headers['content-type']).toMatch(/^text\/plain/)
    } else {
      expect(JSON.parse(text)).toMatchObject({
        kind: 'Status',
        reason: 'NotFound',
        message: 'the server could not find the requested resource',
        details: {},
        code: 404,
      })
    }
  })

  it.for(['/api/', '/apis/', '/api/v1/', `${restaurant.group}/`, `${restaurant.v1beta1}/`, '/api/v1/namespaces/'])(
    'D08: takes %s for the path without the slash',
    async (path, { api }) => {
      const [slash, plain] = [await api.get(path), await api.get(path.slice(0, -1))]
      expect(slash.status).toBe(200)
      expect(slash.json<{ kind: string }>().kind).toBe(plain.json<{ kind: string }>().kind)
    },
  )
})

describe('aggregated discovery', () => {
  it.for(['/api', '/apis'])('D20: %s says so in the content type', async (path, { api }) => {
    for (const accept of [
      aggregated(),
      clientGo,
      'application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io',
    ]) {
      const { headers } = await api.get(path, { accept })
      expect(headers['content-type'], accept).toBe(aggregated())
      expect(headers.vary).toContain('Accept')
      expect(headers.etag).toMatch(/^"[0-9A-Za-z]+"$/)
    }
    const plain = await api.get(path, { accept: 'application/json' })
    expect(plain.headers['content-type']).toMatch(/^application\/json(;\s*charset=utf-8)?$/)
  })

  it('D21: holds what legacy discovery holds', async ({ api }) => {
    const { headers, text } = await api.get('/apis', { accept: aggregated() })
    expect(headers['content-type']).toBe(aggregated())
    const list = JSON.parse(text) as { items: DiscoveredGroup[] }
    expect(list).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {} })
    const group = list.items.find(({ metadata }) => metadata.name === 'restaurant.wukong.com')
    expect(group?.versions.map(({ version }) => version)).toEqual(['v1beta1', 'v1alpha1'])
    const pizzas = group?.versions[0]?.resources.find(({ resource }) => resource === 'pizzas')
    expect(pizzas).toMatchObject({
      responseKind: { group: '', version: '', kind: 'Pizza' },
      scope: 'Namespaced',
      singularResource: 'pizza',
      shortNames: ['pz'],
      categories: ['all'],
    })
    expect(pizzas?.subresources?.map(({ subresource }) => subresource).sort()).toEqual(['bake', 'status'])
    const toppings = group?.versions[1]?.resources.find(({ resource }) => resource === 'toppings')
    expect(toppings).toMatchObject({ scope: 'Cluster' })
    for (const { versions } of list.items) for (const v of versions) expect(v).toMatchObject({ freshness: 'Current' })
    const core = (await api.get('/api', { accept: aggregated() })).json<{ items: DiscoveredGroup[] }>()
    expect(core.items).toHaveLength(1)
    expect(core.items[0]?.metadata.name ?? '').toBe('')
    expect(core.items[0]?.versions[0]?.resources.map(({ resource }) => resource)).toContain('namespaces')
  })

  it('D22: answers 304 to the tag it gave', async ({ api }) => {
    const accept = aggregated()
    const { etag } = (await api.get('/apis', { accept })).headers
    const again = await api.get('/apis', { accept, 'if-none-match': etag ?? '' })
    expect(again).toMatchObject({ status: 304, text: '' })
    expect(again.headers.etag).toBe(etag)
    expect((await api.get('/apis', { accept, 'if-none-match': '"other"' })).status).toBe(200)
  })

  it('D23: still speaks v2beta1', async ({ api }) => {
    const { status, headers, text } = await api.get('/apis', { accept: aggregated('v2beta1') })
    if (status === 406) return
    expect(headers['content-type']).toBe(aggregated('v2beta1'))
    expect(JSON.parse(text)).toMatchObject({ apiVersion: 'apidiscovery.k8s.io/v2beta1' })
  })
})
