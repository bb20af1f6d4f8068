import type { FileTarget } from '../file-change.js'
import { decodeFileName, encodeFileName } from './file-name.js'

/** Where the parts of a root lie, below it. Object files are named by paths with `/` from the root on. */
export const registryFolder = 'registry'
export const stateFolder = '.wukong'
export const journalFolder = `${stateFolder}/journal`
export const tmpFolder = `${stateFolder}/tmp`
export const asideFolder = `${stateFolder}/aside`
export const formatFile = `${stateFolder}/format`
export const lockFolder = `${stateFolder}/lock`
export const holderFile = `${stateFolder}/holder`
export const snapshotFile = `${stateFolder}/snapshot`
/** Up to which revision API groups' `afterCommit` has been told. */
export const toldFile = `${stateFolder}/after-commit`

const extension = '.yaml'

/** The file that tells the object at `key`: `registry/<group or core>/<resource>/[<namespace>/]<name>.yaml`. */
export function filePathOf(key: string): string {
  const [group = '', resource = '', ...rest] = key.split('/')
  const name = rest.pop() ?? ''
  const folders = [group, resource, ...rest].map(encodeFileName)
  return `${registryFolder}/${folders.join('/')}/${encodeFileName(name)}${extension}`
}

export type ParsedPath = { readonly target: FileTarget } | { readonly invalid: string } | { readonly ignored: true }

/** Reads a path below the root. `ignored`: no object file and not meant to be one, such as an editor's. */
export function parseFilePath(path: string): ParsedPath {
  const parts = path.split('/')
  const fileName = parts.at(-1) ?? ''
  if (parts[0] !== registryFolder || isEditorFile(fileName)) return { ignored: true }
  if (/\.(?:yml|json|YAML|YML)$/.test(fileName)) return { invalid: 'the file name must end with .yaml' }
  if (!fileName.endsWith(extension)) return { ignored: true }
  if (parts.length < 4 || parts.length > 5) {
    return { invalid: 'the path must be registry/<group or core>/<resource>/[<namespace>/]<name>.yaml' }
  }
  const names: string[] = []
  for (const part of [...parts.slice(1, -1), fileName.slice(0, -extension.length)]) {
    const decoded = decodeFileName(part)
    if ('invalid' in decoded) return decoded
    if ('hashed' in decoded && names.length < parts.length - 2) return { invalid: 'a folder name is too long' }
    names.push('hashed' in decoded ? '' : decoded.name)
  }
  const [group = '', resource = '', namespace = ''] = names
  const name = names.at(-1)
  return {
    target: {
      group: group === 'core' ? '' : group,
      resource,
      namespace: parts.length === 5 ? namespace : '',
      name: name === '' ? undefined : name,
    },
  }
}

/** Swap, backup and temporary files of editors and tools. */
function isEditorFile(name: string): boolean {
  return (
    name.startsWith('.') ||
    name.endsWith('~') ||
    name.startsWith('#') ||
    /\.(?:swp|swx|swo|tmp|bak|orig|rej)$/.test(name)
  )
}
