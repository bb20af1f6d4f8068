import { execFile } from 'node:child_process'
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parseCommandLine } from '../../src/cli/command-line.js'
import { parseControllerManagerFlags } from '../../src/cli/run-controllers-flags.js'
import type { KubeObject } from '../../src/meta/object.js'
import type { startApiserver as start } from '../../src/sdk/index.js'
import { codeFolder, commandLines, writeCode } from '../support/doc-pages.js'
import { httpClient } from '../support/http.js'
import { projectFolder } from '../support/project-folder.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** The built package, as who depends on it has it. */
const { startApiserver } = (await import(join(projectFolder, 'dist', 'src', 'sdk', 'index.js'))) as {
  startApiserver: typeof start
}

const files = writeCode()
const run = (...args: string[]) => promisify(execFile)(process.execPath, args, { cwd: codeFolder, encoding: 'utf8' })
const program = (path: string) => join(projectFolder, 'node_modules', path)

describe('code on the pages', () => {
  test('is right, as the compiler sees it', async () => {
    const compilerOptions = {
      ...{ target: 'es2023', module: 'nodenext', strict: true, noEmit: true, skipLibCheck: true, types: ['node'] },
      ...{ allowImportingTsExtensions: true, erasableSyntaxOnly: true, typeRoots: [program('@types')] },
    }
    writeFileSync(join(codeFolder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['**/*.ts'] }))
    const { stdout } = await run(program('typescript/bin/tsc'), '-p', '.').catch((error) => error)
    expect(stdout).toBe('')
  })

  test('that are tests pass', async () => {
    const tests = files.filter((path) => path.endsWith('.test.ts') && !path.endsWith('namespace.test.ts'))
    expect(tests.length).toBeGreaterThan(1)
    await run('--import', join(projectFolder, 'dist/src/sdk/register-typescript.js'), '--test', ...tests)
  })

  test('that are API groups and extensions are served', async () => {
    const page = (...path: string[]) => join(codeFolder, ...path)
    const server = await startApiserver({
      apis: [
        ...[page('api-groups', 'index.ts'), page('api-groups', 'meters.ts'), page('controllers', 'group.ts')],
        ...[page('versions', 'prices.ts'), page('subresources', 'ovens.ts')],
      ],
      apiexts: [page('web-api', 'settings.ts')],
      controllers: [],
    })
    const api = httpClient(server.url)
    const meters = '/apis/meters.example.com/v1/meters'
    const meter = { apiVersion: 'meters.example.com/v1', kind: 'Meter', metadata: { name: 'kitchen' }, kwh: 12 }
    expect((await api.post(meters, meter)).json()).toMatchObject({ metadata: { resourceVersion: '1' }, kwh: 12 })
    expect((await api.patch(`${meters}/kitchen`, { kwh: 13 })).json()).toMatchObject({ kwh: 13 })
    expect((await api.delete(`${meters}/kitchen`)).status).toBe(200)
    const prices = '/apis/shop.example.com/v1alpha1/namespaces/default/prices'
    const price = {
      apiVersion: 'shop.example.com/v1alpha1',
      kind: 'Price',
      metadata: { name: 'a' },
      spec: { text: '1.50' },
    }
    expect((await api.post(prices, price)).status).toBe(201)
    expect((await api.get('/wukong/r/prices/default/a')).json()).toMatchObject({ cents: 150 })
    const ovens = '/apis/kitchen.example.com/v1/namespaces/default/ovens'
    await api.post(ovens, { apiVersion: 'kitchen.example.com/v1', kind: 'Oven', metadata: { name: 'a' } })
    expect((await api.post(`${ovens}/a/heat?degrees=200`, {})).json()).toMatchObject({ status: { degrees: 200 } })
    expect((await api.post('/wukong/settings/default/s', { k: 'v' })).status).toBe(204)
    expect((await api.get('/wukong/settings/default')).json()).toEqual({ s: { k: 'v' } })
    await server.close()
  })

  test('takes over what a CustomResourceDefinition has left', async () => {
    const [old, moved] = [temporaryFolder(), temporaryFolder()]
    const ref = { apiVersion: 'example.com/v1', kind: 'Widget' }
    const schema = {
      openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    }
    const names = { plural: 'widgets', singular: 'widget', kind: 'Widget' }
    const version = { name: 'v1', served: true, storage: true, schema, subresources: { status: {} } }
    const crd: KubeObject = {
      ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
      metadata: { name: 'widgets.example.com' },
      spec: { group: 'example.com', names, scope: 'Namespaced', versions: [version] },
    }
    const metadata = { name: 'w', namespace: 'default' }
    const first = await startApiserver({ root: old, crds: [crd], objects: [{ ...ref, metadata, spec: { size: 2 } }] })
    const before = await first.resources(ref).get('w', 'default')
    await first.resources(ref).updateStatus({ ...before, status: { phase: 'Ready' } } as KubeObject)
    await first.close()
    cpSync(join(old, 'registry'), join(moved, 'registry'), { recursive: true })
    rmSync(join(moved, 'registry/apiextensions.k8s.io'), { recursive: true })
    const second = await startApiserver({ root: moved, apis: [join(codeFolder, 'from-crd', 'widgets.ts')] })
    const after = await second.resources(ref).get('w', 'default')
    await second.close()
    expect(after).toMatchObject({ spec: { size: 2 }, status: { phase: 'Ready' } })
    const { uid, creationTimestamp } = before.metadata
    expect(after.metadata).toMatchObject({ uid, creationTimestamp })
  })
})

describe('the test with vitest', () => import(join(codeFolder, 'testing', 'namespace.test.ts')).then(() => {}))

describe('commands on the pages', () => {
  test.each(commandLines())('$page: $command $args', ({ command, args }) => {
    if (command === 'wukong-controller-manager') parseControllerManagerFlags(args)
    else parseCommandLine(args, { out: () => {}, err: (text) => expect(text).toBe('') })
  })
})
