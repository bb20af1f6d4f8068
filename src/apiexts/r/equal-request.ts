import { pathSegments, type RequestInfo } from '../../meta/request-info.js'
import type { Registry } from '../../registry/registry.js'
import { findResource } from './find-resource.js'

/** Where the concise form of every resource is served. */
const conciseRoot = '/wukong/r'

/**
 * The request to the Kubernetes API that `/wukong/r/<resource>[/<namespace>][/<name>[/status]]` equals: it is
 * authorised, limited and audited as that one. Undefined where it equals none: no such resource, or too many segments.
 */
export function equalRequest(
  registry: Registry,
  method: string,
  path: string,
  query: URLSearchParams,
): RequestInfo | undefined {
  if (!path.startsWith(`${conciseRoot}/`)) return undefined
  const [resourceName, ...rest] = pathSegments(path.slice(conciseRoot.length))
  const resource = resourceName === undefined ? undefined : findResource(registry, resourceName)
  if (!resource) return undefined
  const namespace = resource.namespaced ? (rest.shift() ?? '') : ''
  const [name = '', subresource = ''] = rest
  if (rest.length > 2 || (subresource !== '' && subresource !== 'status')) return undefined
  const { group, plural, version } = resource
  return {
    isResourceRequest: true,
    verb: verbOf(method, name === '', query),
    path,
    group,
    namespace,
    name,
    subresource,
    version: version.name,
    resource: plural,
    rest: [],
  }
}

function verbOf(method: string, isCollection: boolean, query: URLSearchParams): string {
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (!isCollection) return 'get'
      return query.has('watch') ? 'watch' : 'list'
    case 'POST':
      return 'create'
    case 'PUT':
      return 'update'
    case 'PATCH':
      return 'patch'
    case 'DELETE':
      return isCollection ? 'deletecollection' : 'delete'
    default:
      return method.toLowerCase()
  }
}
