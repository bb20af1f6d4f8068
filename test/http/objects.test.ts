import { describe, expect } from 'vitest'
import type { Answer } from '../support/http.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { test as it } from '../support/server-test.js'

const created = (answer: Answer): Pizza => {
  expect(answer.status, answer.text).toBe(201)
  return answer.json<Pizza>()
}
const done = (answer: Answer): Pizza => {
  expect(answer.status, answer.text).toBe(200)
  return answer.json<Pizza>()
}
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('create', () => {
  it('V30, V35: fills in what the server owns', async ({ api, namespace }) => {
    const forged = {
      uid: 'mine',
      creationTimestamp: '2001-01-01T00:00:00Z',
      deletionTimestamp: '2001-01-01T00:00:00Z',
      selfLink: '/x',
      generation: 7,
    }
    const { metadata, apiVersion, kind } = created(await api.post(restaurant.pizzas(namespace), pizza('a', forged)))
    expect({ apiVersion, kind }).toEqual({ apiVersion: 'restaurant.wukong.com/v1beta1', kind: 'Pizza' })
    expect(metadata).toMatchObject({ name: 'a', namespace, generation: 1 })
    expect(metadata.uid).toMatch(uuid)
    expect(metadata.resourceVersion).toMatch(/^[1-9]\d*$/)
    expect(metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(metadata.creationTimestamp?.startsWith('2001')).toBe(false)
    expect(metadata.deletionTimestamp).toBeUndefined()
    expect(metadata).not.toHaveProperty('selfLink')
  })

  it('gives default toppings and quantities', async ({ api, namespace }) => {
    const bare = { apiVersion: 'restaurant.wukong.com/v1beta1', kind: 'Pizza', metadata: { name: 'plain' } }
    const { spec } = created(await api.post(restaurant.pizzas(namespace), bare))
    expect(spec.toppings).toEqual(['tomato', 'mozzarella', 'salami'].map((name) => ({ name, quantity: 1 })))
    const one = { ...bare, metadata: { name: 'one' }, spec: { toppings: [{ name: 'ham' }] } }
    const made = created(await api.post(restaurant.pizzas(namespace), one))
    expect(made.spec.toppings).toEqual([{ name: 'ham', quantity: 1 }])
  })

  it('prunes unknown fields and warns of them', async ({ api, namespace }) => {
    const body = { ...pizza('pruned'), bogus: 1, spec: { ...pizza('').spec, zz: { y: 1 } } }
    const answer = await api.post(restaurant.pizzas(namespace), body)
    expect(created(answer)).not.toHaveProperty('bogus')
    expect(answer.json<Pizza>().spec).toEqual(pizza('').spec)
    expect(answer.headers.warning).toContain('299 - "unknown field \\"bogus\\""')
    expect(answer.headers.warning).toContain('299 - "unknown field \\"spec.zz\\""')
    const quiet = await api.post(`${restaurant.pizzas(namespace)}?fieldValidation=Ignore`, {
      ...body,
      metadata: { name: 'quiet' },
    })
    expect(created(quiet)).not.toHaveProperty('bogus')
    expect(quiet.headers.warning).toBeUndefined()
  })

  it('V23: makes names up', async ({ api, namespace }) => {
    const names = new Set<string>()
    for (let i = 0; i < 20; i++) {
      const body = { ...pizza(''), metadata: { generateName: 'gen-' } }
      const { metadata } = created(await api.post(restaurant.pizzas(namespace), body))
      expect(metadata.name).toMatch(/^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
      expect(metadata.generateName).toBe('gen-')
      names.add(metadata.name ?? '')
    }
    expect(names.size).toBe(20)
    const both = pizza('given', { generateName: 'gen-' })
    expect(created(await api.post(restaurant.pizzas(namespace), both)).metadata.name).toBe('given')
    const long = { ...pizza(''), metadata: { generateName: 'x'.repeat(70) } }
    expect(created(await api.post(restaurant.pizzas(namespace), long)).metadata.name).toMatch(/^x{58}[a-z0-9]{5}$/)
  })

  it('V08: dryRun answers as if, and keeps nothing', async ({ api, namespace }) => {
    const { metadata } = created(await api.post(`${restaurant.pizzas(namespace)}?dryRun=All`, pizza('dry')))
    expect(metadata.uid).toMatch(uuid)
    expect(metadata.resourceVersion).toBeUndefined()
    expect((await api.get(`${restaurant.pizzas(namespace)}/dry`)).status).toBe(404)
    const twice = await api.post(`${restaurant.pizzas(namespace)}?dryRun=All`, pizza('dry'))
    expect(twice.status).toBe(201)
  })

  it('V25: checks labels, annotations, finalizers and owners', async ({ api, namespace }) => {
    const refused = async (metadata: Record<string, unknown>) => {
      const answer = await api.post(restaurant.pizzas(namespace), pizza('checked', metadata))
      expect(answer.status, answer.text).toBe(422)
      return answer.json<{ message: string }>().message
    }
    expect(await refused({ labels: { '-a': 'b' } })).toContain('metadata.labels: Invalid value: "-a"')
    expect(await refused({ labels: { a: '-b' } })).toContain('metadata.labels: Invalid value: "-b"')
    expect(await refused({ annotations: { '-a': 'b' } })).toContain('metadata.annotations: Invalid value: "-a"')
    expect(await refused({ finalizers: ['-bad/'] })).toContain('metadata.finalizers: Invalid value: "-bad/"')
    expect(await refused({ ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name: 'x' }] })).toContain('uid')
  })

  it('C22: takes a body with a charset, and YAML', async ({ api, namespace }) => {
    const charset = { 'content-type': 'application/json; charset=utf-8' }
    created(await api.post(restaurant.pizzas(namespace), pizza('set'), charset))
    const yaml = `apiVersion: restaurant.wukong.com/v1beta1
kind: Pizza
metadata:
  name: yaml
  annotations: {"yes": "yes", octal: "0123", exp: "1e3", date: "2024-01-01", empty: ""}
spec:
  toppings:
  - {name: "012", quantity: 2}
`
    const made = created(await api.post(restaurant.pizzas(namespace), yaml, { 'content-type': 'application/yaml' }))
    const wanted = { yes: 'yes', octal: '0123', exp: '1e3', date: '2024-01-01', empty: '' }
    expect(made.metadata.annotations).toEqual(wanted)
    expect(made.spec.toppings).toEqual([{ name: '012', quantity: 2 }])
    const back = await api.get(`${restaurant.pizzas(namespace)}/yaml`, { accept: 'application/yaml' })
    expect(back.headers['content-type']).toMatch(/^application\/yaml/)
    expect(back.text).toContain('kind: Pizza\n')
    expect(back.text).toMatch(/octal: ["']0123["']\n/)
  })
})

describe('update', () => {
  it('V31, V35: moves the revision, and the generation with the spec only', async ({ api, namespace }) => {
    const path = `${restaurant.pizzas(namespace)}/a`
    const first = created(await api.post(restaurant.pizzas(namespace), pizza('a')))
    const labelled = done(await api.put(path, { ...first, metadata: { ...first.metadata, labels: { a: 'b' } } }))
    expect(labelled.metadata.generation).toBe(1)
    expect(Number(labelled.metadata.resourceVersion)).toBeGreaterThan(Number(first.metadata.resourceVersion))
    const spec = { toppings: [{ name: 'ham', quantity: 3 }] }
    const changed = done(await api.put(path, { ...labelled, spec }))
    expect(changed.metadata.generation).toBe(2)
    expect(changed).toMatchObject({ spec, metadata: { uid: first.metadata.uid, labels: { a: 'b' } } })
    expect((await api.put(path, { ...first, spec })).status).toBe(409)
  })

  it('V07: is nothing when nothing changes', async ({ api, namespace }) => {
    const path = `${restaurant.pizzas(namespace)}/same`
    const first = created(await api.post(restaurant.pizzas(namespace), pizza('same')))
    expect(done(await api.put(path, first)).metadata.resourceVersion).toBe(first.metadata.resourceVersion)
    expect(done(await api.patch(path, {})).metadata.resourceVersion).toBe(first.metadata.resourceVersion)
    const same = { spec: first.spec }
    expect(done(await api.patch(path, same)).metadata.resourceVersion).toBe(first.metadata.resourceVersion)
  })

  it('V32, V34: keeps what can’t change', async ({ api, namespace }) => {
    const path = `${restaurant.pizzas(namespace)}/kept`
    const first = created(await api.post(restaurant.pizzas(namespace), pizza('kept')))
    const times = { creationTimestamp: '2001-01-01T00:00:00Z', generation: 99 }
    const put = done(await api.put(path, { ...first, metadata: { ...first.metadata, ...times, labels: { a: 'b' } } }))
    expect(put.metadata).toMatchObject({ creationTimestamp: first.metadata.creationTimestamp, generation: 1 })
    const uid = await api.put(path, { ...put, metadata: { ...put.metadata, uid: 'other' } })
    expect(uid.status).toBe(409)
    expect(uid.text).toContain('Precondition failed: UID in precondition: other, UID in object meta: ')
    const dying = { ...put, metadata: { ...put.metadata, deletionTimestamp: '2030-01-01T00:00:00Z' } }
    expect((await api.put(path, dying)).status).toBe(422)
  })

  it('V08: dryRun shows the result and keeps nothing', async ({ api, namespace }) => {
    const path = `${restaurant.pizzas(namespace)}/dry`
    const first = created(await api.post(restaurant.pizzas(namespace), pizza('dry')))
    const shown = done(await api.patch(`${path}?dryRun=All`, { spec: { toppings: [{ name: 'egg', quantity: 1 }] } }))
    expect(shown).toMatchObject({ spec: { toppings: [{ name: 'egg' }] }, metadata: { generation: 2 } })
    expect(shown.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
    expect(done(await api.get(path))).toEqual(first)
  })

  it('Q43: integers beyond 2^53 survive', async ({ api, namespace }) => {
    const path = `${restaurant.pizzas(namespace)}/exact`
    const annotated = pizza('exact', { annotations: { big: '9007199254740993' } })
    created(await api.post(restaurant.pizzas(namespace), annotated))
    const body = '{"metadata":{"ownerReferences":[]},"status":{"cost":9007199254740993}}'
    const merge = { 'content-type': 'application/merge-patch+json' }
    const patched = await api.patch(`${path}/status`, body, merge)
    expect(patched.status, patched.text).toBe(200)
    expect(patched.text).toMatch(/"cost":\s*9007199254740993\b/)
    expect((await api.get(path)).text).toMatch(/"cost":\s*9007199254740993\b/)
    expect((await api.get(path, { accept: 'application/yaml' })).text).toContain('cost: 9007199254740993\n')
  })
})
