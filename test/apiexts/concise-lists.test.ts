import { describe, expect } from 'vitest'
import { eventually } from '../support/eventually.js'
import type { HttpClient } from '../support/http.js'
import { test as it } from '../support/server-test.js'

interface Concise {
  name: string
  version: string
}

interface Page {
  items: Concise[]
  total: number
  page: number
  pages: number
}

const r = '/wukong/r'

async function seed(api: HttpClient, namespace: string): Promise<string> {
  const place = `${r}/pizzas/${namespace}`
  const menu: [string, string, string[], number][] = [
    ['funghi', 'lunch', ['tomato', 'mushrooms'], 8],
    ['marinara', 'lunch', ['tomato'], 5],
    ['quattro', 'dinner', ['mozzarella', 'fontina', 'gorgonzola', 'parmesan'], 12],
  ]
  for (const [name, on, toppings, cost] of menu) {
    const body = { name, labels: { on, 'example.com/team': name }, toppings: toppings.map((t) => ({ name: t })) }
    expect((await api.post(place, body)).status).toBe(201)
    expect((await api.patch(`${place}/${name}/status`, { cost })).status).toBe(200)
  }
  return place
}

describe('collections in /wukong/r', () => {
  it('selects, sorts, pages and picks fields', async ({ api, namespace }) => {
    const place = await seed(api, namespace)
    const cases: [query: string, names: string[]][] = [
      ['', ['funghi', 'marinara', 'quattro']],
      ['where=labels.on=lunch', ['funghi', 'marinara']],
      ['where=labels.on!=lunch', ['quattro']],
      ['where=status.cost>5,status.cost<=12', ['funghi', 'quattro']],
      ['where=status.cost>=5&where=labels.on=lunch', ['funghi', 'marinara']],
      ['where=toppings.name=tomato', ['funghi', 'marinara']],
      ['where=toppings.name!=tomato', ['quattro']],
      ['where=toppings.0.name=mozzarella', ['quattro']],
      ['where=toppings.3', ['quattro']],
      ['where=!toppings.1', ['marinara']],
      ['where=name~AR', ['marinara']],
      ['where=labels[example.com/team]=quattro', ['quattro']],
      ['where=nothing=', ['funghi', 'marinara', 'quattro']],
      ['where=nothing>1', []],
      ['labelSelector=on in (dinner)', ['quattro']],
      ['q=GORGON', ['quattro']],
      ['q=nowhere', []],
      ['sort=-status.cost', ['quattro', 'funghi', 'marinara']],
      ['sort=labels.on,-name', ['quattro', 'marinara', 'funghi']],
      ['sort=nothing', ['funghi', 'marinara', 'quattro']],
      ['size=2', ['funghi', 'marinara']],
      ['size=2&page=2', ['quattro']],
      ['size=2&page=3', []],
    ]
    for (const [query, names] of cases) {
      const answer = await api.get(`${place}?${encodeURI(query)}`)
      expect(answer.status, query).toBe(200)
      expect(
        answer.json<Page>().items.map(({ name }) => name),
        query,
      ).toEqual(names)
    }
    const page = await api.get(`${place}?size=2&page=1`)
    expect(page.json<Page>()).toMatchObject({ total: 3, page: 1, pages: 2 })
    expect(page.headers.link).toContain('page=2>; rel="next"')
    const picked = await api.get(`${place}?fields=name,toppings.name,status.cost&where=name=marinara`)
    expect(picked.json<Page>().items).toEqual([
      { name: 'marinara', toppings: [{ name: 'tomato' }], status: { cost: 5 } },
    ])
  })

  it('tells browsers what happens, and goes on where they were', async ({ server, api, namespace }) => {
    const place = `${r}/pizzas/${namespace}`
    await api.post(place, { name: 'first' })
    const abort = new AbortController()
    const open = async (headers: Record<string, string>, query = 'fields=name') => {
      const response = await fetch(`${server.url}${place}?watch&${query}`, { headers, signal: abort.signal })
      expect(response.headers.get('content-type')).toBe('text/event-stream')
      let text = ''
      void (async () => {
        for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString()
      })().catch(() => {})
      return () => text.split('\n\n').filter((event) => event !== '')
    }
    const events = await open({})
    await eventually('the state is told', async () => events().length === 2)
    expect(events()[0]).toMatch(/^event: added\nid: \d+\ndata: {"name":"first"}$/)
    expect(events()[1]).toMatch(/^event: synced\nid: \d+\ndata: {}$/)
    const { version } = (await api.post(place, { name: 'second' })).json<Concise>()
    await api.delete(`${place}/second`)
    await eventually('changes are told', async () => events().length === 4)
    expect(events()[3]).toMatch(/^event: deleted\n/)
    const later = await open({ 'last-event-id': version })
    await eventually('only what came later is told', async () => later().length === 1)
    expect(later()[0]).toBe(events()[3])
    const narrow = await open({}, 'where=labels.menu')
    await eventually('the empty state is told', async () => narrow().length === 1)
    for (const menu of ['lunch', 'dinner', null]) await api.patch(`${place}/first`, { labels: { menu } })
    await eventually('entering, staying, leaving', async () => narrow().length === 4)
    expect(narrow().map((event) => event.split('\n')[0])).toEqual(
      ['synced', 'added', 'modified', 'deleted'].map((type) => `event: ${type}`),
    )
    abort.abort()
  })
})
