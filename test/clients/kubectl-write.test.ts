import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import type { HttpClient } from '../support/http.js'
import { test as it } from '../support/kubectl-test.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'

const made = 'pizza.restaurant.wukong.com'
const manifest = (name: string, extra = '', quantity: unknown = 1) => `apiVersion: restaurant.wukong.com/v1beta1
kind: Pizza
metadata:
  name: ${name}
spec:
  toppings:
  - name: cheese
    quantity: ${quantity}
${extra}`

const stored = async (api: HttpClient, name: string) => (await api.get(`${restaurant.pizzas()}/${name}`)).json<Pizza>()

describe('kubectl create', () => {
  it('creates from a file, once', async ({ kubectl, server }) => {
    const input = manifest('created')
    expect(await kubectl.run('create -f -', { input })).toEqual({
      code: 0,
      stdout: `${made}/created created\n`,
      stderr: '',
    })
    expect((await stored(server.api, 'created')).metadata.managedFields?.[0]?.manager ?? 'kubectl-create').toBe(
      'kubectl-create',
    )
    expect(await kubectl.run('create -f -', { input })).toMatchObject({
      code: 1,
      stderr:
        'Error from server (AlreadyExists): error when creating "STDIN": pizzas.restaurant.wukong.com "created" already exists\n',
    })
  })

  it('only asks with --dry-run=server', async ({ kubectl, server }) => {
    const { stdout } = await kubectl.run('create -f - --dry-run=server', { input: manifest('asked') })
    expect(stdout).toBe(`${made}/asked created (server dry run)\n`)
    expect((await server.api.get(`${restaurant.pizzas()}/asked`)).status).toBe(404)
  })

  it('creates a topping and an older pizza from one stream', async ({ kubectl, server }) => {
    const input = `apiVersion: restaurant.wukong.com/v1alpha1
kind: Topping
metadata: {name: ham}
spec: {cost: 3}
---
apiVersion: restaurant.wukong.com/v1alpha1
kind: Pizza
metadata: {name: old-style}
spec: {toppings: [ham, cheese, ham]}
`
    const out = await kubectl.ok('create -f -', { input })
    expect(out).toBe(`topping.restaurant.wukong.com/ham created\n${made}/old-style created\n`)
    const { spec } = await stored(server.api, 'old-style')
    expect(spec.toppings).toEqual([
      { name: 'ham', quantity: 2 },
      { name: 'cheese', quantity: 1 },
    ])
  })

  it('says what is wrong with a manifest', async ({ kubectl }) => {
    const failure = async (input: string) => (await kubectl.run('create -f -', { input })).stderr
    expect(await failure(manifest('bad', '', 0))).toBe(
      'The Pizza "bad" is invalid: spec.toppings[0].quantity: Invalid value: 0: spec.toppings[0].quantity in body should be greater than or equal to 1\n',
    )
    expect(await failure(manifest('bad', '  bogus: 1\n'))).toBe(
      'Error from server (BadRequest): error when creating "STDIN": Pizza in version "v1beta1" cannot be handled as a Pizza: strict decoding error: unknown field "spec.bogus"\n',
    )
    expect(await failure(manifest('Bad_Name'))).toMatch(
      /^The Pizza "Bad_Name" is invalid: metadata\.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist of /,
    )
    const elsewhere = await kubectl.run('create -n nowhere -f -', { input: manifest('lost') })
    expect(elsewhere.stderr).toBe(
      'Error from server (NotFound): error when creating "STDIN": namespaces "nowhere" not found\n',
    )
  })

  it('lists several causes', async ({ kubectl }) => {
    const input = `${manifest('Bad', '', 1000)}`
    const { stderr } = await kubectl.run('create -f -', { input })
    expect(stderr).toMatch(/^The Pizza "Bad" is invalid: \n\* /)
    expect(stderr).toContain(
      '\n* spec.toppings[0].quantity: Invalid value: 1000: spec.toppings[0].quantity in body should be less than or equal to 100\n',
    )
  })
})

describe('kubectl apply', () => {
  it('creates, leaves alone, changes', async ({ kubectl, server }) => {
    const apply = (input: string) => kubectl.ok('apply -f -', { input })
    expect(await apply(manifest('applied'))).toBe(`${made}/applied created\n`)
    const { resourceVersion } = (await stored(server.api, 'applied')).metadata
    expect(await apply(manifest('applied'))).toBe(`${made}/applied unchanged\n`)
    expect((await stored(server.api, 'applied')).metadata.resourceVersion).toBe(resourceVersion)
    expect(await apply(manifest('applied', '', 7))).toBe(`${made}/applied configured\n`)
    const after = await stored(server.api, 'applied')
    expect(after.spec.toppings).toEqual([{ name: 'cheese', quantity: 7 }])
    expect(after.metadata.generation).toBe(2)
  })

  it('shows the difference first', async ({ kubectl }) => {
    await kubectl.ok('apply -f -', { input: manifest('different') })
    expect(await kubectl.run('diff -f -', { input: manifest('different') })).toMatchObject({ code: 0, stdout: '' })
    const { code, stdout } = await kubectl.run('diff -f -', { input: manifest('different', '', 9) })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^-\s+quantity: 1$/m)
    expect(stdout).toMatch(/^\+\s+quantity: 9$/m)
    expect(stdout).toMatch(/^\+\s+generation: 2$/m)
  })
})

describe('kubectl edit', () => {
  /** An editor that applies a sed expression. */
  const editor = (home: string, name: string, expression: string) => {
    const path = join(home, `editor-${name}`)
    writeFileSync(path, `#!/bin/sh\nsed -i '${expression}' "$1"\n`)
    chmodSync(path, 0o755)
    return { env: { KUBE_EDITOR: path } }
  }

  it('saves what the editor leaves', async ({ kubectl, server }) => {
    await server.api.post(restaurant.pizzas(), pizza('edited'))
    const edit = editor(kubectl.home, 'change', 's/quantity: 1/quantity: 4/')
    expect(await kubectl.ok('edit pizza edited', edit)).toBe(`${made}/edited edited\n`)
    expect((await stored(server.api, 'edited')).spec.toppings).toEqual([{ name: 'cheese', quantity: 4 }])
    const same = await kubectl.run('edit pizza edited', editor(kubectl.home, 'same', 's/nothing/else/'))
    expect(same.stderr).toBe('Edit cancelled, no changes made.\n')
  })

  it('gives back what the server refuses', async ({ kubectl, server }) => {
    await server.api.post(restaurant.pizzas(), pizza('misedited'))
    const edit = editor(kubectl.home, 'bad', 's/quantity: 1$/quantity: 500/')
    const { code, stderr } = await kubectl.run('edit pizza misedited', edit)
    expect(code).toBe(1)
    expect(stderr).toContain('is invalid')
    expect((await stored(server.api, 'misedited')).spec.toppings[0]?.quantity).toBe(1)
  })
})

describe('kubectl patch', () => {
  it('merges, applies operations, and writes status apart', async ({ kubectl, server }) => {
    await server.api.post(restaurant.pizzas(), pizza('patched'))
    const patch = (type: string, body: unknown, ...more: string[]) =>
      kubectl.ok(['patch', 'pizza', 'patched', `--type=${type}`, '-p', JSON.stringify(body), ...more])
    expect(await patch('merge', { metadata: { labels: { a: 'b' } } })).toBe(`${made}/patched patched\n`)
    expect(await patch('merge', { metadata: { labels: { a: 'b' } } })).toBe(`${made}/patched patched (no change)\n`)
    await patch('json', [{ op: 'replace', path: '/spec/toppings/0/quantity', value: 2 }])
    await patch('merge', { spec: { toppings: [] }, status: { cost: 12.5 } }, '--subresource=status')
    const after = await stored(server.api, 'patched')
    expect(after.metadata.labels).toEqual({ a: 'b' })
    expect(after.spec.toppings).toEqual([{ name: 'cheese', quantity: 2 }])
    expect(after.status?.cost).toBe(12.5)
    await patch('merge', { status: { cost: 1 } })
    expect((await stored(server.api, 'patched')).status?.cost).toBe(12.5)
  })

  it('says when an operation can’t be applied', async ({ kubectl, server }) => {
    await server.api.post(restaurant.pizzas(), pizza('unpatched'))
    const body = JSON.stringify([{ op: 'test', path: '/spec/toppings/0/quantity', value: 99 }])
    const { code, stderr } = await kubectl.run(['patch', 'pizza', 'unpatched', '--type=json', '-p', body])
    expect(code).toBe(1)
    expect(stderr).toBe('The request is invalid: the server rejected our request due to an error in our request\n')
    const strategic = await kubectl.run(['patch', 'pizza', 'unpatched', '-p', '{"metadata":{"labels":{"a":"b"}}}'])
    expect(strategic.stderr).toMatch(
      /^error: application\/strategic-merge-patch\+json is not supported by restaurant\.wukong\.com\/v1beta1, Kind=Pizza: /,
    )
  })
})

describe('kubectl replace', () => {
  it('replaces by the version it was read at', async ({ kubectl, server }) => {
    await server.api.post(restaurant.pizzas(), pizza('replaced'))
    const input = (await kubectl.ok('get pizza replaced -o yaml')).replace('quantity: 1', 'quantity: 5')
    expect(await kubectl.ok('replace -f -', { input })).toBe(`${made}/replaced replaced\n`)
    expect(await kubectl.run('replace -f -', { input })).toMatchObject({
      code: 1,
      stderr:
        'Error from server (Conflict): error when replacing "STDIN": Operation cannot be fulfilled on pizzas.restaurant.wukong.com "replaced": the object has been modified; please apply your changes to the latest version and try again\n',
    })
    const uid = (await stored(server.api, 'replaced')).metadata.uid
    const forced = await kubectl.ok('replace --force -f -', { input: manifest('replaced') })
    expect(forced).toMatch(/"replaced" deleted.*\n/)
    expect(forced).toMatch(/\/replaced replaced\n$/)
    expect((await stored(server.api, 'replaced')).metadata.uid).not.toBe(uid)
  })
})

describe('kubectl label and annotate', () => {
  it('set, refuse to overwrite, and remove', async ({ kubectl, server }) => {
    await server.api.post(restaurant.pizzas(), pizza('labelled'))
    expect(await kubectl.ok('label pizza labelled style=new')).toBe(`${made}/labelled labeled\n`)
    expect(await kubectl.ok('label pizza labelled style=new')).toBe(`${made}/labelled not labeled\n`)
    const again = await kubectl.run('label pizza labelled style=old')
    expect(again).toMatchObject({ code: 1 })
    expect(again.stderr).toContain("'style' already has a value (new), and --overwrite is false")
    await kubectl.ok('label pizza labelled style=old --overwrite')
    expect(await kubectl.ok(['annotate', 'pizza', 'labelled', 'note=thin crust'])).toBe(`${made}/labelled annotated\n`)
    const { labels, annotations, generation } = (await stored(server.api, 'labelled')).metadata
    expect({ labels, annotations, generation }).toEqual({
      labels: { style: 'old' },
      annotations: { note: 'thin crust' },
      generation: 1,
    })
    expect(await kubectl.ok('label pizza labelled style-')).toBe(`${made}/labelled unlabeled\n`)
    await kubectl.ok('annotate pizza labelled note-')
    const bare = (await stored(server.api, 'labelled')).metadata
    expect([bare.labels, bare.annotations]).toEqual([undefined, undefined])
  })
})

describe('kubectl delete', () => {
  it('deletes by name, waits, and says what is not there', async ({ kubectl, server }) => {
    await server.api.post(restaurant.pizzas(), pizza('deleted'))
    expect(await kubectl.ok('delete pizza deleted')).toMatch(
      /^pizza\.restaurant\.wukong\.com "deleted" deleted( from default namespace)?\n$/,
    )
    expect((await server.api.get(`${restaurant.pizzas()}/deleted`)).status).toBe(404)
    expect(await kubectl.run('delete pizza deleted')).toMatchObject({
      code: 1,
      stderr: 'Error from server (NotFound): pizzas.restaurant.wukong.com "deleted" not found\n',
    })
    expect((await kubectl.run('delete pizza deleted --ignore-not-found')).code).toBe(0)
  })

  it('deletes by label and all', async ({ kubectl, server }) => {
    const space = restaurant.pizzas('kube-public')
    for (const name of ['a', 'b']) await server.api.post(space, pizza(name, { labels: { which: name } }))
    expect(await kubectl.ok('-n kube-public delete pizza -l which=a')).toContain('"a" deleted')
    expect(await kubectl.ok('-n kube-public delete pizza --all')).toContain('"b" deleted')
    expect((await server.api.get(space)).json<{ items: unknown[] }>().items).toEqual([])
  })
})
