import type { Schema } from '../schema/schema.js'

const text: Schema = { type: 'string' }
const time: Schema = { type: 'string', format: 'date-time' }
const texts: Schema = { type: 'object', additionalProperties: text }

/**
 * The schema of `metadata`, which no kind needs to write out. Finalizers are a set, owners are told apart by uid and
 * belong to one manager each as a whole.
 */
export const objectMetaSchema: Schema = {
  type: 'object',
  properties: {
    annotations: texts,
    creationTimestamp: time,
    deletionGracePeriodSeconds: { type: 'integer', format: 'int64' },
    deletionTimestamp: time,
    finalizers: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
    generateName: text,
    generation: { type: 'integer', format: 'int64' },
    labels: texts,
    managedFields: { type: 'array', items: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    name: text,
    namespace: text,
    ownerReferences: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          apiVersion: text,
          blockOwnerDeletion: { type: 'boolean' },
          controller: { type: 'boolean' },
          kind: text,
          name: text,
          uid: text,
        },
        'x-kubernetes-map-type': 'atomic',
      },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['uid'],
    },
    resourceVersion: text,
    selfLink: text,
    uid: text,
  },
}

/** What every object and every embedded one has besides what its schema says. */
export const objectProperties: Readonly<Record<string, Schema>> = {
  apiVersion: text,
  kind: text,
  metadata: objectMetaSchema,
}
