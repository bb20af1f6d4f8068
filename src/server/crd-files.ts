import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseYaml } from '../codec/yaml.js'
import { ensure } from '../controllers/ensure.js'
import type { Log } from '../meta/log.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../meta/object.js'
import type { Backend } from '../registry/backend.js'
import { decodeObject, ownBody } from '../registry/decode-object.js'
import { ownCaller, ownWrite } from './own-objects.js'

const kind = 'CustomResourceDefinition'
const isRead = /\.(?:ya?ml|json)$/

/**
 * Stores the CustomResourceDefinitions of files and of the folders' own files: those that are missing are created, those
 * with another spec get that of the file, and its labels and annotations beside their own. What is stored already is not
 * written again. Of a file, what is no definition is passed over, as in manifests that install more.
 * @throws Error with one line that names the file
 */
export async function installDefinitions(paths: readonly string[], backend: Backend, log: Log): Promise<void> {
  const resource = backend.registry.stored('apiextensions.k8s.io', 'customresourcedefinitions')
  if (!resource || paths.length === 0) return
  const found = new Map<string, { readonly file: string; readonly object: KubeObject }>()
  for (const file of (await Promise.all(paths.map(filesAt))).flat()) {
    for (const value of await definitionsIn(file)) {
      const caller = { ...ownCaller, warn: (text: string) => log.warn(`${file}: ${text}`) }
      const object = told(file, () => decodeObject(resource, ownBody(value), 'Warn', caller))
      const name = object.metadata.name ?? ''
      const other = found.get(name)
      if (other) throw new Error(`${file}: ${name} is defined in ${other.file} too`)
      found.set(name, { file, object })
    }
  }
  const install = async ({ file, object }: { file: string; object: KubeObject }) => {
    const { labels, annotations } = object.metadata
    const correct = (current: KubeObject): KubeObject => ({
      ...current,
      spec: object.spec,
      metadata: {
        ...current.metadata,
        ...(labels ? { labels: { ...current.metadata.labels, ...labels } } : {}),
        ...(annotations ? { annotations: { ...current.metadata.annotations, ...annotations } } : {}),
      },
    })
    const wanted = { resource, namespace: '', object, write: ownWrite, correct }
    await ensure({ backend, caller: ownCaller }, wanted).catch((error: Error) => {
      throw new Error(`${file}: ${error.message}`)
    })
  }
  await Promise.all([...found.values()].map(install))
  await backend.cache.fresh()
}

/** A file, or those of a folder that are YAML or JSON, by name. */
async function filesAt(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path]
  const entries = await readdir(path, { withFileTypes: true })
  const names = entries.filter((entry) => !entry.isDirectory() && isRead.test(entry.name)).map(({ name }) => name)
  return names.sort().map((name) => join(path, name))
}

async function definitionsIn(file: string): Promise<JsonObject[]> {
  const text = await readFile(file, 'utf8')
  const values = told(file, () => text.split(/^---.*$/m).map((document) => parseYaml(document).value))
  return values.filter((value) => isJsonObject(value)).filter((value) => value.kind === kind)
}

function told<T>(file: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`)
  }
}
