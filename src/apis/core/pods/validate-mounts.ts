import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { checkChoice, checkNoBacksteps, each, repeated } from '../../field-checks.js'
import type { Container, Volume, VolumeMount } from './pod-spec.js'

type Volumes = ReadonlyMap<string, Volume>

const propagations = ['Bidirectional', 'HostToContainer', 'None']
const recursions = ['Disabled', 'Enabled', 'IfPossible']

/** Where a container has the pod's volumes: as folders, or as devices; none as both. */
export function validateMounts(container: Container, volumes: Volumes, path: string): FieldError[] {
  const { volumeMounts = [], volumeDevices = [] } = container
  const list = `${path}.volumeMounts`
  const again = repeated(volumeMounts, ({ mountPath }) => mountPath)
  const devices = new Set(volumeDevices.map(({ name }) => name))
  const devicePaths = new Set(volumeDevices.map(({ devicePath }) => devicePath))
  return [
    ...each(volumeMounts, list, (mount, at, i) => [
      ...validatePlace(mount, again[i] === true, volumes, at),
      ...(devices.has(mount.name)
        ? [fieldError.invalid(`${at}.name`, mount.name, 'must not already exist in volumeDevices')]
        : []),
      ...(devicePaths.has(mount.mountPath)
        ? [fieldError.invalid(`${at}.mountPath`, mount.mountPath, 'must not already exist as a path in volumeDevices')]
        : []),
      ...validateSubPaths(mount, list, at),
      ...validateSharing(mount, container, list),
    ]),
    ...validateDevices(container, volumes, `${path}.volumeDevices`),
  ]
}

function validatePlace(
  { name, mountPath }: VolumeMount,
  isTaken: boolean,
  volumes: Volumes,
  path: string,
): FieldError[] {
  const found: FieldError[] = []
  if (name === '') found.push(fieldError.required(`${path}.name`))
  if (!volumes.has(name)) found.push(fieldError.notFound(`${path}.name`, name))
  if (mountPath === '') found.push(fieldError.required(`${path}.mountPath`))
  if (isTaken) {
    found.push(fieldError.invalid(`${path}.mountPath`, mountPath, 'must be unique'))
  }
  return found
}

/** Upstream says of the whole list what is wrong with a part of a volume. */
function validateSubPaths({ subPath, subPathExpr }: VolumeMount, list: string, path: string): FieldError[] {
  const checkInside = (file: string, at: string) => [
    ...(file.startsWith('/') ? [fieldError.invalid(at, file, 'must be a relative path')] : []),
    ...checkNoBacksteps(file, at),
  ]
  return [
    ...(subPath ? checkInside(subPath, `${list}.subPath`) : []),
    ...(subPath && subPathExpr
      ? [fieldError.invalid(`${path}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive')]
      : []),
    ...(subPathExpr ? checkInside(subPathExpr, `${list}.subPathExpr`) : []),
  ]
}

/** How a mount is seen from beside and below. */
function validateSharing(
  { mountPropagation, recursiveReadOnly, readOnly }: VolumeMount,
  { securityContext }: Container,
  list: string,
): FieldError[] {
  const [shared, recursive] = [`${list}.mountPropagation`, `${list}.recursiveReadOnly`]
  const found = [
    ...checkChoice(mountPropagation, propagations, shared),
    ...checkChoice(recursiveReadOnly, recursions, recursive),
  ]
  if (mountPropagation === 'Bidirectional' && !securityContext?.privileged) {
    const why = 'Bidirectional mount propagation is available only to privileged containers'
    found.push(fieldError.forbidden(shared, why))
  }
  if (recursiveReadOnly !== 'Enabled' && recursiveReadOnly !== 'IfPossible') return found
  if (!readOnly) found.push(fieldError.forbidden(recursive, 'may only be specified when readOnly is true'))
  if (mountPropagation !== undefined && mountPropagation !== 'None') {
    const why = 'may only be specified when mountPropagation is None or not specified'
    found.push(fieldError.forbidden(recursive, why))
  }
  return found
}

function validateDevices(
  { volumeDevices, volumeMounts = [] }: Container,
  volumes: Volumes,
  path: string,
): FieldError[] {
  const [names, places] = [new Set<string>(), new Set<string>()]
  const mounted = new Set(volumeMounts.map((mount) => mount.name))
  const mountPaths = new Set(volumeMounts.map(({ mountPath }) => mountPath))
  return each(volumeDevices, path, ({ name, devicePath }, at) => {
    const found: FieldError[] = []
    const volume = volumes.get(name)
    const refuse = (field: string, value: string, why: string) =>
      found.push(fieldError.invalid(`${at}.${field}`, value, why))
    if (name === '') found.push(fieldError.required(`${at}.name`))
    if (names.has(name)) refuse('name', name, 'must be unique')
    if (!volume) found.push(fieldError.notFound(`${at}.name`, name))
    else if (!volume.persistentVolumeClaim && !volume.ephemeral) {
      refuse('name', name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode')
    }
    if (devicePath === '') found.push(fieldError.required(`${at}.devicePath`))
    if (places.has(devicePath)) refuse('devicePath', devicePath, 'must be unique')
    if (devicePath.split('/').includes('..')) {
      refuse('devicePath', devicePath, "can not contain backsteps ('..')")
    } else places.add(devicePath)
    if (mounted.has(name)) {
      refuse('name', name, 'must not already exist in volumeMounts')
    }
    if (mountPaths.has(devicePath)) {
      refuse('devicePath', devicePath, 'must not already exist as a path in volumeMounts')
    }
    if (name !== '') names.add(name)
    return found
  })
}
