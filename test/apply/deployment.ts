import type { JsonObject } from '../../src/meta/object.js'
import type { Schema } from '../../src/schema/schema.js'

const text: Schema = { type: 'string' }
const keyed = (key: string, properties: Record<string, Schema>): Schema => ({
  type: 'array',
  'x-kubernetes-patch-strategy': 'merge',
  'x-kubernetes-patch-merge-key': key,
  items: { type: 'object', properties },
})

/** What Kubernetes publishes of a Deployment, cut down. */
export const deployment: Schema = {
  type: 'object',
  properties: {
    data: { type: 'object', additionalProperties: text },
    spec: {
      type: 'object',
      properties: {
        strategy: { type: 'object', 'x-kubernetes-patch-strategy': 'retainKeys', properties: { type: text } },
        selector: { type: 'object', 'x-kubernetes-patch-strategy': 'replace' },
        containers: keyed('name', {
          name: text,
          image: text,
          args: { type: 'array', items: text },
          env: keyed('name', { name: text, value: text }),
          ports: keyed('containerPort', { containerPort: { type: 'integer' }, name: text }),
        }),
        tolerations: { type: 'array', items: { type: 'object' } },
        unkeyed: { type: 'array', 'x-kubernetes-patch-strategy': 'merge', items: { type: 'object' } },
      },
    },
  },
}
export const containers = (...list: unknown[]): JsonObject => ({ spec: { containers: list } })
export const finalizers = (...list: unknown[]): JsonObject => ({ metadata: { finalizers: list } })
export const [a, b, c] = [
  { name: 'a', image: '1' },
  { name: 'b', image: '1' },
  { name: 'c', image: '1' },
]
