import { describe, expect, it } from 'vitest'
import { projectFolder } from './support/project-folder.js'
import { parseSources, readSources } from './support/source-tree.js'
import {
  backendsApart,
  clockReads,
  forbiddenImports,
  importCycles,
  misplacedPackages,
  unknownFolders,
} from './support/tidy-layers.js'
import {
  type Allowed,
  barrels,
  deadExports,
  emptyNames,
  longFiles,
  longFunctions,
  overriddenFixtures,
  undocumented,
} from './support/tidy-shape.js'

const longFilesAllowed: Allowed = {}

const longFunctionsAllowed: Allowed = {}

const deadExportsAllowed: Allowed = {
  'src/sdk/typescript-hooks.ts#resolve': 'Node calls it by name',
  'src/sdk/typescript-hooks.ts#load': 'Node calls it by name',
  'examples/clock/index.ts#default': '--apis loads it',
  'examples/menu/index.ts#default': '--apiexts loads it',
  'test/support/build.ts#setup': 'vitest calls it by name',
  'test/support/summary-reporter.ts#default': 'vitest.config.ts names the file',
}

const barrelsAllowed: Allowed = {
  'src/sdk/index.ts': 'the public face of the package',
  'src/reconcile/index.ts': 'the public face of wukong-apiserver/controller',
}

const emptyNamesAllowed: Allowed = {
  'src/reconcile/controller-manager.ts': 'Kubernetes calls what runs controllers so',
  'src/cli/controller-manager.ts': 'it starts what Kubernetes calls so',
  'src/registry/field-manager.ts': 'Kubernetes calls whoever set a field its manager',
}

const sources = parseSources(readSources(projectFolder, ['src', 'examples', 'test', 'bench']))
const production = sources.filter(({ path }) => /^(src|examples)\//.test(path))

describe('the tree', () => {
  it('has only folders that the import table knows', () => expect(unknownFolders(sources)).toEqual([]))
  it('keeps to the import table', () => expect(forbiddenImports(production)).toEqual([]))
  it('keeps store backends apart', () => expect(backendsApart(sources)).toEqual([]))
  it('uses packages where they belong', () => expect(misplacedPackages(production)).toEqual([]))
  it('reads no clock in pure folders', () => expect(clockReads(sources)).toEqual([]))
  it('has no import cycles', () => expect(importCycles(sources)).toEqual([]))
  it('has no barrels', () => expect(barrels(sources, barrelsAllowed)).toEqual([]))
  it('has no long files', () => expect(longFiles(sources, 250, longFilesAllowed)).toEqual([]))
  it('has no long functions', () => expect(longFunctions(sources, 70, longFunctionsAllowed)).toEqual([]))
  it('has no dead exports', () => {
    const judged = /^(src|examples|test|bench)\/(?!(sdk|reconcile)\/index\.ts$)/
    expect(deadExports(sources, judged, deadExportsAllowed)).toEqual([])
  })
  it('leaves fixtures of other tests alone', () => expect(overriddenFixtures(sources)).toEqual([]))
  it('says of everything that users can import what it is', () => {
    const faces = ['src/sdk/index.ts', 'src/reconcile/index.ts', 'src/sdk/round-trips.ts']
    expect(undocumented(sources, faces)).toEqual([])
  })
  it('names files by what they do', () => {
    expect(
      emptyNames(
        sources.map(({ path }) => path),
        emptyNamesAllowed,
      ),
    ).toEqual([])
  })
})

describe('the rules', () => {
  const check = (texts: Record<string, string>) => parseSources(texts)

  it('want a docstring of what users can import, wherever it stands', () => {
    const texts = {
      'src/sdk/index.ts': "export { a, type B } from './own.js'\nexport type { C } from './own.js'\n",
      'src/sdk/own.ts': "export const a = 1\n/** Good. */\nexport interface B {}\nexport type { C } from './far.js'\n",
      'src/sdk/far.ts': 'interface X {}\n\nexport interface C extends X {}\n',
    }
    expect(undocumented(check(texts), ['src/sdk/index.ts'])).toEqual([
      'src/sdk/own.ts:1: a is exported to users: say what it is',
      'src/sdk/far.ts:3: C is exported to users: say what it is',
    ])
  })

  it('refuse a folder they do not know', () => {
    expect(unknownFolders(check({ 'src/misc/a.ts': '' }))).toHaveLength(1)
    expect(unknownFolders(check({ 'src/meta/a.ts': '', 'src/server.ts': '' }))).toEqual([])
  })

  it('refuse an import upwards, in every form there is', () => {
    const forms = [
      `import { a } from '../http/b.js'`,
      `import type { a } from '../http/b.js'`,
      `export { a } from '../http/b.js'`,
      `export const a = await import('../http/b.js')`,
      `export type A = import('../http/b.js').A`,
      `import '../http/b.js'`,
    ]
    for (const text of forms) expect(forbiddenImports(check({ 'src/store/a.ts': text })), text).toHaveLength(1)
    expect(forbiddenImports(check({ 'src/meta/a.ts': `import { a } from '../server.js'` }))).toHaveLength(1)
    expect(forbiddenImports(check({ 'src/store/a.ts': `import { a } from '../meta/b.js'` }))).toEqual([])
    expect(forbiddenImports(check({ 'src/sdk/a.ts': `import { a } from '../server-options.js'` }))).toEqual([])
  })

  it('let examples import the sdk and themselves only', () => {
    const from = (specifier: string) =>
      forbiddenImports(check({ 'examples/x/a.ts': `import { a } from '${specifier}'` }))
    expect(from('../../src/sdk/index.js')).toEqual([])
    expect(from('./b.js')).toEqual([])
    expect(from('../../src/registry/definition.js')).toHaveLength(1)
  })

  it('refuse one backend in another', () => {
    const at = (path: string) => backendsApart(check({ [path]: `import { a } from '../memory/b.js'` }))
    expect(at('src/store/file/a.ts')).toHaveLength(1)
    expect(at('src/store/memory/a.ts')).toEqual([])
  })

  it('refuse packages out of place', () => {
    const at = (path: string, name: string) => misplacedPackages(check({ [path]: `import x from '${name}'` }))
    expect(at('src/registry/a.ts', 'koa')).toHaveLength(1)
    expect(at('src/registry/a.ts', '@koa/router')).toHaveLength(1)
    expect(at('src/http/a.ts', 'koa')).toEqual([])
    for (const name of ['node:fs', 'node:fs/promises', 'fs', 'node:child_process', 'node:timers/promises']) {
      expect(at('src/codec/a.ts', name), name).toHaveLength(1)
    }
    expect(at('src/codec/a.ts', 'node:zlib')).toEqual([])
  })

  it('see the clock', () => {
    const uses = (text: string) => clockReads(check({ 'src/meta/a.ts': text }))
    for (const text of ['Date.now()', 'new Date()', 'const f = Date.now', 'performance.now()', 'setTimeout(f, 1)']) {
      expect(uses(text), text).toHaveLength(1)
    }
    expect(uses('new Date(0); const s = "Date.now()"; // new Date()')).toEqual([])
  })

  it('see a cycle, once', () => {
    const texts = {
      'src/meta/a.ts': `import './b.js'`,
      'src/meta/b.ts': `import type { C } from './c.js'`,
      'src/meta/c.ts': `import './a.js'`,
      'src/meta/d.ts': `import './a.js'`,
    }
    expect(importCycles(check(texts))).toHaveLength(1)
  })

  it('see a barrel', () => {
    expect(barrels(check({ 'src/meta/a.ts': `export * from './b.js'` }), {})).toHaveLength(1)
    expect(barrels(check({ 'src/meta/a.ts': `export * from './b.js'\nexport const a = 1` }), {})).toEqual([])
  })

  it('measure files and functions, and want the allow-list true', () => {
    const long = `export function f() {\n${'g()\n'.repeat(9)}}\n`
    expect(longFiles(check({ 'src/meta/a.ts': long }), 10, {})).toHaveLength(1)
    expect(longFiles(check({ 'src/meta/a.ts': long }), 11, {})).toEqual([])
    expect(longFunctions(check({ 'src/meta/a.ts': long }), 10, {})).toHaveLength(1)
    expect(longFunctions(check({ 'src/meta/a.ts': long }), 11, {})).toEqual([])
    const tests = long.replaceAll('g()', 'it("x", g)')
    expect(longFunctions(check({ 'test/a.ts': tests }), 10, {})).toEqual([])
    expect(longFunctions(check({ 'src/meta/a.ts': long }), 10, { 'src/meta/a.ts#f': 'a table' })).toEqual([])
    expect(longFunctions(check({ 'src/meta/a.ts': long }), 11, { 'src/meta/a.ts#f': 'a table' })).toHaveLength(1)
  })

  it('see an export that nothing imports', () => {
    const texts = {
      'src/meta/a.ts': `export const a = 1, b = 2\nexport interface C { d: D }\nexport interface D {}\nexport class E {}`,
      'test/a.test.ts': `import { a as z, type C } from '../src/meta/a.js'`,
    }
    expect(deadExports(check(texts), /^src/, {}).map((m) => /imports (\w+)/.exec(m)?.[1])).toEqual(['b', 'E'])
    const whole = { ...texts, 'test/b.test.ts': `import * as all from '../src/meta/a.js'` }
    expect(deadExports(check(whole), /^src/, {})).toEqual([])
  })

  it('refuse a fixture overridden for everybody', () => {
    const text = "const it = base.override('server', () => 1)\n"
    expect(overriddenFixtures(check({ 'test/a.test.ts': text, 'src/b.ts': text }))).toEqual([
      'test/a.test.ts: extend a fixture instead of overriding it for everybody',
    ])
  })

  it('refuse empty names', () => {
    const bad = ['src/http/utils.ts', 'src/store/lock-manager.ts', 'test/helpers/a.ts']
    expect(emptyNames(bad, {})).toHaveLength(3)
    expect(emptyNames(['src/http/utility-types.ts', 'src/meta/object.ts'], {})).toEqual([])
  })
})
