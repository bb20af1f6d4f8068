import { type FieldError, fieldError } from '../../meta/field-error.js'
import { qualifiedNameErrors } from '../../meta/names.js'
import { isJsonObject, type KubeObject, type ObjectMeta } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { invalidBy } from '../field-checks.js'

/** The label every namespace has, so that selectors can name one (API-SEMANTICS V50). */
const nameLabel = 'kubernetes.io/metadata.name'

/** Exist from the first start on (V50). */
export const initialNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const

/** core/v1 Namespace (section 2.5). */
export const namespaceKind: BuiltinKind = {
  defaults: {
    'core.v1.Namespace': {
      set: (namespace) => {
        const metadata = namespace.metadata as ObjectMeta
        if (metadata.name) metadata.labels = { ...metadata.labels, [nameLabel]: metadata.name }
      },
    },
  },
  strategy: {
    prepareForCreate: (namespace) => {
      const finalizers = finalizersOf(namespace)
      namespace.spec = { finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'] }
      namespace.status = { phase: 'Active' }
    },
    prepareForUpdate: (namespace, old, subresource) => {
      if (subresource === 'finalize') namespace.status = old.status
      else if (old.spec !== undefined) namespace.spec = old.spec
    },
    prepareForDelete: (namespace) => {
      const status = isJsonObject(namespace.status) ? namespace.status : {}
      namespace.status = { ...status, phase: 'Terminating' }
    },
    mayBeRemoved: (namespace) => finalizersOf(namespace).length === 0,
    validate: (namespace, update) => {
      const { name, labels } = namespace.metadata
      if (update?.subresource === 'status') return validatePhase(namespace)
      const found = finalizersOf(namespace).flatMap((finalizer) => [
        ...invalidBy('spec.finalizers', finalizer, qualifiedNameErrors(finalizer)),
        ...(finalizer.includes('/') || finalizer === 'kubernetes'
          ? []
          : [fieldError.invalid('spec.finalizers', finalizer, unqualified)]),
      ])
      if (labels?.[nameLabel] === name) return found
      return [...found, fieldError.invalid(`metadata.labels`, labels, `${nameLabel} is fixed`)]
    },
  },
  cells: { Status: (namespace) => (isJsonObject(namespace.status) ? (namespace.status.phase ?? '') : ''), Age: age },
}

function validatePhase({ metadata, status }: KubeObject): FieldError[] {
  const phase = isJsonObject(status) ? (status.phase ?? '') : ''
  const ends = metadata.deletionTimestamp !== undefined
  const expected = ends ? 'Terminating' : 'Active'
  if (phase === expected) return []
  const why = `may only be '${expected}' if \`deletionTimestamp\` is ${ends ? 'not ' : ''}empty`
  return [fieldError.invalid('status.Phase', phase, why)]
}

const unqualified = 'name is neither a standard finalizer name nor is it fully qualified'

function finalizersOf(namespace: KubeObject): string[] {
  const spec = namespace.spec
  const finalizers = isJsonObject(spec) ? spec.finalizers : undefined
  return Array.isArray(finalizers) ? finalizers.map(String) : []
}
