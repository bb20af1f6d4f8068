import { formatApiVersion, type GroupVersion, type GroupVersionKind } from '../meta/gvk.js'
import { asObject, isJsonObject, type JsonObject } from '../meta/object.js'
import { type OpenApiPart, resourceListPart } from './openapi-discovery.js'
import { customSchemaName, metaPackage } from './openapi-names.js'
import { resourcePaths } from './openapi-paths.js'
import type { OpenApiResource, OpenApiSubresource, PublishKind } from './openapi-resource.js'
import { customSchema, listSchema } from './openapi-schemas.js'

/** The Kubernetes version whose API is described. */
export const kubernetesMinor = '1.36'

/**
 * The OpenAPI 3.0 document of one group version: what kubectl's explain, create, apply and diff, and helm, ask for
 * (API-SEMANTICS 1.5). Made anew at each call; the caller keeps it.
 */
export function openApiV3Document(
  groupVersion: GroupVersion,
  resources: readonly OpenApiResource[],
  publish: PublishKind,
): JsonObject {
  const isCustom = resources.every(({ custom }) => custom === true)
  const discovery = isCustom ? undefined : resourceListPart(groupVersion.group, groupVersion.version)
  const schemas: JsonObject = { ...discovery?.schemas }
  publishMeta(groupVersion, resources, publish, schemas)
  const nameOf = ({ group, version, kind }: GroupVersionKind, into = schemas) =>
    publish({ apiVersion: formatApiVersion({ group, version }), kind }, into)
  const optionsSchema = (kind: GroupVersionKind): JsonObject => {
    const alone: JsonObject = {}
    return asObject(alone[nameOf(kind, alone) ?? ''])
  }
  const paths = resources.map((resource) => {
    const own = nameOf(resource) ?? publishCustom(resource, schemas)
    const list = `${own.slice(0, -resource.kind.length)}${resource.listKind}`
    if (resource.verbs.includes('list')) schemas[list] ??= listSchema(resource, own)
    const ofSubresource = (subresource: OpenApiSubresource) => nameOf(subresource) ?? own
    return resourcePaths(resource, { own, list, ofSubresource, options: optionsSchema })
  })
  return wholeDocument({ paths: Object.assign({}, discovery?.paths, ...paths), schemas }, isCustom)
}

const customInfo = { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' }

/** Whether all of a document comes of CustomResourceDefinitions. */
export function isCustomDocument({ info }: JsonObject): boolean {
  return isJsonObject(info) && info.title === customInfo.title
}

const bearerToken: JsonObject = {
  BearerToken: { description: 'Bearer Token authentication', in: 'header', name: 'authorization', type: 'apiKey' },
}

/** A document of its own for a part; `isCustom`: all of it comes of CustomResourceDefinitions. */
export function wholeDocument({ paths, schemas }: OpenApiPart, isCustom = false): JsonObject {
  const names = Object.keys(schemas)
  return {
    openapi: '3.0.0',
    info: isCustom ? customInfo : { title: 'Kubernetes', version: kubernetesMinor },
    paths: inOrder(paths),
    components: {
      ...(names.length > 0 ? { schemas: inOrder(schemas) } : {}),
      ...(isCustom ? {} : { securitySchemes: bearerToken }),
    },
  }
}

function publishCustom(resource: OpenApiResource, schemas: JsonObject): string {
  const name = customSchemaName(resource)
  schemas[name] = customSchema(resource)
  return name
}

/** What a group's verbs refer to. DeleteOptions and WatchEvents count as kinds of each group. */
function publishMeta(
  { group, version }: GroupVersion,
  resources: readonly OpenApiResource[],
  publish: PublishKind,
  schemas: JsonObject,
): void {
  const offers = (verb: string) => resources.some(({ verbs }) => verbs.includes(verb))
  const removes = offers('delete') || offers('deletecollection')
  const isOurs = resources.every(({ custom, builtin }) => !custom && builtin)
  const kinds = [
    ...(removes ? ['DeleteOptions', 'Status'] : []),
    ...(isOurs ? [] : ['ObjectMeta', 'ListMeta']),
    ...(resources.some(({ custom, verbs }) => !custom && verbs.includes('watch')) ? ['WatchEvent'] : []),
  ]
  for (const kind of kinds) {
    publish({ apiVersion: 'meta.k8s.io/v1', kind }, schemas)
    if (kind !== 'DeleteOptions' && kind !== 'WatchEvent') continue
    const own = group === '' && version === 'v1' ? [] : [{ group, kind, version }]
    schemas[`${metaPackage}.${kind}`] = {
      ...(schemas[`${metaPackage}.${kind}`] as JsonObject),
      'x-kubernetes-group-version-kind': [{ group: '', kind, version: 'v1' }, ...own],
    }
  }
  if (!offers('patch')) return
  schemas[`${metaPackage}.Patch`] = {
    description: 'A change of an object; its media type says how it is written.',
    type: 'object',
  }
}

/** By name, so that the same resources make the same text whatever order they come in. */
function inOrder(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))
}
