import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { isJsonObject, type JsonObject } from '../../../meta/object.js'
import { checkRequiredLabel } from '../../field-checks.js'
import type { Volume } from './pod-spec.js'
import { validateFieldReference, volumeFieldPaths } from './validate-field-reference.js'

/** Fields that volumes of a kind can't do without. */
const requiredFields: Readonly<Record<string, readonly string[]>> = {
  secret: ['secretName'],
  configMap: ['name'],
  persistentVolumeClaim: ['claimName'],
  hostPath: ['path'],
  nfs: ['server', 'path'],
  csi: ['driver'],
  gcePersistentDisk: ['pdName'],
  awsElasticBlockStore: ['volumeID'],
  gitRepo: ['repository'],
  iscsi: ['targetPortal', 'iqn'],
  glusterfs: ['endpoints', 'path'],
  rbd: ['monitors', 'image'],
  flexVolume: ['driver'],
  cinder: ['volumeID'],
  cephfs: ['monitors'],
  azureFile: ['secretName', 'shareName'],
  vsphereVolume: ['volumePath'],
  photonPersistentDisk: ['pdID'],
}
/** Where upstream's errors name a field otherwise than the API does. */
const fieldInErrors: Readonly<Record<string, string>> = { gcePersistentDisk: 'persistentDisk' }
const highestMode = 0o777
const modeRange = 'must be a number between 0 and 0777 (octal), both inclusive'

/** The volumes of a pod; `names` gets those that mounts may use. */
export function validateVolumes(volumes: readonly Volume[], path: string, names: Set<string>): FieldError[] {
  return volumes.flatMap((volume, i) => {
    const at = `${path}[${i}]`
    const found = [...validateSource(volume, at), ...checkRequiredLabel(volume.name, `${at}.name`)]
    if (names.has(volume.name)) found.push(fieldError.duplicate(`${at}.name`, volume.name))
    if (found.length === 0) names.add(volume.name)
    return found
  })
}

function validateSource(volume: Volume, path: string): FieldError[] {
  const kinds = Object.keys(volume).filter((key) => key !== 'name' && isJsonObject(volume[key]))
  // Upstream looks for it first.
  const [first, ...more] = kinds.sort((a, b) => Number(b === 'emptyDir') - Number(a === 'emptyDir'))
  if (first === undefined) return [fieldError.required(path, 'must specify a volume type')]
  const source = volume[first]
  const found = isJsonObject(source)
    ? validateVolumeSource(first, source, `${path}.${fieldInErrors[first] ?? first}`)
    : []
  const why = 'may not specify more than 1 volume type'
  return [...found, ...more.map((kind) => fieldError.forbidden(`${path}.${kind}`, why))]
}

/** A source of bytes of a pod's volume or of a persistent one; `kind` is the field it stands in. */
export function validateVolumeSource(kind: string, source: JsonObject, path: string): FieldError[] {
  const found: FieldError[] = []
  for (const field of requiredFields[kind] ?? []) {
    if (!source[field]) found.push(fieldError.required(`${path}.${field}`))
  }
  if (kind === 'nfs' && !String(source.path).startsWith('/')) {
    found.push(fieldError.invalid(`${path}.path`, source.path, 'must be an absolute path'))
  }
  return [...found, ...validateFiles(kind, source, path), ...validateMode(source.defaultMode, `${path}.defaultMode`)]
}

/** What the volume's files are made of. */
function validateFiles(kind: string, source: JsonObject, path: string): FieldError[] {
  const items = listOf(source.items)
  if (kind === 'secret' || kind === 'configMap')
    return items.flatMap((item, i) => validateKeyPath(item, `${path}.items[${i}]`))
  if (kind === 'downwardAPI') return items.flatMap((item) => validateDownwardFile(item, path))
  if (kind !== 'projected') return []
  return listOf(source.sources).flatMap((projection, i) =>
    validateProjection(projection, path, `${path}.sources[${i}]`),
  )
}

/** Upstream tells of a token's path as if it were the volume's. */
function validateProjection(projection: JsonObject, volumePath: string, path: string): FieldError[] {
  const { secret, configMap, downwardAPI, serviceAccountToken: token } = projection
  const found: FieldError[] = []
  for (const [kind, source] of Object.entries({ secret, configMap })) {
    if (!isJsonObject(source)) continue
    if (!source.name) found.push(fieldError.required(`${path}.${kind}.name`))
    found.push(...validateFiles(kind, source, `${path}.${kind}`))
  }
  if (isJsonObject(downwardAPI)) found.push(...validateFiles('downwardAPI', downwardAPI, `${path}.downwardAPI`))
  if (isJsonObject(token)) {
    if (Number(token.expirationSeconds) < 600) {
      const why = 'may not specify a duration less than 10 minutes'
      found.push(fieldError.invalid(`${path}.serviceAccountToken.expirationSeconds`, token.expirationSeconds, why))
    }
    if (!token.path) found.push(fieldError.required(`${volumePath}.path`))
  }
  const kinds = Object.keys(projection).filter((kind) => isJsonObject(projection[kind]))
  return kinds.length > 1
    ? [...found, fieldError.forbidden(path, 'may not specify more than 1 volume type per source')]
    : found
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
    found.push(...validateFieldReference(String(fieldRef.fieldPath ?? ''), volumeFieldPaths, `${path}.fieldRef`))
  } else if (!resourceFieldRef) {
    found.push(fieldError.required(path, 'one of fieldRef and resourceFieldRef is required'))
  }
  return [...found, ...validateMode(mode, `${path}.mode`)]
}

/** Files stay within their volume. */
function validateFilePath(file: string, path: string): FieldError[] {
  const found: FieldError[] = []
  if (file.startsWith('/')) found.push(fieldError.invalid(path, file, 'must be a relative path'))
  if (file.split('/').includes('..')) found.push(fieldError.invalid(path, file, "must not contain '..'"))
  if (file.startsWith('..') && !file.startsWith('../') && file !== '..') {
    found.push(fieldError.invalid(path, file, "must not start with '..'"))
  }
  return found
}

function validateMode(mode: unknown, path: string): FieldError[] {
  const isWrong = typeof mode === 'number' && (mode < 0 || mode > highestMode)
  return isWrong ? [fieldError.invalid(path, mode, modeRange)] : []
}

function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}
