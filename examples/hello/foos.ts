import { defineResource, type KubeObject, type ObjectMeta } from '../../src/sdk/index.js'

/** What v1 has no field for is kept here, so that a way through v1 and back loses nothing. */
const imageAnnotation = 'hello.zeng.dev/image'
const defaultImage = 'busybox:1.36'

const message = { type: 'string', description: 'What Foo says.', maxLength: 1024 } as const
const secondMessage = { type: 'string', description: 'What Foo says after that.', maxLength: 1024 } as const

const status = {
  type: 'object',
  description: 'Status is how far Foo has come.',
  properties: {
    phase: { type: 'string', description: 'Phase in one word.', enum: ['Processing', 'Ready'] },
  },
} as const

const columns = [
  { name: 'Status', type: 'string', jsonPath: '.status.phase', description: 'How far it has come' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
] as const

interface Stored extends KubeObject {
  spec?: { image?: string; config?: { msg?: string; msg1?: string } }
}

/** Foos say something. v1 has the messages in its spec; v2 keeps them in a config, beside the image that says them. */
export const foos = defineResource({
  group: 'hello.zeng.dev',
  names: { plural: 'foos', singular: 'foo', kind: 'Foo', shortNames: ['fo'], categories: ['all'] },
  scope: 'Namespaced',
  versions: {
    v2: {
      storage: true,
      schema: {
        type: 'object',
        description: 'Foo says something.',
        required: ['spec'],
        properties: {
          spec: {
            type: 'object',
            description: 'Spec is what Foo says, and with what.',
            properties: {
              image: { type: 'string', description: 'Image that says it.', default: defaultImage, minLength: 1 },
              config: {
                type: 'object',
                description: 'Config is what is said.',
                default: {},
                properties: { msg: message, msg1: secondMessage },
              },
            },
          },
          status,
        },
      },
      subresources: { status: true },
      printerColumns: columns,
    },
    v1: {
      schema: {
        type: 'object',
        description: 'Foo says something.',
        required: ['spec'],
        properties: {
          spec: {
            type: 'object',
            description: 'Spec is what Foo says.',
            properties: { msg: message, msg1: secondMessage },
          },
          status,
        },
      },
      subresources: { status: true },
      printerColumns: columns,
      toStorage({ metadata, spec }) {
        const { [imageAnnotation]: image, ...annotations } = metadata.annotations ?? {}
        const config = spec && typeof spec === 'object' ? { config: { ...spec } } : {}
        return {
          metadata: withAnnotations(metadata, annotations),
          spec: { ...(image ? { image } : {}), ...config },
        }
      },
      fromStorage(object) {
        const { metadata, spec } = object as Stored
        const { image, config } = spec ?? {}
        const kept = image && image !== defaultImage ? { [imageAnnotation]: image } : {}
        return { metadata: withAnnotations(metadata, { ...metadata.annotations, ...kept }), spec: { ...config } }
      },
    },
  },
})

/** None at all are not the same as an empty list of them. */
function withAnnotations({ annotations: _, ...metadata }: ObjectMeta, annotations: Record<string, string>): ObjectMeta {
  return Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata
}
