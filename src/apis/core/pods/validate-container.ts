import { type FieldError, fieldError } from '../../../meta/field-error.js'
import {
  checkChoice,
  checkOneOf,
  checkPortNumber,
  checkRequiredLabel,
  each,
  invalidBy,
  portNameErrors,
} from '../../field-checks.js'
import type { Container, ContainerPort, VolumeMount } from './pod-spec.js'
import { validateEnv, validateEnvFrom } from './validate-env.js'
import { validateProbes } from './validate-probe.js'
import { validateResources } from './validate-resources.js'

const protocols = ['SCTP', 'TCP', 'UDP']
const pullPolicies = ['Always', 'IfNotPresent', 'Never']
const restartPolicies = ['Always', 'Never', 'OnFailure']
const propagations = ['Bidirectional', 'HostToContainer', 'None']
const messagePolicies = ['File', 'FallbackToLogsOnError']

/** The containers of a pod; at least one. `volumes` are the names that mounts may use. */
export function validateContainers(
  containers: readonly Container[],
  volumes: ReadonlySet<string>,
  path: string,
): FieldError[] {
  if (containers.length === 0) return [fieldError.required(path)]
  const names = new Set<string>()
  return [
    ...containers.flatMap((container, i) => {
      const at = `${path}[${i}]`
      const found = validateContainer(container, volumes, at)
      if (names.has(container.name)) found.push(fieldError.duplicate(`${at}.name`, container.name))
      names.add(container.name)
      return [...found, ...validateProbes(container, at)]
    }),
    ...hostPortConflicts(containers, path),
  ]
}

/** They run one after the other, and their names must not be those of the others. */
export function validateInitContainers(
  containers: readonly Container[],
  others: readonly Container[],
  volumes: ReadonlySet<string>,
  path: string,
): FieldError[] {
  const names = new Set(others.map(({ name }) => name))
  return containers.flatMap((container, i) => {
    const at = `${path}[${i}]`
    const found = validateContainer(container, volumes, at)
    if (names.has(container.name)) found.push(fieldError.duplicate(`${at}.name`, container.name))
    else if (container.name !== '') names.add(container.name)
    if (container.restartPolicy === 'Always') return [...found, ...validateProbes(container, at)]
    for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
      const why = 'may not be set for init containers without restartPolicy=Always'
      if (container[field]) found.push(fieldError.forbidden(`${at}.${field}`, why))
    }
    return found
  })
}

function validateContainer(container: Container, volumes: ReadonlySet<string>, path: string): FieldError[] {
  const { ports = [], env = [], envFrom = [], volumeMounts = [], resources = {} } = container
  return [
    ...checkRequiredLabel(container.name, `${path}.name`),
    ...(container.image ? [] : [fieldError.required(`${path}.image`)]),
    ...checkOneOf(container.terminationMessagePolicy, messagePolicies, `${path}.terminationMessagePolicy`),
    ...validatePorts(ports, `${path}.ports`),
    ...env.flatMap((variable, i) => validateEnv(variable, `${path}.env[${i}]`)),
    ...envFrom.flatMap((source, i) => validateEnvFrom(source, `${path}.envFrom`, i)),
    ...validateMounts(volumeMounts, volumes, `${path}.volumeMounts`),
    ...validateDevices(container, volumes, `${path}.volumeDevices`),
    ...checkChoice(container.restartPolicy, restartPolicies, `${path}.restartPolicy`),
    ...checkOneOf(container.imagePullPolicy, pullPolicies, `${path}.imagePullPolicy`),
    ...validateResources(resources, `${path}.resources`),
  ]
}

function validatePorts(ports: readonly ContainerPort[], path: string): FieldError[] {
  const names = new Set<string>()
  return ports.flatMap(({ name, containerPort, hostPort, protocol }, i) => {
    const at = `${path}[${i}]`
    const found: FieldError[] = []
    if (name) {
      const whys = portNameErrors(name)
      found.push(...invalidBy(`${at}.name`, name, whys))
      if (whys.length === 0 && names.has(name)) found.push(fieldError.duplicate(`${at}.name`, name))
      if (whys.length === 0) names.add(name)
    }
    if (containerPort === 0) found.push(fieldError.required(`${at}.containerPort`))
    else found.push(...checkPortNumber(containerPort, `${at}.containerPort`))
    if (hostPort) found.push(...checkPortNumber(hostPort, `${at}.hostPort`))
    return [...found, ...checkOneOf(protocol, protocols, `${at}.protocol`)]
  })
}

function hostPortConflicts(containers: readonly Container[], path: string): FieldError[] {
  const taken = new Set<string>()
  return containers.flatMap(({ ports = [] }, c) =>
    ports.flatMap(({ hostPort, hostIP = '', protocol }, p) => {
      if (!hostPort) return []
      const port = `${protocol}/${hostIP}/${hostPort}`
      if (taken.has(port)) return [fieldError.duplicate(`${path}[${c}].ports[${p}].hostPort`, port)]
      taken.add(port)
      return []
    }),
  )
}

function validateMounts(mounts: readonly VolumeMount[], volumes: ReadonlySet<string>, path: string): FieldError[] {
  const places = new Set<string>()
  return mounts.flatMap(({ name, mountPath, subPath, subPathExpr, mountPropagation, recursiveReadOnly }, i) => {
    const at = `${path}[${i}]`
    const found: FieldError[] = []
    if (name === '') found.push(fieldError.required(`${at}.name`))
    if (!volumes.has(name)) found.push(fieldError.notFound(`${at}.name`, name))
    if (mountPath === '') found.push(fieldError.required(`${at}.mountPath`))
    if (places.has(mountPath)) found.push(fieldError.invalid(`${at}.mountPath`, mountPath, 'must be unique'))
    places.add(mountPath)
    if (subPath && subPathExpr) {
      const why = 'subPathExpr and subPath are mutually exclusive'
      found.push(fieldError.invalid(`${at}.subPathExpr`, subPathExpr, why))
    }
    return [
      ...found,
      ...checkChoice(mountPropagation, propagations, `${path}.mountPropagation`),
      ...checkChoice(recursiveReadOnly, ['Disabled', 'Enabled', 'IfPossible'], `${path}.recursiveReadOnly`),
    ]
  })
}

function validateDevices({ volumeDevices }: Container, volumes: ReadonlySet<string>, path: string): FieldError[] {
  const places = new Set<string>()
  return each(volumeDevices, path, ({ name, devicePath }, at) => {
    const found: FieldError[] = []
    if (name === '') found.push(fieldError.required(`${at}.name`))
    if (!volumes.has(name)) found.push(fieldError.notFound(`${at}.name`, name))
    if (devicePath === '') found.push(fieldError.required(`${at}.devicePath`))
    if (places.has(devicePath)) found.push(fieldError.invalid(`${at}.devicePath`, devicePath, 'must be unique'))
    places.add(devicePath)
    return found
  })
}
