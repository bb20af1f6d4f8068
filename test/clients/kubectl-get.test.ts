import { describe, expect } from 'vitest'
import { parseJson } from '../../src/codec/json.js'
import { test as it } from '../support/kubectl-test.js'
import { pizza, restaurant, topping } from '../support/restaurant.js'

it.beforeAll(async ({ server: { api } }) => {
  const made = [
    await api.post(restaurant.pizzas(), pizza('margherita', { labels: { style: 'classic' } })),
    await api.post(restaurant.pizzas(), pizza('marinara', { labels: { style: 'classic' } })),
    await api.post(restaurant.pizzas(), pizza('hawaii', { labels: { style: 'new' } })),
    await api.post(restaurant.pizzas('kube-public'), pizza('quattro')),
    await api.post(restaurant.toppings, topping('tomato', 2)),
  ]
  for (const { status, text } of made) if (status !== 201) throw new Error(text)
})

/** Lines of a table, split into cells. */
const rows = (table: string) =>
  table
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/).map((cell) => cell.trim()))

const names = (text: string) => text.trimEnd().split('\n').sort()
const all = ['hawaii', 'margherita', 'marinara'].map((name) => `pizza.restaurant.wukong.com/${name}`)

describe('kubectl get', () => {
  it('prints a table with the server’s columns', async ({ kubectl }) => {
    const [head, ...body] = rows(await kubectl.ok('get pizzas'))
    expect(head?.[0]).toBe('NAME')
    expect(head).toContain('AGE')
    expect(head?.length).toBeGreaterThan(2)
    expect(body.map(([name]) => name)).toEqual(['hawaii', 'margherita', 'marinara'])
    expect(body[0]?.at(-1)).toMatch(/^\d+s$/)
  })

  it('prints at least as many columns with -o wide', async ({ kubectl }) => {
    const [narrow] = rows(await kubectl.ok('get pizzas'))
    const [wide] = rows(await kubectl.ok('get pizzas -o wide'))
    expect(wide?.length).toBeGreaterThanOrEqual(narrow?.length ?? 0)
  })

  it('prints one object as YAML', async ({ kubectl }) => {
    const text = await kubectl.ok('get pizza margherita -o yaml')
    expect(text).toMatch(/^apiVersion: restaurant\.wukong\.com\/v1beta1\nkind: Pizza\nmetadata:\n/)
    expect(text).toContain('  toppings:\n  - name: cheese\n    quantity: 1\n')
    expect(text).not.toContain('managedFields')
  })

  it('prints one object and a list as JSON', async ({ kubectl }) => {
    const one = parseJson(await kubectl.ok('get pizza margherita -o json'))
    expect(one).toMatchObject({ kind: 'Pizza', metadata: { name: 'margherita', generation: 1 } })
    const list = parseJson(await kubectl.ok('get pizzas -o json'))
    expect(list).toMatchObject({ kind: 'List', items: [{ kind: 'Pizza' }, { kind: 'Pizza' }, { kind: 'Pizza' }] })
  })

  it('prints names', async ({ kubectl }) => {
    expect(names(await kubectl.ok('get pizzas -o name'))).toEqual(all)
  })

  it('takes jsonpath, custom columns and --sort-by', async ({ kubectl }) => {
    expect(await kubectl.ok('get pizza hawaii -o jsonpath={.spec.toppings[0].name}')).toBe('cheese')
    const columns = await kubectl.ok('get pizzas -o custom-columns=N:.metadata.name --sort-by=.metadata.name')
    expect(columns).toBe('N\nhawaii\nmargherita\nmarinara\n')
    const sorted = rows(await kubectl.ok('get pizzas --sort-by=.metadata.labels.style'))
    expect(sorted.at(-1)?.[0]).toBe('hawaii')
  })

  it('selects by label', async ({ kubectl }) => {
    expect(names(await kubectl.ok('get pizzas -l style=classic -o name'))).toEqual(all.slice(1))
    expect(names(await kubectl.ok(['get', 'pizzas', '-l', 'style notin (classic)', '-o', 'name']))).toEqual([all[0]])
    expect(await kubectl.run('get pizzas -l style=none')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No resources found in default namespace.\n',
    })
    const [head, first] = rows(await kubectl.ok('get pizzas -L style --show-labels'))
    expect(head?.slice(-2)).toEqual(['STYLE', 'LABELS'])
    expect(first?.slice(-2)).toEqual(['new', 'style=new'])
  })

  it('selects by field', async ({ kubectl }) => {
    expect(await kubectl.ok('get pizzas --field-selector metadata.name=hawaii -o name')).toBe(`${all[0]}\n`)
    expect(names(await kubectl.ok('get pizzas --field-selector metadata.name!=hawaii -o name'))).toEqual(all.slice(1))
    const { code, stderr } = await kubectl.run('get pizzas --field-selector spec.nothing=1')
    expect(code).toBe(1)
    expect(stderr).toContain('field label not supported: spec.nothing')
  })

  it('reads in chunks', async ({ kubectl }) => {
    expect(names(await kubectl.ok('get pizzas --chunk-size=1 -o name'))).toEqual(all)
    expect(rows(await kubectl.ok('get pizzas --chunk-size=2'))).toHaveLength(4)
    expect(names(await kubectl.ok('get pizzas --chunk-size=0 -o name'))).toEqual(all)
  })

  it('reads all namespaces', async ({ kubectl }) => {
    const [head, ...body] = rows(await kubectl.ok('get pizzas -A'))
    expect(head?.slice(0, 2)).toEqual(['NAMESPACE', 'NAME'])
    expect(body.map((cells) => cells.slice(0, 2).join('/'))).toEqual([
      'default/hawaii',
      'default/margherita',
      'default/marinara',
      'kube-public/quattro',
    ])
  })

  it('knows the short name, the singular and the category', async ({ kubectl }) => {
    expect(names(await kubectl.ok('get pz -o name'))).toEqual(all)
    expect(names(await kubectl.ok('get pizza -o name'))).toEqual(all)
    expect(names(await kubectl.ok('get all -o name'))).toEqual([...all, 'service/kubernetes'])
  })

  it('reads either served version', async ({ kubectl }) => {
    const old = parseJson(await kubectl.ok('get pizza.v1alpha1.restaurant.wukong.com margherita -o json'))
    expect(old).toMatchObject({ apiVersion: 'restaurant.wukong.com/v1alpha1', spec: { toppings: ['cheese'] } })
    const newer = parseJson(await kubectl.ok('get pizza.v1beta1.restaurant.wukong.com margherita -o json'))
    expect(newer).toMatchObject({ apiVersion: 'restaurant.wukong.com/v1beta1' })
    expect(rows(await kubectl.ok('get pizza.v1alpha1.restaurant.wukong.com'))).toHaveLength(4)
  })

  it('reads a resource of cluster scope that only the older version has', async ({ kubectl }) => {
    const [, body] = rows(await kubectl.ok('get toppings'))
    expect(body?.[0]).toBe('tomato')
    expect(await kubectl.ok('get topping tomato -o jsonpath={.spec.cost}')).toBe('2')
  })

  it('reads namespaces', async ({ kubectl }) => {
    const spaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system']
    expect(names(await kubectl.ok('get ns -o name'))).toEqual(spaces.map((name) => `namespace/${name}`))
    expect(rows(await kubectl.ok('get namespaces'))[0]).toEqual(['NAME', 'STATUS', 'AGE'])
  })

  it('says what is not there', async ({ kubectl }) => {
    expect(await kubectl.run('get pizza nope')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Error from server (NotFound): pizzas.restaurant.wukong.com "nope" not found\n',
    })
    expect((await kubectl.run('get pizza nope --ignore-not-found')).code).toBe(0)
    const { stderr } = await kubectl.run('get pastas')
    expect(stderr).toBe('error: the server doesn\'t have a resource type "pastas"\n')
  })

  it('says what a selector lacks', async ({ kubectl }) => {
    const { code, stderr } = await kubectl.run('get pizzas -l style=-bad')
    expect(code).toBe(1)
    expect(stderr).toContain('a valid label must be')
  })
})

describe('kubectl get --raw', () => {
  it('passes on what the server says', async ({ kubectl }) => {
    expect(await kubectl.ok('get --raw /readyz')).toBe('ok')
    expect(await kubectl.ok('get --raw /readyz?verbose')).toContain('readyz check passed')
    expect(parseJson(await kubectl.ok('get --raw /apis/restaurant.wukong.com'))).toMatchObject({ kind: 'APIGroup' })
    expect(parseJson(await kubectl.ok(`get --raw ${restaurant.toppings}`))).toMatchObject({ kind: 'ToppingList' })
    expect(await kubectl.run('get --raw /nowhere')).toMatchObject({
      code: 1,
      stderr: 'Error from server (NotFound): the server could not find the requested resource\n',
    })
  })
})
