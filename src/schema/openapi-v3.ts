import { formatApiVersion, type GroupVersion } from '../meta/gvk.js'
import type { JsonObject } from '../meta/object.js'
import { metaSchemas, typeProperties } from './openapi-meta-schemas.js'
import { describedRef, metaPackage } from './openapi-names.js'
import { resourcePaths, scaleSchema } from './openapi-paths.js'
import type { OpenApiResource } from './openapi-resource.js'
import { resourceSchemas } from './openapi-schemas.js'

export type { OpenApiResource } from './openapi-resource.js'

/**
 * The OpenAPI 3.0 document of one group version: what kubectl's explain, create, apply and diff, and helm, ask for
 * (API-SEMANTICS 1.5). Made anew at each call; the caller keeps it.
 */
export function openApiV3Document(groupVersion: GroupVersion, resources: readonly OpenApiResource[]): JsonObject {
  const { group, version } = groupVersion
  const schemas: JsonObject = metaSchemas(group, version)
  if (resources.some(({ scale }) => scale)) schemas[scaleSchema] = scale()
  for (const resource of resources) Object.assign(schemas, resourceSchemas(resource))
  return {
    openapi: '3.0.0',
    info: { title: `Wukong ${formatApiVersion(groupVersion)}`, version },
    paths: inOrder(Object.assign({}, ...resources.map(resourcePaths))),
    components: { schemas: inOrder(schemas) },
  }
}

/** By name, so that the same resources make the same text whatever order they come in. */
function inOrder(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** autoscaling/v1 Scale. */
function scale(): JsonObject {
  const replicas = (description: string) => ({ description, type: 'integer', format: 'int32' })
  return {
    description: 'How often something runs, and how often it should.',
    type: 'object',
    properties: {
      ...typeProperties(),
      metadata: { ...describedRef(`${metaPackage}.ObjectMeta`, 'Name and version of the scaled object.'), default: {} },
      spec: { type: 'object', default: {}, properties: { replicas: replicas('Replicas that are wanted.') } },
      status: {
        type: 'object',
        default: {},
        required: ['replicas'],
        properties: {
          replicas: { ...replicas('Replicas that run.'), default: 0 },
          selector: { description: 'Label selector of the replicas, as text.', type: 'string' },
        },
      },
    },
    'x-kubernetes-group-version-kind': [{ group: 'autoscaling', kind: 'Scale', version: 'v1' }],
  }
}
