import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { qualifiedNameErrors } from '../../../meta/names.js'
import { invalidBy } from '../../field-checks.js'
import type { ResourceReference } from './pod-spec.js'

/** Fields of a pod that its own environment may show, sorted as messages name them. */
export const envFieldPaths = [
  ...['metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.serviceAccountName'],
  ...['status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs'],
]

/** Those that files in a volume may show. */
export const volumeFieldPaths = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
]

/** All that pods let be named, and other names for some of them. */
const known = new Set([
  ...envFieldPaths,
  ...volumeFieldPaths,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
])

interface FieldReference {
  readonly apiVersion?: string
  readonly fieldPath?: string
}

/** A reference to a field of the pod: `metadata.name`, `metadata.labels['a']`. `path` is that of the reference. */
export function validateFieldReference(
  { apiVersion = '', fieldPath = '' }: FieldReference,
  allowed: readonly string[],
  path: string,
): FieldError[] {
  if (apiVersion === '') return [fieldError.required(`${path}.apiVersion`)]
  if (fieldPath === '') return [fieldError.required(`${path}.fieldPath`)]
  const [, field, subscript] = /^(.+)\['(.*)'\]$/.exec(fieldPath) ?? []
  if (apiVersion !== 'v1') {
    const why = `error converting fieldPath: unsupported pod version: ${apiVersion}`
    return [fieldError.invalid(`${path}.fieldPath`, fieldPath, why)]
  }
  if (field === 'metadata.annotations' || field === 'metadata.labels') {
    const key = field === 'metadata.labels' ? subscript : subscript?.toLowerCase()
    return invalidBy(path, key, qualifiedNameErrors(key ?? ''))
  }
  if (!known.has(fieldPath)) {
    const why = `error converting fieldPath: field label not supported: ${fieldPath}`
    return [fieldError.invalid(`${path}.fieldPath`, fieldPath, why)]
  }
  return allowed.includes(fieldPath) ? [] : [fieldError.notSupported(`${path}.fieldPath`, fieldPath, allowed)]
}

const sizes = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']
const [storage, pages] = ['local ephemeral storage', 'hugepages']
/** What containers may be told of their resources, in which units, and how messages call them. */
const shownResources: Readonly<Record<string, { divisors: readonly string[]; called: string }>> = {
  cpu: { divisors: ['1m', '1'], called: 'cpu' },
  'ephemeral-storage': { divisors: sizes, called: storage },
  memory: { divisors: sizes, called: 'memory' },
}
const shownPaths = ['limits', 'requests'].flatMap((list) =>
  Object.keys(shownResources).map((name) => `${list}.${name}`),
)

/** A reference to what a container may take; `inVolume`: files must say which container's. */
export function validateResourceReference(reference: ResourceReference, path: string, inVolume: boolean): FieldError[] {
  const { containerName = '', resource = '', divisor = '0' } = reference
  const name = resource.replace(/^(limits|requests)\./, '')
  const areHugePages = name !== resource && name.startsWith('hugepages-')
  const found: FieldError[] = []
  if (inVolume && containerName === '') found.push(fieldError.required(`${path}.containerName`))
  else if (resource === '') found.push(fieldError.required(`${path}.resource`))
  else if (!shownPaths.includes(resource) && !areHugePages) {
    found.push(fieldError.notSupported(`${path}.resource`, resource, shownPaths))
  }
  if (divisor === '0') return found
  const shown = areHugePages ? { divisors: sizes, called: pages } : name === resource ? undefined : shownResources[name]
  if (!shown || shown.divisors.includes(divisor)) return found
  const units = shown.divisors.join(shown.divisors.length > 2 ? ', ' : ' and ')
  const why = `only divisor's values ${units} are supported with the ${shown.called} resource`
  return [...found, fieldError.invalid(`${path}.divisor`, resource, why)]
}
