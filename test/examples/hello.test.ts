import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import type { ListBody } from '../support/http.js'
import { runCommand, startServer } from '../support/server.js'
import { test as base } from '../support/server-test.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const module = `
import { defineGroup, defineResource } from 'wukong-apiserver'
import { sizes } from './sizes.js'

interface Shoe { spec: { size: number } }
const smallest: Shoe = { spec: { size: sizes[0]! } }
export default defineGroup({
  group: 'shoes.example.com',
  resources: [
    defineResource({
      group: 'shoes.example.com',
      names: { plural: 'shoes', singular: 'shoe', kind: 'Shoe' },
      scope: 'Cluster',
      versions: { v1: { schema: { type: 'object', properties: { spec: { type: 'object', default: smallest.spec,
        properties: { size: { type: 'integer' } } } } } } },
    }),
  ],
})
`

/** A folder beside which the package is installed, as its users have it. */
function typescriptModule(text = module): string {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'sizes.ts'), 'export const sizes: readonly number[] = [36, 37]\n')
  writeFileSync(
    join(folder, 'shoes.ts'),
    text.replace("'wukong-apiserver'", `'${join(import.meta.dirname, '../../dist/src/sdk/index.js')}'`),
  )
  return join(folder, 'shoes.ts')
}

const it = base.extend('server', { scope: 'file' }, async ({ tokenFile }, { onCleanup }) => {
  const modules = ['examples/hello', 'examples/clock', typescriptModule()]
  const server = await startServer({
    args: [`--token-auth-file=${tokenFile}`, ...modules.map((path) => `--apis=${path}`)],
  })
  onCleanup(async () => {
    await server.stop()
  })
  return server
})

const group = '/apis/hello.zeng.dev'
const foo = (version: string, name: string, spec: object) => ({
  apiVersion: `hello.zeng.dev/${version}`,
  kind: 'Foo',
  metadata: { name },
  spec,
})

describe('hello.zeng.dev', () => {
  it('prefers and stores v2, and loses nothing on the way through v1', async ({ api, namespace }) => {
    expect((await api.get(group)).json()).toMatchObject({ preferredVersion: { version: 'v2' } })
    const [v1, v2] = [`${group}/v1/namespaces/${namespace}/foos`, `${group}/v2/namespaces/${namespace}/foos`]
    await api.post(v1, foo('v1', 'a', { msg: 'hi', msg1: 'there' }))
    expect((await api.get(`${v2}/a`)).json()).toMatchObject({
      spec: { image: 'busybox:1.36', config: { msg: 'hi', msg1: 'there' } },
    })
    await api.post(v2, foo('v2', 'b', { image: 'alpine', config: { msg: 'ho' } }))
    await api.patch(`${v2}/b/status`, { status: { phase: 'Ready' } })
    const old = (await api.get(`${v1}/b`)).json()
    expect(old).toMatchObject({ spec: { msg: 'ho' }, status: { phase: 'Ready' } })
    await api.put(`${v1}/b`, { ...old, spec: { msg: 'hu' } })
    expect((await api.get(`${v2}/b`)).json()).toMatchObject({
      spec: { image: 'alpine', config: { msg: 'hu' } },
      status: { phase: 'Ready' },
    })
  })
})

describe('clocks', () => {
  it('are worked out for each request', async ({ api }) => {
    const clocks = '/apis/clock.wukong.com/v1/clocks'
    expect((await api.get(clocks)).json<ListBody>().items).toHaveLength(4)
    expect((await api.get(`${clocks}/utc`)).json()).toMatchObject({
      kind: 'Clock',
      zone: 'UTC',
      time: expect.stringMatching(/^\d\d:\d\d:\d\d$/),
    })
    expect((await api.get(`${clocks}/mars`)).json()).toMatchObject({ reason: 'NotFound' })
    expect((await api.post(clocks, { apiVersion: 'clock.wukong.com/v1', kind: 'Clock' })).status).toBe(405)
  })
})

describe('a module in TypeScript', () => {
  it('is loaded as it is', async ({ api }) => {
    const answer = await api.post('/apis/shoes.example.com/v1/shoes', {
      ...{ apiVersion: 'shoes.example.com/v1', kind: 'Shoe', metadata: { name: 'left' } },
    })
    expect(answer.json()).toMatchObject({ spec: { size: 36 } })
  })

  it('that is more than JavaScript with types is refused, with the reason', async () => {
    const path = typescriptModule('enum Size { small }\nexport default Size\n')
    const { code, stderr } = await runCommand([
      `--apis=${path}`,
      '--backend=memory',
      `--file-rootpath=${temporaryFolder()}`,
    ])
    expect(code).toBe(1)
    expect(stderr).toContain(path)
    expect(stderr).toContain('enum is not supported')
  })
})
