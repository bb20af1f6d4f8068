import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { checkOneOf, checkPortNumber, checkRequiredLabel, each, invalidBy, portNameErrors } from '../../field-checks.js'
import type { ContainerContext } from './container-context.js'
import type { Container, ContainerPort, PodSpec } from './pod-spec.js'
import { validateEnv, validateEnvFrom } from './validate-env.js'
import { validateMounts } from './validate-mounts.js'
import { validateClaimNames } from './validate-pod-claims.js'
import { validateProbes } from './validate-probe.js'
import { validateResources } from './validate-resources.js'
import { validateResizePolicy, validateRestart } from './validate-restart.js'

const protocols = ['SCTP', 'TCP', 'UDP']
export const pullPolicies = ['Always', 'IfNotPresent', 'Never']
const messagePolicies = ['File', 'FallbackToLogsOnError']

/** The containers of a pod; at least one. */
export function validateContainers(
  containers: readonly Container[],
  context: ContainerContext,
  path: string,
): FieldError[] {
  if (containers.length === 0) return [fieldError.required(path)]
  const names = new Set<string>()
  return [
    ...containers.flatMap((container, i) => {
      const at = `${path}[${i}]`
      const found = validateContainer(container, context, at)
      if (names.has(container.name)) found.push(fieldError.duplicate(`${at}.name`, container.name))
      names.add(container.name)
      return [...found, ...validateProbes(container, context.graceSeconds, at), ...validateRestart(container, at)]
    }),
    ...hostPortConflicts(containers, path),
  ]
}

/** They run one after the other, and their names must not be those of the others. */
export function validateInitContainers(
  containers: readonly Container[],
  others: readonly Container[],
  context: ContainerContext,
  path: string,
): FieldError[] {
  const names = new Set(others.map(({ name }) => name))
  return containers.flatMap((container, i) => {
    const at = `${path}[${i}]`
    const found = [...validateContainer(container, context, at), ...validateRestart(container, at)]
    if (names.has(container.name)) found.push(fieldError.duplicate(`${at}.name`, container.name))
    else if (container.name !== '') names.add(container.name)
    if (container.restartPolicy === 'Always') {
      return [...found, ...validateProbes(container, context.graceSeconds, at)]
    }
    for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
      const why = 'may not be set for init containers without restartPolicy=Always'
      if (container[field]) found.push(fieldError.forbidden(`${at}.${field}`, why))
    }
    return found
  })
}

function validateContainer(container: Container, context: ContainerContext, path: string): FieldError[] {
  const { ports = [], env = [], envFrom = [], resources = {} } = container
  return [
    ...checkRequiredLabel(container.name, `${path}.name`),
    ...(container.image ? [] : [fieldError.required(`${path}.image`)]),
    ...checkOneOf(container.terminationMessagePolicy, messagePolicies, `${path}.terminationMessagePolicy`),
    ...validatePorts(ports, `${path}.ports`),
    ...env.flatMap((variable, i) => validateEnv(variable, `${path}.env[${i}]`)),
    ...envFrom.flatMap((source, i) => validateEnvFrom(source, `${path}.envFrom`, i)),
    ...validateMounts(container, context.volumes, path),
    ...checkOneOf(container.imagePullPolicy, pullPolicies, `${path}.imagePullPolicy`),
    ...validateResources(resources, `${path}.resources`),
    ...validateClaimNames(resources, context.claims, `${path}.resources.claims`),
    ...validateResizePolicy(container, context.restartPolicy, `${path}.resizePolicy`),
  ]
}

/** What containers that are added to a running pod can't have. */
const notEphemeral = [
  ...(['ports', 'resources', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const),
  ...(['resizePolicy', 'restartPolicy', 'restartPolicyRules'] as const),
]

/** Containers that are added to a running pod, to look into it: they promise nothing and are not waited for. */
export function validateEphemeralContainers(spec: PodSpec, context: ContainerContext, path: string): FieldError[] {
  const others = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name))
  const names = new Set(others)
  return each(spec.ephemeralContainers, path, (container, at) => {
    const { name, image = '', targetContainerName: target, volumeMounts } = container
    const found = validateContainer(container, context, at)
    if (image !== image.trim()) {
      found.push(fieldError.invalid(`${at}.image`, image, 'must not have leading or trailing whitespace'))
    }
    if (names.has(name)) found.push(fieldError.duplicate(`${at}.name`, name))
    names.add(name)
    if (target && !others.has(target)) found.push(fieldError.notFound(`${at}.targetContainerName`, target))
    const why = 'cannot be set for an Ephemeral Container'
    for (const field of notEphemeral) {
      const value = container[field]
      const isEmpty = value === undefined || (field === 'resources' && Object.keys(value).length === 0)
      if (!isEmpty) found.push(fieldError.forbidden(`${at}.${field}`, why))
    }
    const subPaths = each(volumeMounts, `${at}.volumeMounts`, (mount, p) =>
      (['subPath', 'subPathExpr'] as const)
        .filter((field) => mount[field])
        .map((field) => fieldError.forbidden(`${p}.${field}`, why)),
    )
    return [...found, ...subPaths]
  })
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
