import { fieldError } from '../../meta/field-error.js'
import type { KubeObject } from '../../meta/object.js'
import { isJsonObject } from '../../meta/object.js'
import type { ResourceDefinition } from '../../registry/definition.js'

/** The label every namespace has, so that selectors can name one (API-SEMANTICS V50). */
const nameLabel = 'kubernetes.io/metadata.name'

/** Exist from the first start on (V50). */
export const initialNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const

/** core/v1 Namespace (section 2.5). */
export const namespaces: ResourceDefinition = {
  group: '',
  names: { plural: 'namespaces', singular: 'namespace', kind: 'Namespace', shortNames: ['ns'] },
  scope: 'Cluster',
  rules: {
    builtin: true,
    unconditionalUpdate: true,
    noGeneration: true,
    returnsDeletedObject: true,
    noDeleteCollection: true,
    nameRule: 'label',
    undeletable: ['default', 'kube-system', 'kube-public'],
  },
  versions: [
    {
      name: 'v1',
      served: true,
      storage: true,
      schema: {
        type: 'object',
        description: 'A scope for names: objects of namespaced kinds live in one.',
        properties: {
          spec: {
            type: 'object',
            description: 'What holds the namespace.',
            properties: {
              finalizers: {
                type: 'array',
                description: 'All must be gone before the namespace goes.',
                items: { type: 'string' },
              },
            },
          },
          status: {
            type: 'object',
            description: 'Where the namespace is in its life.',
            properties: {
              phase: { type: 'string', description: 'Active or Terminating.' },
              conditions: {
                type: 'array',
                description: 'What a deletion waits for.',
                'x-kubernetes-list-type': 'map',
                'x-kubernetes-list-map-keys': ['type'],
                items: {
                  type: 'object',
                  required: ['type', 'status'],
                  properties: {
                    type: { type: 'string' },
                    status: { type: 'string' },
                    reason: { type: 'string' },
                    message: { type: 'string' },
                    lastTransitionTime: { type: 'string', format: 'date-time' },
                  },
                },
              },
            },
          },
        },
      },
      selectableFields: ['.status.phase'],
      subresources: { status: true, finalize: true },
      setDefaults: (namespace) => {
        const { metadata } = namespace
        if (metadata.name) metadata.labels = { ...metadata.labels, [nameLabel]: metadata.name }
      },
      printerColumns: [
        { name: 'Status', type: 'string', jsonPath: '.status.phase', description: 'The phase of the namespace.' },
        { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
      ],
    },
  ],
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
    validate: (namespace) => {
      const { name, labels } = namespace.metadata
      return labels?.[nameLabel] === name
        ? []
        : [fieldError.invalid(`metadata.labels`, labels, `${nameLabel} is fixed`)]
    },
  },
}

function finalizersOf(namespace: KubeObject): string[] {
  const spec = namespace.spec
  const finalizers = isJsonObject(spec) ? spec.finalizers : undefined
  return Array.isArray(finalizers) ? finalizers.map(String) : []
}
