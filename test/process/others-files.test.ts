import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.js'
import { bareManifest, fileProblems, pizzaFolder } from '../support/registry-files.js'
import { pizza, restaurant } from '../support/restaurant.js'
import { runCommand, startServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** Paths below `root` that others than the owner may read or write. */
function openToOthers(root: string): string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
  const paths = [root, ...entries.map((entry) => join(entry.parentPath, entry.name))]
  return paths.filter((path) => (lstatSync(path).mode & 0o077) !== 0).map((path) => path.slice(root.length))
}

describe('files and folders the server makes', () => {
  it('are its own only, whatever the umask: Secrets are not encrypted', async () => {
    const root = join(temporaryFolder(), 'deep', 'root')
    const before = process.umask(0)
    const server = await startServer({ root }).finally(() => process.umask(before))
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { password: 'hidden' } }
    expect((await server.api.post('/api/v1/namespaces/default/secrets', secret)).status).toBe(201)
    await server.api.post(restaurant.pizzas(), pizza('a'))
    const file = join(root, 'registry/core/secrets/default/s.yaml')
    await eventually('the file', () => existsSync(file))
    await server.api.patch('/api/v1/namespaces/default/secrets/s', { stringData: { password: 'changed' } })
    const text = Buffer.from('changed').toString('base64')
    await eventually('the file is written again', () => readFileSync(file, 'utf8').includes(text))
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(join(root, 'registry/core/secrets/default')).mode & 0o777).toBe(0o700)
    await server.stop()
    // Certificates are for everybody; their keys are not.
    const open = openToOthers(root).filter((path) => !path.endsWith('.crt') && !path.endsWith('.gitignore'))
    expect(open).toEqual([])
    const copy = join(temporaryFolder(), 'copy')
    expect((await runCommand(['backup', `--file-rootpath=${root}`, `--to=${copy}`])).code).toBe(0)
    expect(openToOthers(copy).filter((path) => !path.endsWith('.gitignore'))).toEqual([])
  })
})

describe('what is no regular file below the root', () => {
  it('is neither followed, nor read, nor written, nor waited for', async () => {
    const outside = temporaryFolder()
    const victim = join(outside, 'victim.yaml')
    writeFileSync(victim, bareManifest(9))
    const server = await startServer()
    const folder = pizzaFolder(server.root)
    await server.api.post(restaurant.pizzas(), pizza('kept'))
    await folder.told('kept', () => true)
    symlinkSync(victim, folder.file('link'))
    symlinkSync(outside, join(server.root, 'registry/restaurant.wukong.com/pizzas/linked'))
    const isFifo = spawnSync('mkfifo', [folder.file('pipe')]).status === 0
    mkdirSync(folder.file('folder'))
    const wanted = isFifo ? ['link', 'pipe'] : ['link']
    await eventually('they are told of', async () => {
      const paths = (await fileProblems(server.api)).map(({ path }) => path)
      return wanted.every((name) => paths.some((path) => path.endsWith(`/${name}.yaml`)))
    })
    // Objects whose files would lie behind them: made all the same, and nothing is written through them.
    for (const name of [...wanted, 'folder']) {
      expect((await server.api.post(restaurant.pizzas(), pizza(name))).status, name).toBe(201)
    }
    await server.api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'linked' } })
    expect((await server.api.post(restaurant.pizzas('linked'), pizza('through'))).status).toBe(201)
    await server.api.patch(`${restaurant.pizzas()}/kept`, { metadata: { labels: { still: 'served' } } })
    await folder.told('kept', ({ metadata }) => metadata.labels?.still === 'served')
    expect(readFileSync(victim, 'utf8')).toBe(bareManifest(9))
    expect(readdirSync(outside)).toEqual(['victim.yaml'])
    expect(lstatSync(folder.file('link')).isSymbolicLink()).toBe(true)
    expect((await server.api.get(`${restaurant.pizzas('linked')}/victim`)).status).toBe(404)
    expect((await server.stop()).code).toBe(0)

    const again = await startServer({ root: server.root })
    for (const name of [...wanted, 'folder']) {
      expect((await again.api.get(`${restaurant.pizzas()}/${name}`)).status, name).toBe(200)
    }
    expect((await again.api.get(`${restaurant.pizzas('linked')}/through`)).status).toBe(200)
    rmSync(join(server.root, 'registry/restaurant.wukong.com/pizzas/linked'))
    await eventually('the file appears once the way is clear', () =>
      existsSync(join(server.root, 'registry/restaurant.wukong.com/pizzas/linked/through.yaml')),
    )
    await again.stop()
  })

  it('in place of a folder of the server’s own refuses the start', async () => {
    const outside = temporaryFolder()
    for (const name of ['registry', '.wukong', '.wukong/journal', '.wukong/tmp', '.wukong/aside']) {
      const root = temporaryFolder()
      if (name.includes('/')) mkdirSync(join(root, '.wukong'), { mode: 0o700 })
      symlinkSync(outside, join(root, name))
      const { code, stderr } = await runCommand([`--file-rootpath=${root}`])
      expect(code, name).toBe(1)
      expect(stderr, name).toContain(`${join(root, name)} is not a directory`)
    }
    expect(readdirSync(outside)).toEqual([])
  })

  it('put in place of a folder while it serves is not written through', async () => {
    const outside = temporaryFolder()
    const server = await startServer()
    await server.api.post(restaurant.pizzas(), pizza('a'))
    const folder = pizzaFolder(server.root)
    await folder.told('a', () => true)
    renameSync(folder.path, join(outside, 'moved'))
    symlinkSync(join(outside, 'moved'), folder.path)
    await server.api.patch(`${restaurant.pizzas()}/a`, { metadata: { labels: { new: 'label' } } })
    expect((await server.api.post(restaurant.pizzas(), pizza('b'))).status).toBe(201)
    await server.stop()
    expect(readdirSync(join(outside, 'moved'))).toEqual(['a.yaml'])
    expect(readFileSync(join(outside, 'moved', 'a.yaml'), 'utf8')).not.toContain('label')
    const again = await startServer({ root: server.root })
    expect((await again.api.get(`${restaurant.pizzas()}/a`)).json().metadata.labels).toEqual({ new: 'label' })
    await again.stop()
  })

  it('with a name that leads out of the root is a name like any other', async () => {
    const root = join(temporaryFolder(), 'root')
    const server = await startServer({ root })
    for (const name of ['..', '%2e%2e', '..%2f..%2fescaped', 'a%2fb']) {
      const { status } = await server.api.request('PUT', `${restaurant.pizzas()}/${name}`, pizza('x'))
      expect(status, name).toBeGreaterThanOrEqual(400)
      expect(status, name).toBeLessThan(500)
    }
    for (const name of ['../x', '..', 'a/b', '.', 'a\0b']) {
      expect((await server.api.post(restaurant.pizzas(), pizza(name))).status, name).toBe(422)
    }
    await server.stop()
    expect(readdirSync(join(root, '..'))).toEqual(['root'])
  })
})

describe('a root of somebody else', () => {
  const isRoot = process.getuid?.() === 0

  it('is refused', async ({ skip }) => {
    if (!isRoot) return skip('only root can give a folder to somebody else')
    const root = temporaryFolder()
    spawnSync('chown', ['12345', root])
    const { code, stderr } = await runCommand([`--file-rootpath=${root}`])
    expect(code).toBe(1)
    expect(stderr).toContain('belongs to the user with id 12345')
  })

  it('that can’t be written to is refused', async ({ skip }) => {
    if (isRoot) return skip('does not apply: root may write everywhere')
    const root = temporaryFolder()
    chmodSync(root, 0o500)
    const { code, stderr } = await runCommand([`--file-rootpath=${root}`])
    expect(code).toBe(1)
    expect(stderr).toContain('permission denied')
  })
})
