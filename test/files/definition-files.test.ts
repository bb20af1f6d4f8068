import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { dump } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { definitionOf, definitionsPath, established } from '../support/custom-resources.js'
import { eventually } from '../support/eventually.js'
import { freePort } from '../support/free-port.js'
import type { ListBody } from '../support/http.js'
import { fileProblems } from '../support/registry-files.js'
import { runCommand, startServer } from '../support/server.js'
import { test } from '../support/server-test.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const schema = { type: 'object', properties: { size: { type: 'string', default: 'S' }, count: { type: 'integer' } } }

function definition(kind: string, group: string, more: Parameters<typeof definitionOf>[3] = {}) {
  return definitionOf(kind, group, schema, more)
}

function write(root: string, path: string, object: object): string {
  const file = join(root, 'registry', `${path}.yaml`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, dump(object))
  return file
}

const crdFile = (root: string, crd: ReturnType<typeof definitionOf>) =>
  write(root, `apiextensions.k8s.io/customresourcedefinitions/${crd.metadata.name}`, crd)

const cup = (group: string, spec: object = {}) => ({ apiVersion: `${group}/v1`, kind: 'Cup', spec })

describe('a definition as a file', () => {
  test('works as if it were applied, and what waited for it is served', async ({ api, server: { root } }) => {
    const own = write(root, 'late.io/cups/default/mine', cup('late.io', { count: 2 }))
    await eventually('the resource waits', async () =>
      (await fileProblems(api)).some(({ path, outcome }) => path.endsWith('mine.yaml') && outcome === 'waiting'),
    )
    const file = crdFile(root, definition('Cup', 'late.io'))
    await established(api, 'cups.late.io')
    const mine = await eventually('the resource is served', async () => {
      const answer = await api.get('/apis/late.io/v1/namespaces/default/cups/mine')
      return answer.status === 200 && answer.json()
    })
    expect(mine.spec).toEqual({ size: 'S', count: 2 })

    const bad = definition('Cup', 'late.io', { version: { schema: { openAPIV3Schema: { type: 'string' } } } })
    writeFileSync(file, dump(bad))
    const problem = await eventually('the bad definition is refused', async () =>
      (await fileProblems(api)).find(({ path }) => path.includes('cups.late.io')),
    )
    expect(problem.reason).toContain('must be object at the root')
    expect((await api.get('/apis/late.io/v1/cups')).json<ListBody>().items).toHaveLength(1)

    rmSync(file)
    await eventually('kind and resource are gone', async () => (await api.get('/apis/late.io/v1/cups')).status === 404)
    await eventually('its file is gone', () => !existsSync(own))
  })
})

describe('--crds', () => {
  it('installs what files define, and writes only what differs', async () => {
    const [root, folder] = [temporaryFolder(), temporaryFolder()]
    const [a, b, c] = ['a.io', 'b.io', 'c.io'].map((group) => definition('Cup', group)) as [object, object, object]
    writeFileSync(join(folder, 'two.yaml'), `${dump({ kind: 'List' })}---\n${dump(a)}---\n---\n${dump(b)}`)
    writeFileSync(join(folder, 'note.txt'), 'no definition')
    const single = join(temporaryFolder(), 'c.json')
    writeFileSync(single, JSON.stringify(c))
    write(root, 'c.io/cups/default/mine', cup('c.io', { count: 2 }))
    const args = [`--crds=${folder}`, `--crds=${single}`, '--controllers=']
    const server = await startServer({ root, args })
    for (const group of ['a.io', 'b.io']) {
      expect((await server.api.get(`/apis/${group}/v1/cups`)).json<ListBody>().items).toEqual([])
    }
    expect((await server.api.get('/apis/c.io/v1/namespaces/default/cups/mine')).json().spec).toMatchObject({
      size: 'S',
    })
    const own = { metadata: { labels: { mine: 'yes' } } }
    await server.api.patch(`${definitionsPath}/cups.a.io`, own)
    const revisions = async ({ api }: typeof server) =>
      (await api.get(definitionsPath)).json<ListBody>().items.map(({ metadata }) => metadata.resourceVersion)
    const before = await revisions(server)
    await server.stop()

    const again = await startServer({ root, args })
    expect(await revisions(again)).toEqual(before)
    await again.stop()

    const more = definition('Cup', 'a.io', { spec: { names: { plural: 'cups', kind: 'Cup', shortNames: ['cu'] } } })
    writeFileSync(join(folder, 'two.yaml'), dump(more))
    const changed = await startServer({ root, args })
    const { metadata, spec } = (await changed.api.get(`${definitionsPath}/cups.a.io`)).json()
    expect([metadata.labels, spec]).toMatchObject([own.metadata.labels, { names: { shortNames: ['cu'] } }])
    expect((await changed.api.get('/apis/b.io/v1/cups')).status).toBe(200)
    await changed.stop()
  })

  it.for<[string, string, string]>([
    ['no YAML', 'a: [', 'bad.yaml: yaml: line'],
    [
      'no version',
      'kind: CustomResourceDefinition',
      'bad.yaml: CustomResourceDefinition.apiextensions.k8s.io "" is invalid',
    ],
    ['no definition', dump(definition('Cup', 'x')), 'should be a domain with at least one dot'],
  ])('ends the start for a file that is %s', async ([, text, message]) => {
    const file = join(temporaryFolder(), 'bad.yaml')
    writeFileSync(file, text)
    const args = [`--file-rootpath=${temporaryFolder()}`, '--insecure-port=0', `--secure-port=${await freePort()}`]
    const { code, stderr } = await runCommand([...args, `--crds=${file}`])
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)])
  })
})

describe('at a start', () => {
  it('definitions come before what they define, in whatever order the files are', async () => {
    const root = temporaryFolder()
    for (let i = 0; i < 20; i++) write(root, `a.io/cups/default/c${i}`, cup('a.io', { count: i }))
    write(root, 'z.io/cups/kitchen/c', cup('z.io'))
    write(root, 'core/namespaces/kitchen', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kitchen' } })
    crdFile(root, definition('Cup', 'a.io'))
    crdFile(root, definition('Cup', 'z.io'))
    const server = await startServer({ root })
    expect((await server.api.get('/apis/a.io/v1/cups')).json<ListBody>().items).toHaveLength(20)
    expect((await server.api.get('/apis/z.io/v1/namespaces/kitchen/cups/c')).status).toBe(200)
    expect(await fileProblems(server.api)).toEqual([])
    const revision = (await server.api.get(`${definitionsPath}/cups.a.io`)).json().metadata.resourceVersion
    await server.stop()

    const again = await startServer({ root })
    const crd = (await again.api.get(`${definitionsPath}/cups.a.io`)).json()
    expect(crd.metadata.resourceVersion).toBe(revision)
    expect((await again.api.get('/apis/a.io/v1/cups')).json<ListBody>().items).toHaveLength(20)
    await again.stop()

    // Without the server's own books the files are all there is.
    rmSync(join(root, '.wukong'), { recursive: true })
    const anew = await startServer({ root })
    expect((await anew.api.get(`${definitionsPath}/cups.a.io`)).json().metadata.uid).toBe(crd.metadata.uid)
    expect((await anew.api.get('/apis/a.io/v1/cups')).json<ListBody>().items).toHaveLength(20)
    expect(await fileProblems(anew.api)).toEqual([])
    await anew.stop()
  })
})
