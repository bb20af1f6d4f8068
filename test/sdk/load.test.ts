import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkGroup } from '../../src/sdk/group-shape.js'
import { loadGroups } from '../../src/sdk/load.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const folder = temporaryFolder()
function file(path: string, text: string): string {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
  return join(folder, path)
}

const version = { name: 'v1', served: true, storage: true, schema: { type: 'object' } }
const resource = {
  group: 'example.com',
  names: { plural: 'things', singular: 'thing', kind: 'Thing' },
  scope: 'Cluster',
  versions: [version],
}
const group = { group: 'example.com', resources: [resource] }
const module = (value: unknown) => `export default ${JSON.stringify(value)}\n`
const renamed = (name: string) => ({ group: name, resources: [{ ...resource, group: name }] })

file('good.mjs', module(group))
file('sub/other.mjs', module(renamed('other.example.com')))
file('node_modules/api-package/package.json', '{"name":"api-package","type":"module","exports":"./main.js"}')
file('node_modules/api-package/main.js', module(renamed('package.example.com')))
const broken = file('broken.mjs', 'export default {')
const empty = file('empty.mjs', 'export const group = 1')

describe('modules', () => {
  const groups = async (...modules: string[]) => (await loadGroups(modules, folder)).map((loaded) => loaded.group)
  test('by path, absolute or not, and by package', async () => {
    expect(await groups('./good.mjs', join(folder, 'sub/other.mjs'), 'api-package')).toEqual([
      'example.com',
      'other.example.com',
      'package.example.com',
    ])
    expect(await groups('good.mjs', 'sub/other.mjs')).toEqual(['example.com', 'other.example.com'])
    expect(await groups()).toEqual([])
  })

  test.each<[string, RegExp]>([
    ['./missing.mjs', /^API module \.\/missing\.mjs \(.*missing\.mjs\) can't be loaded: /],
    [
      'no-such-package',
      /^API module no-such-package: neither a file .*no-such-package nor a package that .* has installed$/,
    ],
    [broken, /^API module .*broken\.mjs can't be loaded: /],
    [empty, /^API module .*empty\.mjs: default: is missing: export default defineGroup\(\{ … \}\)$/],
    ['./node_modules', /^API module \.\/node_modules: the folder .* has none of index\.js, index\.mjs, index\.ts$/],
  ])('%s is refused', async (name, message) => {
    await expect(loadGroups([name], folder)).rejects.toThrow(message)
  })

  test('the same resource twice is refused', async () => {
    await expect(loadGroups(['good.mjs', './good.mjs'], folder)).rejects.toThrow(
      'API module ./good.mjs: things.example.com is defined by good.mjs too',
    )
  })
})

describe('the shape of a group', () => {
  const withResource = (changes: object) => ({ ...group, resources: [{ ...resource, ...changes }] })
  const withNames = (changes: object) => withResource({ names: { ...resource.names, ...changes } })
  const withVersion = (changes: object) => withResource({ versions: [{ ...version, ...changes }] })
  const custom = (subresources: object) => withVersion({ subresources: { custom: subresources } })
  const first = 'default.resources[0]'
  const firstVersion = `${first}.versions[0]`

  test('a good one', () => {
    const full = {
      ...withNames({ listKind: 'ThingList', shortNames: ['th'], categories: ['all'] }),
      extra: 'is left alone',
    }
    expect(checkGroup(full)).toBe(full)
    checkGroup(custom({ bake: { methods: { POST: async () => ({}) } } }))
  })

  test.each<[unknown, string]>([
    [undefined, 'default: is missing'],
    [null, 'default: must be an object'],
    [[], 'default: must be an object'],
    [{ resources: [] }, 'default.group: must be a name such as restaurant.example.com'],
    [{ ...group, group: '../up' }, 'default.group: must be a name'],
    [{ ...group, group: 'Example.com' }, 'default.group: must be a name'],
    [{ ...group, group: 'a..b' }, 'default.group: must be a name'],
    [{ ...group, group: 'x'.repeat(254) }, 'default.group: must be a name'],
    [{ ...group, group: 'core' }, 'default.group: core is the name of another group'],
    [{ group: 'example.com' }, 'default.resources: must be a list with at least one item'],
    [{ ...group, resources: [] }, 'default.resources: must be a list with at least one item'],
    [{ ...group, groupPriority: 20_000 }, 'default.groupPriority: must be an integer from 1 to 19999'],
    [{ ...group, versionPriority: { v1: 0 } }, 'default.versionPriority.v1: must be an integer from 1 to 999'],
    [{ ...group, routes: { v9: {} } }, 'default.routes.v9: no resource is served in this version'],
    [{ ...group, routes: { v1: { things: () => '' } } }, 'default.routes.v1.things: is the path of something else'],
    [{ ...group, routes: { v1: { healthz: 1 } } }, 'default.routes.v1.healthz: must be a function'],
    [{ ...group, resources: [7] }, `${first}: must be an object`],
    [{ ...group, resources: [resource, resource] }, 'default.resources[1].names.plural: things is there twice'],
    [withResource({ group: 'other.com' }), `${first}.group: must be example.com, as the module's group`],
    [withResource({ names: undefined }), `${first}.names: must be an object`],
    [withNames({ plural: 'a/b' }), `${first}.names.plural: must be a name such as pizzas`],
    [withNames({ plural: '..' }), `${first}.names.plural: must be a name`],
    [withNames({ singular: 'Thing' }), `${first}.names.singular: must be a name such as pizza`],
    [withNames({ kind: 'thing' }), `${first}.names.kind: must be a name such as Pizza`],
    [withNames({ shortNames: 'th' }), `${first}.names.shortNames: must be a list`],
    [withNames({ shortNames: ['th', 'T'] }), `${first}.names.shortNames[1]: must be a name`],
    [withResource({ scope: 'namespaced' }), `${first}.scope: must be Namespaced or Cluster`],
    [withResource({ convert: 'no' }), `${first}.convert: must be a function`],
    [withResource({ strategy: { validate: 1 } }), `${first}.strategy.validate: must be a function`],
    [withResource({ versions: [] }), `${first}.versions: must be a list with at least one item`],
    [withResource({ versions: [version, version] }), `${first}.versions: a version is there twice`],
    [
      withResource({ versions: [version, { ...version, name: 'v2' }] }),
      `${first}.versions: exactly one must have storage: true`,
    ],
    [withVersion({ storage: false }), `${first}.versions: exactly one must have storage: true`],
    [withVersion({ name: 'v1/x' }), `${firstVersion}.name: must be a name such as v1alpha1`],
    [withVersion({ served: 'yes' }), `${firstVersion}.served: must be true or false`],
    [withVersion({ schema: undefined }), `${firstVersion}.schema: must be an object`],
    [withVersion({ schema: { type: 'string' } }), `${firstVersion}.schema.type: must be object`],
    [
      withVersion({ schema: { type: 'object', properties: { a: { anyOf: [{}, { items: { type: 'strin' } }] } } } }),
      `${firstVersion}.schema.properties.a.anyOf[1].items.type: must be array, boolean, integer, number, object or string`,
    ],
    [withVersion({ setDefaults: {} }), `${firstVersion}.setDefaults: must be a function`],
    [withVersion({ subresources: { status: 1 } }), `${firstVersion}.subresources.status: must be a boolean`],
    [custom({ 'a/b': { methods: {} } }), `${firstVersion}.subresources.custom.a/b: must be a name`],
    [
      custom({ status: { methods: {} } }),
      `${firstVersion}.subresources.custom.status: status can't be served by code of the group`,
    ],
    [custom({ bake: {} }), `${firstVersion}.subresources.custom.bake.methods: must be an object`],
    [
      custom({ bake: { methods: { get: () => {} } } }),
      `${firstVersion}.subresources.custom.bake.methods.get: must be GET`,
    ],
    [
      custom({ bake: { methods: { GET: 1 } } }),
      `${firstVersion}.subresources.custom.bake.methods.GET: must be a function`,
    ],
  ])('%#: %s', (value, message) => expect(() => checkGroup(value)).toThrow(message))
})
