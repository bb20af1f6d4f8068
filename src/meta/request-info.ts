/** What a request asks for, read off method, path and query alone (API-SEMANTICS V01). */
export interface RequestInfo {
  readonly isResourceRequest: boolean
  /** get, list, watch, create, update, patch, delete, deletecollection; for other paths the method in lower case. */
  readonly verb: string
  readonly path: string
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  /** Path segments behind the subresource, as in `services/x/proxy/a/b`. */
  readonly rest: readonly string[]
}

const verbOfMethod: Record<string, string> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}
const namespaceSubresources = new Set(['status', 'finalize'])

function otherPath(method: string, path: string): RequestInfo {
  return {
    isResourceRequest: false,
    verb: method.toLowerCase(),
    path,
    group: '',
    version: '',
    resource: '',
    subresource: '',
    namespace: '',
    name: '',
    rest: [],
  }
}

/**
 * Segments of a path after it was decoded, as upstream reads it: %2F ends a segment as a slash does. Slashes at the end say
 * nothing; an empty segment elsewhere is one.
 */
export function pathSegments(path: string): string[] {
  const decoded = path.includes('%') ? decodePath(path) : path
  const trimmed = decoded.replace(/^\//, '').replace(/\/+$/, '')
  return trimmed === '' ? [] : trimmed.split('/')
}

/** Bytes that are no UTF-8 become U+FFFD, which no name has. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    const bytes = path.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    return Buffer.from(bytes, 'latin1').toString('utf8')
  }
}

/**
 * Reads `/api/v1/…` and `/apis/<group>/<version>/…`. Anything shorter or else is not a resource request.
 * `query` decides between list and watch, and names the object a `metadata.name` field selector asks for.
 */
export function parseRequestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const segments = pathSegments(path)
  const [root] = segments
  const first = root === 'api' ? 2 : root === 'apis' ? 3 : undefined
  if (first === undefined || segments.length <= first) return otherPath(method, path)
  const [group, version] = root === 'api' ? ['', segments[1] ?? ''] : [segments[1] ?? '', segments[2] ?? '']
  let parts = segments.slice(first)
  let verb = verbOfMethod[method] ?? method.toLowerCase()
  if (parts[0] === 'watch' && parts.length > 1) {
    parts = parts.slice(1)
    if (verb === 'get') verb = 'watch'
  }
  let namespace = ''
  if (parts[0] === 'namespaces') {
    namespace = parts[1] ?? ''
    if (parts.length > 2 && !namespaceSubresources.has(parts[2] ?? '')) parts = parts.slice(2)
  }
  const [resource = '', inPath = '', subresource = ''] = parts
  let name = inPath
  if (name === '') {
    if (verb === 'get') verb = isTrue(query.get('watch')) ? 'watch' : 'list'
    if (verb === 'delete') verb = 'deletecollection'
  }
  if (name === '' && (verb === 'list' || verb === 'watch')) name = selectedName(query.get('fieldSelector'))
  return {
    isResourceRequest: true,
    verb,
    path,
    group,
    version,
    resource,
    subresource,
    namespace,
    name,
    rest: parts.slice(3),
  }
}

export function isTrue(value: string | null): boolean {
  return value !== null && value !== 'false' && value !== '0'
}

/** The name that `metadata.name=x` asks for: RBAC rules with resourceNames allow such lists. */
function selectedName(fieldSelector: string | null): string {
  const match = /(?:^|,)metadata\.name==?([^,=!]+)(?:,|$)/.exec(fieldSelector ?? '')
  return match?.[1] ?? ''
}
