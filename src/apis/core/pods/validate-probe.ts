import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { checkNotNegative, checkOneOf, checkPortNumber, checkPortNumberOrName } from '../../field-checks.js'
import type { Container, Handler, HttpGet, Probe } from './pod-spec.js'

const schemes = ['HTTP', 'HTTPS']
const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const
const counts = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const

/** Probes and hooks of a container. */
export function validateProbes(container: Container, graceSeconds: number | undefined, path: string): FieldError[] {
  const { lifecycle = {}, livenessProbe, readinessProbe, startupProbe } = container
  return [
    ...(lifecycle.postStart ? validateHandler(lifecycle.postStart, `${path}.lifecycle.postStart`, graceSeconds) : []),
    ...(lifecycle.preStop ? validateHandler(lifecycle.preStop, `${path}.lifecycle.preStop`, graceSeconds) : []),
    ...validateProbe(livenessProbe, `${path}.livenessProbe`, 'once'),
    ...validateProbe(readinessProbe, `${path}.readinessProbe`, 'without grace'),
    ...validateProbe(startupProbe, `${path}.startupProbe`, 'once'),
  ]
}

/** `once`: one success is enough, nothing else may be asked for; a readiness probe kills nothing. */
function validateProbe(probe: Probe | undefined, path: string, rule: 'once' | 'without grace'): FieldError[] {
  if (!probe) return []
  const found = [
    ...validateHandler(probe, path),
    ...counts.flatMap((name) => checkNotNegative(probe[name], `${path}.${name}`)),
  ]
  const { successThreshold, terminationGracePeriodSeconds: grace } = probe
  if (grace !== undefined && grace <= 0) {
    found.push(fieldError.invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'))
  }
  if (rule === 'once' && successThreshold !== 1) {
    found.push(fieldError.invalid(`${path}.successThreshold`, successThreshold, 'must be 1'))
  }
  if (rule === 'without grace' && grace !== undefined) {
    const why = 'must not be set for readinessProbes'
    found.push(fieldError.invalid(`${path}.terminationGracePeriodSeconds`, grace, why))
  }
  return found
}

/** `graceSeconds`: how long a pod may take to stop; a sleep must fit into it. */
function validateHandler(handler: Handler, path: string, graceSeconds?: number): FieldError[] {
  const [first, ...more] = handlers.filter((name) => handler[name] !== undefined)
  if (first === undefined) return [fieldError.required(path, 'must specify a handler type')]
  return [
    ...validateAction(handler, first, `${path}.${first}`, graceSeconds),
    ...more.map((name) => fieldError.forbidden(`${path}.${name}`, 'may not specify more than 1 handler type')),
  ]
}

function validateAction(
  handler: Handler,
  name: (typeof handlers)[number],
  path: string,
  graceSeconds?: number,
): FieldError[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler
  if (name === 'exec') return exec?.command?.length ? [] : [fieldError.required(`${path}.command`)]
  if (name === 'httpGet' && httpGet) return validateHttpGet(httpGet, path)
  if (name === 'tcpSocket' && tcpSocket) return checkPortNumberOrName(tcpSocket.port, `${path}.port`)
  if (name === 'grpc' && grpc) return checkPortNumber(grpc.port, `${path}.port`)
  if (!sleep || graceSeconds === undefined || (sleep.seconds >= 0 && sleep.seconds <= graceSeconds)) return []
  const why = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`
  return [fieldError.invalid(path, sleep.seconds, why)]
}

const notAHeader =
  "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation " +
  "is '[-A-Za-z0-9]+')"

function validateHttpGet({ path: urlPath, port, scheme, httpHeaders = [] }: HttpGet, path: string): FieldError[] {
  return [
    ...(urlPath ? [] : [fieldError.required(`${path}.path`)]),
    ...checkPortNumberOrName(port, `${path}.port`),
    ...checkOneOf(scheme, schemes, `${path}.scheme`),
    ...httpHeaders.flatMap(({ name = '' }) =>
      /^[-A-Za-z0-9]+$/.test(name) ? [] : [fieldError.invalid(`${path}.httpHeaders`, name, notAHeader)],
    ),
  ]
}
