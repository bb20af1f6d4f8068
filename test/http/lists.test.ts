import { describe, expect } from 'vitest'
import type { HttpClient, ListBody } from '../support/http.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { test as it } from '../support/server-test.js'

const list = async (api: HttpClient, path: string) => {
  const answer = await api.get(path)
  expect(answer.status, answer.text).toBe(200)
  return answer.json<ListBody<Pizza>>()
}
const names = (body: ListBody<Pizza>) => body.items.map(({ metadata }) => metadata.name)

/** Makes pizzas one after the other; answers with the last one's resourceVersion. */
async function bake(api: HttpClient, namespace: string, ...wanted: string[]): Promise<string> {
  let revision = ''
  for (const name of wanted) {
    const answer = await api.post(restaurant.pizzas(namespace), pizza(name, { labels: { name } }))
    expect(answer.status, answer.text).toBe(201)
    revision = answer.json().metadata.resourceVersion ?? ''
  }
  return revision
}

describe('lists', () => {
  it('L01, L02: have an envelope, also when empty', async ({ api, namespace }) => {
    const empty = await list(api, restaurant.pizzas(namespace))
    expect(empty).toMatchObject({ kind: 'PizzaList', apiVersion: 'restaurant.wukong.com/v1beta1', items: [] })
    expect(empty.metadata.resourceVersion).toMatch(/^[1-9]\d*$/)
    const revision = await bake(api, namespace, 'a')
    const one = await list(api, restaurant.pizzas(namespace))
    expect(one.items[0]).toMatchObject({ kind: 'Pizza', apiVersion: 'restaurant.wukong.com/v1beta1' })
    expect(Number(one.metadata.resourceVersion)).toBeGreaterThanOrEqual(Number(revision))
    expect(Number(revision)).toBeGreaterThan(Number(empty.metadata.resourceVersion))
    const spaces = await list(api, '/api/v1/namespaces')
    expect(spaces.kind).toBe('NamespaceList')
    expect(spaces.items[0]).not.toHaveProperty('kind')
  })

  it('L03: are in the order of the keys, byte by byte', async ({ api, namespace }) => {
    await bake(api, namespace, 'c', 'b1', 'b.1', 'b-1', 'b', 'a')
    expect(names(await list(api, restaurant.pizzas(namespace)))).toEqual(['a', 'b', 'b-1', 'b.1', 'b1', 'c'])
    const other = `${namespace}-x`
    await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: other } })
    await bake(api, other, 'a')
    const all = await list(api, restaurant.allPizzas)
    const spaces = all.items.map(({ metadata }) => metadata.namespace).filter((name) => name?.startsWith(namespace))
    expect(spaces[0]).toBe(other)
  })

  it('L04, L05: come in pages of one state', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    await bake(api, namespace, 'a', 'b', 'c', 'd', 'e')
    const first = await list(api, `${path}?limit=2`)
    expect(names(first)).toEqual(['a', 'b'])
    expect(first.metadata).toMatchObject({ remainingItemCount: 3 })
    await api.delete(`${path}/c`)
    await bake(api, namespace, 'cc')
    const rest = await list(api, `${path}?limit=2&continue=${encodeURIComponent(first.metadata.continue ?? '')}`)
    expect(names(rest)).toEqual(['c', 'd'])
    expect(rest.metadata).toMatchObject({ resourceVersion: first.metadata.resourceVersion, remainingItemCount: 1 })
    const last = await list(api, `${path}?limit=2&continue=${encodeURIComponent(rest.metadata.continue ?? '')}`)
    expect(names(last)).toEqual(['e'])
    expect(last.metadata).not.toHaveProperty('continue')
    expect(last.metadata).not.toHaveProperty('remainingItemCount')
    const exact = await list(api, `${path}?limit=5`)
    expect(exact.metadata).not.toHaveProperty('continue')
    const selected = await list(api, `${path}?limit=1&labelSelector=name`)
    expect(selected.metadata.continue).toBeTruthy()
    expect(selected.metadata).not.toHaveProperty('remainingItemCount')
  })

  it('L06: a page of a state takes no other state', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    await bake(api, namespace, 'a', 'b')
    const { metadata } = await list(api, `${path}?limit=1`)
    const next = `${path}?limit=1&continue=${encodeURIComponent(metadata.continue ?? '')}`
    expect((await api.get(`${next}&resourceVersion=0`)).status).toBe(200)
    const answer = await api.get(`${next}&resourceVersion=5`)
    expect(answer.json()).toMatchObject({
      code: 400,
      message: 'specifying resource version is not allowed when using continue',
    })
  })

  it('L08: are of the state that resourceVersion asks for', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    const early = await bake(api, namespace, 'a')
    await bake(api, namespace, 'b')
    for (const query of ['', '?resourceVersion=0', `?resourceVersion=${early}`]) {
      expect(names(await list(api, path + query)), query).toEqual(['a', 'b'])
    }
    const at = (match: string) => list(api, `${path}?resourceVersion=${early}&resourceVersionMatch=${match}`)
    expect(names(await at('NotOlderThan'))).toEqual(['a', 'b'])
    const exact = await at('Exact')
    expect(names(exact)).toEqual(['a'])
    expect(exact.metadata.resourceVersion).toBe(early)
    expect(names(await list(api, `${path}?limit=5&resourceVersion=${early}`))).toEqual(['a'])
    expect((await api.get(`${path}/b?resourceVersion=0`)).status).toBe(200)
  })

  const labelled: [string, string[]][] = [
    ['a=1', ['one']],
    ['a==1', ['one']],
    ['a!=1', ['none', 'two']],
    ['a', ['one', 'two']],
    ['!a', ['none']],
    ['a in (1,2)', ['one', 'two']],
    ['a notin (1)', ['none', 'two']],
    ['a>1', ['two']],
    ['a<2', ['one']],
    ['a,b', ['two']],
    ['a=1,b', []],
    [' a = 1 ', ['one']],
    ['b=', ['two']],
    ['', ['none', 'one', 'two']],
  ]
  it('L20: select by labels', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    const labels = { none: {}, one: { a: '1' }, two: { a: '2', b: '' } }
    for (const [name, own] of Object.entries(labels)) await api.post(path, pizza(name, { labels: own }))
    for (const [selector, wanted] of labelled) {
      const found = await list(api, `${path}?labelSelector=${encodeURIComponent(selector)}`)
      expect(names(found), selector).toEqual(wanted)
    }
    expect(names(await list(api, `${path}?labelSelector=a+in+(1)`))).toEqual(['one'])
  })

  it('L30, L31, L34: select by fields', async ({ api, namespace }) => {
    await bake(api, namespace, 'a', 'b')
    const at = async (selector: string, more = '') =>
      names(await list(api, `${restaurant.allPizzas}?fieldSelector=${encodeURIComponent(selector)}${more}`))
    expect(await at(`metadata.namespace=${namespace}`)).toEqual(['a', 'b'])
    expect(await at(`metadata.namespace=${namespace},metadata.name!=a`)).toEqual(['b'])
    expect(await at(`metadata.namespace==${namespace},metadata.name==a`)).toEqual(['a'])
    expect(await at(`metadata.namespace=${namespace}`, '&labelSelector=name%3Db')).toEqual(['b'])
    expect(await at('metadata.namespace=nowhere')).toEqual([])
  })
})

describe('other forms', () => {
  const table = 'application/json;as=Table;v=v1;g=meta.k8s.io'
  const partial = (as: string) => `application/json;as=${as};v=v1;g=meta.k8s.io`
  interface Table {
    kind: string
    apiVersion: string
    metadata: Record<string, unknown>
    columnDefinitions: { name: string; type: string; format: string; description: string; priority: number }[]
    rows: { cells: unknown[]; object: { kind: string; metadata: { name: string }; spec?: unknown } | null }[]
  }

  it('C10: Table', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    await bake(api, namespace, 'a', 'b', 'c')
    const answer = await api.get(`${path}?limit=2`, { accept: `${table},application/json` })
    const body = answer.json<Table>()
    expect(body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: { remainingItemCount: 1 } })
    expect(body.columnDefinitions[0]).toMatchObject({ name: 'Name', type: 'string', format: 'name', priority: 0 })
    expect(body.rows.map(({ cells }) => cells[0])).toEqual(['a', 'b'])
    expect(body.rows[0]?.cells).toHaveLength(body.columnDefinitions.length)
    expect(body.rows[0]?.object).toMatchObject({
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { name: 'a', namespace },
    })
    expect(body.rows[0]?.object?.spec).toBeUndefined()
    const one = (await api.get(`${path}/a`, { accept: table })).json<Table>()
    expect(one.rows).toHaveLength(1)
    const object = (await api.get(`${path}?includeObject=Object`, { accept: table })).json<Table>()
    expect(object.rows[0]?.object).toMatchObject({ kind: 'Pizza', spec: { toppings: [{ name: 'cheese' }] } })
    const none = (await api.get(`${path}?includeObject=None`, { accept: table })).json<Table>()
    expect(none.rows[0]?.object ?? null).toBeNull()
    const wrong = await api.get(`${path}?includeObject=Foo`, { accept: table })
    expect(wrong.status).toBe(400)
    expect(wrong.text).toContain("must be 'Metadata', 'Object', 'None', or empty")
    const older = await api.get(path, { accept: 'application/json;as=Table;v=v1beta1;g=meta.k8s.io' })
    expect(older.json()).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1beta1' })
  })

  it('C11: PartialObjectMetadata and its list', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    await bake(api, namespace, 'a')
    const one = (await api.get(`${path}/a`, { accept: partial('PartialObjectMetadata') })).json()
    expect(one).toMatchObject({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'a' } })
    expect(one).not.toHaveProperty('spec')
    const many = (await api.get(path, { accept: partial('PartialObjectMetadataList') })).json<ListBody>()
    expect(many).toMatchObject({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' })
    expect(many.metadata.resourceVersion).toMatch(/^\d+$/)
    expect(many.items[0]).toMatchObject({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' })
    expect(many.items[0]).not.toHaveProperty('spec')
    const protobufFirst = `application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,${partial('PartialObjectMetadataList')}`
    const proto = await api.get(path, { accept: protobufFirst })
    expect(proto.headers['content-type']).toBe('application/vnd.kubernetes.protobuf')
    expect(proto.bytes.subarray(0, 4).toString()).toBe('k8s\0')
  })

  it('C01: the first acceptable type', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    const type = async (accept: string) => (await api.get(path, { accept })).headers['content-type']
    expect(await type('*/*')).toMatch(/^application\/json/)
    expect(await type('application/*')).toMatch(/^application\/json/)
    expect(await type('application/vnd.kubernetes.protobuf,application/json')).toMatch(/^application\/json/)
    expect(await type('application/yaml')).toMatch(/^application\/yaml/)
    expect(await type('text/html,application/json;q=0.9')).toMatch(/^application\/json/)
  })

  it('V09: indented for people', async ({ api }) => {
    expect((await api.get('/apis?pretty=true')).text).toMatch(/^\{\n {2}"/)
    expect((await api.get('/apis', { 'user-agent': 'curl/8.0' })).text).toMatch(/^\{\n {2}"/)
    expect((await api.get('/apis', { 'user-agent': 'kubectl/1.33' })).text).not.toContain('\n  ')
  })
})
