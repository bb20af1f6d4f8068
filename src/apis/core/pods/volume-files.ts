import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { isJsonObject, type JsonObject } from '../../../meta/object.js'
import { checkNoBacksteps } from '../../field-checks.js'
import { validateFieldReference, validateResourceReference, volumeFieldPaths } from './validate-field-reference.js'

const highestMode = 0o777
const modeRange = 'must be a number between 0 and 0777 (octal), both inclusive'

/** What the volume's files are made of. */
export function validateFiles(kind: string, source: JsonObject, path: string): FieldError[] {
  const items = listOf(source.items)
  if (kind === 'secret' || kind === 'configMap')
    return items.flatMap((item, i) => validateKeyPath(item, `${path}.items[${i}]`))
  if (kind === 'downwardAPI') return items.flatMap((item) => validateDownwardFile(item, path))
  return kind === 'projected' ? validateProjections(source, path) : []
}

function validateKeyPath({ key, path: file, mode }: JsonObject, path: string): FieldError[] {
  return [
    ...(key ? [] : [fieldError.required(`${path}.key`)]),
    ...(file ? validateFilePath(String(file), `${path}.path`) : [fieldError.required(`${path}.path`)]),
    ...validateMode(mode, `${path}.mode`),
  ]
}

function validateDownwardFile(
  { path: file, fieldRef, resourceFieldRef, mode }: JsonObject,
  path: string,
): FieldError[] {
  const found = file ? validateFilePath(String(file), `${path}.path`) : [fieldError.required(`${path}.path`)]
  if (isJsonObject(fieldRef)) {
    found.push(...validateFieldReference(fieldRef, volumeFieldPaths, `${path}.fieldRef`))
    if (resourceFieldRef) {
      const why = 'fieldRef and resourceFieldRef can not be specified simultaneously'
      found.push(fieldError.invalid(path, 'resource', why))
    }
  } else if (isJsonObject(resourceFieldRef)) {
    found.push(...validateResourceReference(resourceFieldRef, `${path}.resourceFieldRef`, true))
  } else {
    found.push(fieldError.required(path, 'one of fieldRef and resourceFieldRef is required'))
  }
  return [...found, ...validateMode(mode, `${path}.mode`)]
}

/** Files stay within their volume. */
function validateFilePath(file: string, path: string): FieldError[] {
  const found: FieldError[] = []
  if (file.startsWith('/')) found.push(fieldError.invalid(path, file, 'must be a relative path'))
  found.push(...checkNoBacksteps(file, path))
  if (file.startsWith('..') && !file.startsWith('../') && file !== '..') {
    found.push(fieldError.invalid(path, file, "must not start with '..'"))
  }
  return found
}

export function validateMode(mode: unknown, path: string): FieldError[] {
  const isWrong = typeof mode === 'number' && (mode < 0 || mode > highestMode)
  return isWrong ? [fieldError.invalid(path, mode, modeRange)] : []
}

function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

const maxTokenSeconds = 2 ** 32

/** A volume out of several sources; a path may come from one of them. Upstream tells of some as if they were the volume's. */
function validateProjections({ sources }: JsonObject, path: string): FieldError[] {
  const paths = new Set<string>()
  const claim = (file: unknown, shown: unknown): FieldError[] => {
    if (typeof file !== 'string' || file === '') return []
    if (paths.has(file)) return [fieldError.invalid(path, shown, 'conflicting duplicate paths')]
    paths.add(file)
    return []
  }
  return listOf(sources).flatMap((projection, i) => {
    const at = `${path}.sources[${i}]`
    const { secret, configMap, downwardAPI, serviceAccountToken: token } = projection
    const found: FieldError[] = []
    for (const [kind, source] of Object.entries({ secret, configMap })) {
      if (!isJsonObject(source)) continue
      if (!source.name) found.push(fieldError.required(`${at}.${kind}.name`))
      found.push(...validateFiles(kind, source, `${at}.${kind}`))
      for (const item of listOf(source.items)) found.push(...claim(item.path, source.name ?? ''))
    }
    if (isJsonObject(downwardAPI)) {
      found.push(...validateFiles('downwardAPI', downwardAPI, `${at}.downwardAPI`))
      for (const item of listOf(downwardAPI.items)) found.push(...claim(item.path, item.path))
    }
    if (isJsonObject(token)) found.push(...validateTokenSource(token, path, `${at}.serviceAccountToken`))
    const kinds = Object.keys(projection).filter((kind) => isJsonObject(projection[kind]))
    if (kinds.length <= 1) return found
    return [...found, fieldError.forbidden(at, 'may not specify more than 1 volume type per source')]
  })
}

function validateTokenSource(
  { expirationSeconds, path: file }: JsonObject,
  volume: string,
  path: string,
): FieldError[] {
  const seconds = Number(expirationSeconds)
  const found: FieldError[] = []
  const refuse = (why: string) => found.push(fieldError.invalid(`${path}.expirationSeconds`, expirationSeconds, why))
  if (seconds < 600) refuse('may not specify a duration less than 10 minutes')
  if (seconds > maxTokenSeconds) refuse('may not specify a duration larger than 2^32 seconds')
  return file
    ? [...found, ...validateFilePath(String(file), `${volume}.path`)]
    : [...found, fieldError.required(`${volume}.path`)]
}
