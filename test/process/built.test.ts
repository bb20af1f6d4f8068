import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { projectFolder } from '../support/project-folder.js'
import { startServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** A folder in which the package is installed. */
function installed(): string {
  expect(inject('buildFailure')).toBe('')
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(projectFolder, join(folder, 'node_modules', 'wukong-apiserver'))
  return folder
}

/** The script that all code is in. */
function code(): { file: string; text: string } {
  const folder = join(projectFolder, 'dist')
  const [file = ''] = readdirSync(folder).filter((name) => /^code-\w+\.cjs$/.test(name))
  return { file, text: readFileSync(join(folder, file), 'latin1') }
}

const teapots = (types: boolean) => `
import { defineGroup, errors${types ? ', type CustomSubresource' : ''} } from 'wukong-apiserver'
const pour${types ? ': CustomSubresource' : ''} = { methods: { POST: () => { throw errors.badRequest('short and stout') } } }
export default defineGroup({
  group: 'tea.example.com',
  resources: [{
    group: 'tea.example.com',
    names: { plural: 'pots', singular: 'pot', kind: 'Pot' },
    scope: 'Cluster',
    versions: [{ name: 'v1', served: true, storage: true, schema: { type: 'object' }, subresources: { custom: { pour } } }],
  }],
})
`

it('an error that an API group throws is the error that the server answers', async () => {
  const module = join(installed(), 'teapots.mjs')
  writeFileSync(module, teapots(false))
  const server = await startServer({ args: [`--apis=${module}`] })
  const pots = '/apis/tea.example.com/v1/pots'
  const pot = { apiVersion: 'tea.example.com/v1', kind: 'Pot', metadata: { name: 'brown' } }
  expect((await server.api.post(pots, pot)).status).toBe(201)
  const poured = await server.api.post(`${pots}/brown/pour`, {})
  expect(poured.json()).toMatchObject({ code: 400, reason: 'BadRequest', message: 'short and stout' })
  // Of a package that is no ES module and is loaded when it is needed.
  expect((await server.api.get('/metrics')).text).toContain('process_cpu_seconds_total')
  await server.stop()
})

it('an API group in TypeScript compiles against the package', () => {
  const folder = installed()
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'teapots.ts'), teapots(true))
  const flags = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--types', '', 'teapots.ts']
  const tsc = join(projectFolder, 'node_modules', '.bin', 'tsc')
  expect(spawnSync(tsc, flags, { cwd: folder, encoding: 'utf8' })).toMatchObject({ stdout: '', status: 0 })
})

it('the terms of every package in it are passed on with it', () => {
  const text = readFileSync(join(projectFolder, 'dist', 'licenses.txt'), 'utf8')
  expect(text).toMatch(/^koa \d[\d.]+ \(MIT\)$/m)
  // Modules that are no ES modules are named in the code.
  const names = [...code().text.matchAll(/"node_modules\/((?:@[^/"]+\/)?[^/"]+)\//g)].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(50)
  for (const name of new Set(names)) expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'))
})

describe('what V8 has compiled', () => {
  const loader = join(projectFolder, 'dist', 'load-code.js')
  const says = `import { script } from ${JSON.stringify(loader)}; console.log(script.cachedDataRejected)`
  const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: projectFolder, encoding: 'utf8' })

  it('is taken by this Node, and fits the code that lies beside it', () => {
    expect(run('--input-type=module', '--eval', says)).toMatchObject({ stdout: 'false\n', status: 0 })
    const compiled = readdirSync(join(projectFolder, 'dist')).filter((name) => name.endsWith('.bin'))
    expect(compiled).toEqual([expect.stringContaining(code().file.replace('.cjs', `-${process.arch}-`))])
  })

  it('is not needed: a V8 with other settings compiles anew', () => {
    const other = '--no-lazy-feedback-allocation'
    expect(run(other, '--input-type=module', '--eval', says)).toMatchObject({ stdout: 'true\n', status: 0 })
    const version = run(other, 'bin/wukong-apiserver', '--version')
    expect(version).toMatchObject({ stdout: expect.stringMatching(/^\d+\.\d+\.\d+/), status: 0 })
  })
})
