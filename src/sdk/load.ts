import { existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Extension } from '../apiexts/modules/extension.js'
import type { ApiGroup } from './group.js'
import { checkExtension, checkGroup } from './group-shape.js'
import { loadTypeScript } from './typescript.js'

/** This module is built to dist/src/sdk. */
const packageFolder = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '')
/** The group that is served when nothing else is said. */
const bundledGroup = join(packageFolder, 'dist', 'examples', 'restaurant', 'index.js')

/**
 * Loads API group modules: files (from `folder` on) or packages that `folder` has installed, each with an ApiGroup as
 * its default export. Undefined: the bundled restaurant group.
 * @throws Error naming the module, its file, and the field that is wrong
 */
export async function loadGroups(modules: readonly string[] | undefined, folder: string): Promise<readonly ApiGroup[]> {
  const loaded = new Map<string, string>()
  const groups: ApiGroup[] = []
  for (const module of modules ?? [bundledGroup]) {
    const group = await loadModule('API module', module, folder, checkGroup)
    for (const resource of group.resources) {
      const key = `${resource.names.plural}.${resource.group}`
      const earlier = loaded.get(key)
      if (earlier !== undefined) throw new Error(`API module ${module}: ${key} is defined by ${earlier} too`)
      loaded.set(key, module)
    }
    groups.push(group)
  }
  return groups
}

/**
 * Loads modules of `--apiexts`, found as API group modules are, each with an Extension as its default export.
 * @throws Error naming the module, its file, and the field that is wrong
 */
export function loadExtensions(modules: readonly string[], folder: string): Promise<readonly Extension[]> {
  return Promise.all(modules.map((module) => loadModule('Extension module', module, folder, checkExtension)))
}

async function loadModule<T>(
  what: string,
  module: string,
  folder: string,
  check: (exported: unknown) => T,
): Promise<T> {
  const file = resolveModule(what, module, folder)
  const where = module === file ? file : `${module} (${file})`
  let exported: { default?: unknown }
  try {
    if (/\.m?ts$/.test(file)) loadTypeScript()
    exported = (await import(pathToFileURL(file).href)) as { default?: unknown }
  } catch (error) {
    throw new Error(`${what} ${where} can't be loaded: ${(error as Error).message}`, { cause: error })
  }
  try {
    return check(exported.default)
  } catch (error) {
    throw new Error(`${what} ${where}: ${(error as Error).message}`, { cause: error })
  }
}

/** A path when it looks like one or a file is there, else the name of a package. */
function resolveModule(what: string, module: string, folder: string): string {
  const path = resolve(folder, module)
  if (isAbsolute(module) || module.startsWith('.') || existsSync(path)) {
    const file = builtExample(path) ?? indexOf(path)
    if (file === undefined) throw new Error(`${what} ${module}: the folder ${path} has none of ${indexes.join(', ')}`)
    return file
  }
  try {
    return createRequire(join(folder, 'package.json')).resolve(module)
  } catch {
    throw new Error(`${what} ${module}: neither a file ${path} nor a package that ${folder} has installed`)
  }
}

/** The package's own examples import its sources; their built copies import what this server is made of. */
function builtExample(path: string): string | undefined {
  const name = relative(join(packageFolder, 'examples'), path).split(sep)[0]
  if (!name || name === '..' || isAbsolute(name)) return undefined
  const built = join(packageFolder, 'dist', 'examples', name, 'index.js')
  return existsSync(built) ? built : undefined
}

const indexes = ['index.js', 'index.mjs', 'index.ts']

/** Of a folder its index; undefined: it has none. */
function indexOf(path: string): string | undefined {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path
  return indexes.map((name) => join(path, name)).find((file) => existsSync(file))
}
