import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { qualifiedNameErrors } from '../../../meta/names.js'
import { invalidBy } from '../../field-checks.js'

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

/** A reference to a field of the pod: `metadata.name`, `metadata.labels['a']`. `path` is that of the reference. */
export function validateFieldReference(fieldPath: string, allowed: readonly string[], path: string): FieldError[] {
  if (fieldPath === '') return [fieldError.required(`${path}.fieldPath`)]
  const [, field, subscript] = /^(.+)\['(.*)'\]$/.exec(fieldPath) ?? []
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
