import { objectMetaSchema as fields } from '../schema/object-meta-schema.js'
import type { Schema } from '../schema/schema.js'

const { ownerReferences, finalizers } = fields.properties ?? {}

/**
 * The schema of `metadata`, which no kind needs to write out: finalizers are a set, owner references are told apart by
 * uid and belong to one manager each as a whole.
 */
const objectMetaSchema: Schema = {
  ...fields,
  properties: {
    ...fields.properties,
    finalizers: { ...finalizers, 'x-kubernetes-list-type': 'set' },
    ownerReferences: {
      ...ownerReferences,
      items: {
        ...ownerReferences?.items,
        // What has no uid is told by validation.
        properties: { ...ownerReferences?.items?.properties, uid: { type: 'string', default: '' } },
        'x-kubernetes-map-type': 'atomic',
      },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['uid'],
    },
  },
}

const text: Schema = { type: 'string' }

/** What every object and every embedded one has besides what its schema says. */
export const objectProperties: Readonly<Record<string, Schema>> = {
  apiVersion: text,
  kind: text,
  metadata: objectMetaSchema,
}
