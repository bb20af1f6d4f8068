import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import type { Answer, ListBody } from '../support/http.js'
import { type KindCase, pathOf, type Row, rowsOf } from './kind-rows.js'
import { type KindSources, startKindSources } from './kind-sources.js'

const foos: KindCase = {
  ...{ group: 'hello.zeng.dev', kind: 'Foo', plural: 'foos', versions: ['v2', 'v1'] },
  spec: { config: { msg: 'hi', msg1: 'there' } },
  defaulted: { image: 'busybox:1.36', config: { msg: 'hi', msg1: 'there' } },
  other: { msg: 'hi', msg1: 'there' },
  wrong: [{ image: '' }, 'spec.image: Invalid value: "": spec.image in body should be at least 1 chars long'],
  merge: [{ config: { msg1: null } }, { image: 'busybox:1.36', config: { msg: 'hi' } }],
  json: [[{ op: 'replace', path: '/spec/image', value: 'alpine' }], { image: 'alpine', config: { msg: 'hi' } }],
  applied: [{ image: 'a', config: {} }, { image: 'b', config: {} }, '.spec.image'],
  status: { phase: 'Ready' },
  columns: ['Name', 'Status', 'Age'],
}

const one = (name: string, quantity = 1) => ({ name, quantity })
const pizzas: KindCase = {
  ...{ group: 'restaurant.wukong.com', kind: 'Pizza', plural: 'pizzas', versions: ['v1beta1', 'v1alpha1'] },
  spec: { toppings: [{ name: 'basil' }, one('salami', 2)] },
  defaulted: { toppings: [one('basil'), one('salami', 2)] },
  other: { toppings: ['basil', 'salami', 'salami'] },
  wrong: [{ toppings: [one('x', 101)] }, 'spec.toppings[0].quantity: Invalid value: 101'],
  merge: [{ toppings: [{ name: 'ham' }] }, { toppings: [one('ham')] }],
  json: [[{ op: 'add', path: '/spec/toppings/-', value: one('egg', 2) }], { toppings: [one('ham'), one('egg', 2)] }],
  applied: [{ toppings: [one('a', 1)] }, { toppings: [one('a', 2)] }, '.spec.toppings[name="a"].quantity'],
  status: { cost: 7.5 },
  columns: ['Name', 'Topping', 'Cost', 'Baked', 'Age', 'Toppings'],
}

const sourceNames = ['a module', 'a CustomResourceDefinition', 'a file']
let sources: KindSources
beforeAll(async () => {
  sources = await startKindSources()
  for (const { server } of sources.all)
    await server.api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'second' } })
})
afterAll(() => sources.close())

function serverOf(name: string) {
  const found = sources.all.find((source) => source.name === name)
  if (!found) throw new Error(`no ${name}`)
  return found.server
}

/** What was answered, by kind and source, without what differs from server to server. */
const answers = new Map<string, unknown[]>()

async function send(own: KindCase, source: string, { method, path, body, headers }: Row): Promise<Answer> {
  const whole = path.startsWith('/apis') ? path : `${pathOf(own, own.versions[0], 'default')}${path}`
  return serverOf(source).api.request(method, whole, body, headers)
}

/** Owners of fields are in the order of their times. */
function inOneOrder(member: string, value: unknown): unknown {
  return member === 'managedFields' ? (value as object[]).map((entry) => JSON.stringify(entry)).sort() : value
}

/** Times, uids, revisions and tokens are each server's own; lists of typed kinds leave out a token that is empty. */
function normal({ status, headers, text }: Answer): object {
  const plain = text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uid>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '<time>')
    .replace(/"\d+s"/g, '"<age>"')
    .replace(/(resourceVersion\\*":\\*")\d+/g, '$1<revision>')
    .replace(/"continue":"",?/g, '')
    .replace(/"continue":"[^"]+"/g, '"continue":"<token>"')
  const body = plain.startsWith('{') ? JSON.parse(plain, inOneOrder) : plain
  return { status, warning: headers.warning, body }
}

describe.for([foos, pizzas])('$kind', (own) => {
  describe.for(sourceNames)('of %s', (source) => {
    test.for(rowsOf(own))('$what: $code', async (row) => {
      const answer = await send(own, source, row)
      expect(answer.status, answer.text).toBe(row.code)
      if (row.message) expect(answer.json<{ message: string }>().message).toContain(row.message)
      if (row.answer) expect(answer.json()).toMatchObject(row.answer)
      if (row.warning) expect(answer.headers.warning).toBe(row.warning)
      const key = `${own.kind} ${source}`
      answers.set(key, [...(answers.get(key) ?? []), { what: row.what, ...normal(answer) }])
    })

    test('is paged across namespaces and watched on both paths', async () => {
      const { api } = serverOf(source)
      const [stored, other] = own.versions
      for (const namespace of ['default', 'second'])
        for (const name of ['x', 'y']) {
          const body = { apiVersion: `${own.group}/${stored}`, kind: own.kind, metadata: { name }, spec: own.spec }
          expect((await api.post(pathOf(own, stored, namespace), body)).status).toBe(201)
        }
      const seen: string[] = []
      let page: ListBody | undefined
      do {
        const token: string = page?.metadata.continue ?? ''
        page = (await api.get(`${pathOf(own, stored)}?limit=1&continue=${token}`)).json<ListBody>()
        seen.push(...page.items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`))
      } while (page.metadata.continue)
      expect(seen).toEqual(['default/x', 'default/y', 'second/x', 'second/y'])
      const from = `resourceVersion=${page.metadata.resourceVersion}`
      const watches = await Promise.all([
        api.watch(`${pathOf(own, stored, 'second').replace(stored, `${stored}/watch`)}/y?${from}`),
        api.watch(`${pathOf(own, other)}?watch=1&${from}&fieldSelector=metadata.namespace%3Dsecond`),
        api.watch(`${pathOf(own, stored, 'second')}?watch=1&${from}&labelSelector=new`),
      ])
      const path = `${pathOf(own, stored, 'second')}/y`
      await api.patch(path, { metadata: { labels: { new: 'yes' } } })
      await api.patch(path, { metadata: { labels: null } })
      await api.delete(path)
      const told = await Promise.all(watches.map((watch, i) => watch.take<KubeObject>(i === 2 ? 2 : 3)))
      for (const watch of watches) watch.close()
      const [named, all, labelled] = told.map((events) => events.map(({ type }) => type))
      expect([named, all]).toEqual([
        ['MODIFIED', 'MODIFIED', 'DELETED'],
        ['MODIFIED', 'MODIFIED', 'DELETED'],
      ])
      expect(labelled).toEqual(['ADDED', 'DELETED'])
      expect(told[1]?.[0]?.object).toMatchObject({ apiVersion: `${own.group}/${other}`, spec: own.other })
    })

    test('prefers its newest version, and names its resources in discovery', async () => {
      const { api } = serverOf(source)
      const preferred = { preferredVersion: { version: own.versions[0] } }
      expect((await api.get(`/apis/${own.group}`)).json()).toMatchObject(preferred)
      const { resources } = (await api.get(`/apis/${own.group}/${own.versions[1]}`)).json<{ resources: object[] }>()
      const verbs = expect.arrayContaining(['create', 'deletecollection', 'patch', 'watch'])
      expect(resources).toContainEqual(expect.objectContaining({ name: own.plural, kind: own.kind, verbs }))
    })
  })

  test('is answered for in the same words, whatever it is made from', () => {
    const [ofModule, ...others] = sourceNames.map((source) => answers.get(`${own.kind} ${source}`))
    expect(ofModule).toHaveLength(rowsOf(own).length)
    for (const other of others) expect(other).toEqual(ofModule)
  })
})
