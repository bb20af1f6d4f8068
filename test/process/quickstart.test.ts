import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, inject, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { freePort } from '../support/free-port.js'
import { httpClient, type ListBody } from '../support/http.js'
import { projectFolder } from '../support/project-folder.js'
import { restaurant } from '../support/restaurant.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const running: ChildProcess[] = []
afterEach(async () => {
  for (const child of running.splice(0)) await end(child)
})

/** What `npm start -- <flags>` runs, ready. */
async function start(root: string) {
  const failure = inject('buildFailure')
  if (failure) throw new Error(failure)
  const port = await freePort()
  const flags = [`--file-rootpath=${root}`, `--insecure-port=${port}`, `--secure-port=${await freePort()}`]
  const child = spawn(process.execPath, ['examples/quickstart.mjs', ...flags], { cwd: projectFolder, stdio: 'ignore' })
  running.push(child)
  const api = httpClient(`http://127.0.0.1:${port}`)
  await eventually('ready', async () => (await api.get('/readyz')).status === 200)
  const names = async (path: string) =>
    (await api.get(path)).json<ListBody>().items.map(({ metadata }) => metadata.name)
  return { api, names, child }
}

async function end(child: ChildProcess) {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}

describe('npm start', () => {
  test('has pizzas and toppings, and lets the sample tokens in', async () => {
    const root = join(temporaryFolder(), 'root')
    const { api, names } = await start(root)
    expect(await names(restaurant.allPizzas)).toEqual(['funghi', 'margherita', 'plain'])
    expect(await names(restaurant.toppings)).toEqual(['basil', 'mozzarella', 'mushrooms', 'salami', 'tomato'])
    for (const { groups, token } of sampleTokens()) {
      const answer = await api.get(restaurant.allPizzas, { authorization: `Bearer ${token}` })
      expect(answer.status, groups).toBe(200)
    }
    const file = join(root, 'registry/restaurant.wukong.com/pizzas/default/margherita.yaml')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(root).filter((name) => name.startsWith('.seed'))).toEqual([])
  })

  test('seeds a root once', async () => {
    const root = temporaryFolder()
    const file = join(root, 'registry/restaurant.wukong.com/pizzas/default/funghi.yaml')
    const first = await start(root)
    await end(first.child)
    rmSync(file)
    const { names } = await start(root)
    expect(await names(restaurant.allPizzas)).toEqual(['margherita', 'plain'])
    expect(existsSync(file)).toBe(false)
  })
})

function sampleTokens() {
  const lines = readFileSync(join(projectFolder, 'configs/token.csv'), 'utf8').trim().split('\n')
  return lines.map((line) => {
    const [token = '', , , groups = ''] = line.split(',')
    return { token, groups }
  })
}
