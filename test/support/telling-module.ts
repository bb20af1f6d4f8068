import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KubeObject } from '../../src/meta/object.js'
import { projectFolder } from './project-folder.js'
import { temporaryFolder } from './temporary-folder.js'

/** Boxes of which there may be one a shelf; what `afterCommit` is told goes to a file. */
export function tellingModule(): { module: string; told: () => string[] } {
  const folder = temporaryFolder()
  const [module, file] = [join(folder, 'boxes.mjs'), join(folder, 'told')]
  writeFileSync(file, '')
  const sdk = join(projectFolder, 'dist', 'src', 'sdk', 'index.js')
  writeFileSync(
    module,
    `import { appendFileSync } from 'node:fs'
import { defineGroup, defineResource, fieldError } from '${sdk}'
const names = { plural: 'boxes', singular: 'box', kind: 'Box' }
const boxes = defineResource({
  group: 'store.example.com', names, scope: 'Cluster',
  versions: { v1: { schema: { type: 'object', properties: { shelf: { type: 'string' } } } } },
  check: (box, objects) => objects.list({ group: 'store.example.com', names }).some(({ metadata, shelf }) =>
    shelf === box.shelf && metadata.name !== box.metadata.name) ? [fieldError.invalid('shelf', box.shelf, 'is taken')] : [],
  afterCommit: ({ type, object }) => appendFileSync('${file}', type + ' ' + object.metadata.name + '\\n'),
})
export default defineGroup({ group: 'store.example.com', resources: [boxes] })
`,
  )
  return { module, told: () => readFileSync(file, 'utf8').split('\n').filter(Boolean) }
}

export const boxes = '/apis/store.example.com/v1/boxes'
export const box = (name: string, shelf: string) =>
  ({ apiVersion: 'store.example.com/v1', kind: 'Box', metadata: { name }, shelf }) as KubeObject
