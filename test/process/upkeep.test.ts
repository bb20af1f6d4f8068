import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import type { ListBody } from '../support/http.js'
import { bareManifest, pizzaFolder } from '../support/registry-files.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { runCommand, startServer, type TestServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const at = (root: string) => `--file-rootpath=${root}`
const list = async ({ api }: TestServer) => (await api.get(restaurant.allPizzas)).json<ListBody<Pizza>>()
const names = ({ items }: ListBody<Pizza>) => items.map(({ metadata }) => metadata.name)

describe('backup and restore', () => {
  it('copy a root that is being served; old resourceVersions get 410 from what is restored', async () => {
    const server = await startServer()
    const commented = `# by hand\n${bareManifest(2)}`
    pizzaFolder(server.root).write('mine', commented)
    await pizzaFolder(server.root).told('mine', ({ metadata }) => metadata.uid !== undefined)
    for (let i = 0; i < 20; i++) await server.api.post(restaurant.pizzas(), pizza(`p${i}`))
    let going = true
    const writer = (async () => {
      for (let n = 0; going; n++) {
        await server.api.patch(`${restaurant.pizzas()}/p${n % 20}`, { metadata: { labels: { n: String(n) } } })
      }
    })()
    const before = await list(server)
    const copy = join(temporaryFolder(), 'deep', 'copy')
    const made = await runCommand(['backup', at(server.root), `--to=${copy}`])
    expect(made).toMatchObject({ code: 0, stderr: '' })
    going = false
    await writer
    const after = await list(server)
    await server.api.post(restaurant.pizzas(), pizza('later'))
    await server.stop()

    const root = join(temporaryFolder(), 'new')
    expect(await runCommand(['restore', `--from=${copy}`, at(root)])).toMatchObject({ code: 0, stderr: '' })
    const restored = await startServer({ root })
    const found = await list(restored)
    expect(names(found)).toEqual(names(before))
    expect(found.items.map(({ metadata }) => metadata.uid)).toEqual(before.items.map(({ metadata }) => metadata.uid))
    // Each object is at least as new as before the backup, and not newer than after it.
    for (const [i, { metadata }] of found.items.entries()) {
      const revision = Number(metadata.resourceVersion)
      expect(revision).toBeGreaterThanOrEqual(Number(before.items[i]?.metadata.resourceVersion))
      expect(revision).toBeLessThanOrEqual(Number(after.items[i]?.metadata.resourceVersion))
    }
    expect(Number(found.metadata.resourceVersion)).toBeGreaterThan(Number(after.metadata.resourceVersion))
    const old = `?watch=true&resourceVersion=${after.metadata.resourceVersion}`
    const watch = await restored.api.watch(`${restaurant.allPizzas}${old}`)
    expect(await watch.next<KubeObject & { code: number }>()).toMatchObject({ type: 'ERROR', object: { code: 410 } })
    watch.close()
    expect(pizzaFolder(root).read('mine')).toContain('# by hand')
    expect((await restored.api.get('/wukong/files')).json()).toMatchObject({ files: [] })
    await restored.stop()
  })

  it('make a root of nothing but registry/, with the uids that are in the files', async () => {
    const server = await startServer()
    const { metadata } = (await server.api.post(restaurant.pizzas(), pizza('a'))).json()
    await server.stop()
    rmSync(join(server.root, '.wukong'), { recursive: true })
    const root = join(temporaryFolder(), 'new')
    expect((await runCommand(['restore', `--from=${server.root}`, at(root)])).code).toBe(0)
    const restored = await startServer({ root })
    expect((await restored.api.get(`${restaurant.pizzas()}/a`)).json().metadata.uid).toBe(metadata.uid)
    await restored.stop()
  })

  it('refuse what is not empty, not there, held or unfinished', async () => {
    const server = await startServer()
    const elsewhere = temporaryFolder()
    const error = async (...args: string[]) => {
      const { code, stderr } = await runCommand(args)
      expect(code).toBe(1)
      expect(stderr.trimEnd().split('\n')).toHaveLength(1)
      return stderr
    }
    expect(await error('restore', `--from=${server.root}`, at(server.root))).toContain('is within')
    expect(await error('restore', `--from=${elsewhere}`, at(server.root))).toContain('holds no objects')
    expect(await error('backup', at(join(elsewhere, 'none')), `--to=${elsewhere}/x`)).toContain('does not exist')
    expect(await error('backup', at(server.root), `--to=${join(server.root, 'registry', 'x')}`)).toContain('is within')
    expect(await error('backup', at(server.root))).toContain('--to')
    expect(await error('backup', at(server.root), '--to=/proc/x')).toContain('/proc/x')
    const copy = join(elsewhere, 'copy')
    expect((await runCommand(['backup', at(server.root), `--to=${copy}`])).code).toBe(0)
    expect(await error('restore', `--from=${copy}`, at(server.root))).toContain('is there already')
    writeFileSync(join(copy, '.wukong/format'), 'unfinished copy\n')
    expect(await error('restore', `--from=${copy}`, at(join(elsewhere, 'y')))).toContain('unfinished')
    expect(await error(at(copy))).toContain('unfinished')
    await server.stop()
  })
})

describe('fsck', () => {
  const fsck = (root: string, ...flags: string[]) => runCommand(['fsck', at(root), ...flags])

  it('says what is in a sound root, while it is served too, and changes nothing', async () => {
    const server = await startServer()
    await server.api.post(restaurant.pizzas(), pizza('a'))
    await pizzaFolder(server.root).told('a', () => true)
    const { code, stdout } = await fsck(server.root)
    expect(code).toBe(0)
    expect(stdout).toContain(`served by process ${server.pid}`)
    expect(stdout).toMatch(/\d+ objects, revision \d+/)
    expect(stdout).not.toContain('open to other users')
    expect(stdout).toMatch(/\.wukong\/journal\/\S+: \d+ records? in (?:1 batch|\d+ batches),/)
    const refused = await fsck(server.root, '--repair')
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(`held by process ${server.pid}`) })
    await server.stop()
    expect((await fsck(server.root)).stdout).not.toContain('served by')
  })

  it('finds and mends open modes, temporary files and a damaged snapshot', async () => {
    const server = await startServer()
    for (let i = 0; i < 5; i++) await server.api.post(restaurant.pizzas(), pizza(`p${i}`))
    const before = await list(server)
    await server.stop()
    const { root } = server
    const file = pizzaFolder(root).file('p1')
    chmodSync(file, 0o644)
    writeFileSync(join(root, '.wukong/tmp/77'), 'x')
    const snapshot = join(root, '.wukong/snapshot')
    const bytes = readFileSync(snapshot)
    bytes[bytes.indexOf('p3')] = 0x3f
    writeFileSync(snapshot, bytes)

    const found = await fsck(root)
    expect(found.code).toBe(1)
    expect(found.stdout).toMatch(/damage: .*\.wukong\/snapshot is damaged at byte \d+/)
    expect(found.stdout).toContain('default/p1.yaml: 0644')
    expect(found.stdout).toContain('.wukong/tmp/77')
    const start = await runCommand([at(root)])
    expect(start.code).toBe(1)
    expect(start.stderr).toMatch(/snapshot is damaged at byte \d+/)

    const mended = await fsck(root, '--repair')
    expect(mended.code).toBe(0)
    expect(mended.stdout).toContain('.wukong/damaged-')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(root, '.wukong/tmp'))).toEqual([])
    const again = await startServer({ root })
    const after = await list(again)
    expect(after.items.map(({ metadata, spec }) => [metadata.name, metadata.uid, spec])).toEqual(
      before.items.map(({ metadata, spec }) => [metadata.name, metadata.uid, spec]),
    )
    expect(Number(after.metadata.resourceVersion)).toBeGreaterThan(Number(before.metadata.resourceVersion))
    await again.stop()
  })

  it('mends a journal that is damaged in the middle, which no server starts on, and loses no object', async () => {
    const server = await startServer()
    for (let i = 0; i < 8; i++) await server.api.post(restaurant.pizzas(), pizza(`p${i}`))
    await pizzaFolder(server.root).told('p7', () => true)
    const before = await list(server)
    await server.kill()
    const { root } = server
    const folder = join(root, '.wukong/journal')
    const [segment = ''] = readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes('"p3"'))
    const bytes = readFileSync(join(folder, segment))
    bytes[bytes.indexOf('"p3"') + 1] = 0x3f
    writeFileSync(join(folder, segment), bytes)

    const start = await runCommand([at(root)])
    expect(start.code).toBe(1)
    expect(start.stderr).toMatch(new RegExp(`${segment} is damaged at byte \\d+`))
    const found = await fsck(root)
    expect(found.code).toBe(1)
    expect(found.stdout).toMatch(new RegExp(`damage: .*${segment} is damaged at byte \\d+`))
    expect((await fsck(root, '--repair')).code).toBe(0)
    const again = await startServer({ root })
    const after = await list(again)
    const told = ({ items }: ListBody<Pizza>) => items.map(({ metadata, spec }) => [metadata.name, metadata.uid, spec])
    expect(told(after)).toEqual(told(before))
    expect(Number(after.metadata.resourceVersion)).toBeGreaterThan(Number(before.metadata.resourceVersion))
    await again.stop()
  })

  it('with --files lists what a server would refuse, without one, and exits 1 when there is any', async () => {
    const root = temporaryFolder()
    const folder = pizzaFolder(root)
    folder.write('good', bareManifest())
    expect(await fsck(root, '--files')).toMatchObject({ code: 0, stdout: expect.stringContaining('refused: 0') })
    folder.write('torn', 'a: [')
    folder.write('other', bareManifest().replace('kind: Pizza', 'kind: Pizza\nmetadata:\n  name: another'))
    folder.write('typo', bareManifest().replace('toppings', 'topings'))
    folder.write('wrong', bareManifest('many'))
    pizzaFolder(root, 'nowhere').write('lost', bareManifest())
    writeFileSync(folder.file('yml').replace(/yaml$/, 'yml'), bareManifest())
    writeFileSync(`${folder.file('good')}~`, 'an editor has left this')
    symlinkSync('/etc/passwd', folder.file('link'))
    mkdirSync(join(root, 'registry/unknown.example.com/things'), { recursive: true })
    writeFileSync(join(root, 'registry/unknown.example.com/things/x.yaml'), 'apiVersion: unknown.example.com/v1\n')
    const { code, stdout } = await fsck(root, '--files')
    expect(code).toBe(1)
    const lines = stdout.split('\n').filter((line) => line.startsWith('registry/'))
    const told = (name: string) => lines.find((line) => line.includes(`/${name}`)) ?? ''
    expect(told('torn.yaml')).toMatch(/torn\.yaml:2: refused: /)
    expect(told('other.yaml')).toContain('another')
    expect(told('typo.yaml')).toContain('topings')
    expect(told('wrong.yaml')).toContain('quantity')
    expect(told('lost.yaml')).toMatch(/waiting: .*nowhere/)
    expect(told('yml.yml')).toContain('.yaml')
    expect(told('link.yaml')).toContain('symbolic link')
    expect(told('x.yaml')).toContain('waiting')
    expect(lines).toHaveLength(8)
    expect(readdirSync(root)).toEqual(['registry'])
  })

  it('of what is no root says so', async () => {
    expect(await fsck(temporaryFolder())).toMatchObject({ code: 1, stderr: expect.stringContaining('is no root') })
  })
})

it.runIf(process.platform === 'linux')(
  'the thread that writes files ends when idle, and begins with the next',
  async () => {
    const server = await startServer()
    const file = (name: string) => eventually(`${name}.yaml`, () => pizzaFolder(server.root).read(name).includes(name))
    const threads = () => readdirSync(`/proc/${server.pid}/task`).length
    await server.api.post(restaurant.pizzas(), pizza('first'))
    await file('first')
    const before = threads()
    await eventually('a thread less', () => threads() < before)
    await server.api.post(restaurant.pizzas(), pizza('second'))
    await file('second')
    await server.stop()
  },
)
