import { createHash } from 'node:crypto'
import { stringifyJson } from '../codec/json.js'
import { formatApiVersion } from '../meta/gvk.js'
import type { Registry } from '../registry/registry.js'
import type { Resource } from '../registry/resource.js'
import { type OpenApiResource, openApiV3Document } from '../schema/openapi-v3.js'
import type { Answer, Call } from './context.js'
import { resourceVerbs } from './discovery.js'
import { pageNotFound } from './plain-text.js'

interface Document {
  readonly json: string
  readonly hash: string
}

/** Serves OpenAPI v3, a document a group version, made when first asked for (API-SEMANTICS 1.5). */
export class OpenApiHandler {
  private readonly documents = new Map<string, Document>()

  constructor(private readonly registry: Registry) {
    registry.onChange(() => this.documents.clear())
  }

  /** `/openapi/v3` (D50). */
  index(_call: Call): Answer {
    const paths: Record<string, { serverRelativeURL: string }> = {}
    for (const path of this.paths()) {
      paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${this.documentOf(path)?.hash}` }
    }
    return { code: 200, type: 'application/json', body: stringifyJson({ paths }) }
  }

  /** `/openapi/v3/<path>` (D51, D54). */
  document({ info, query, request, response }: Call): Answer {
    const path = info.path.replace(/^\/openapi\/v3\//, '').replace(/\/$/, '')
    const found = this.documentOf(path)
    if (!found) return pageNotFound()
    const asked = query.get('hash')
    if (asked !== null && asked !== found.hash) {
      return {
        code: 301,
        type: 'text/plain',
        body: '',
        headers: { Location: `/openapi/v3/${path}?hash=${found.hash}` },
      }
    }
    const tag = `"${found.hash}"`
    const forever = {
      'Cache-Control': 'public, immutable',
      Expires: new Date(Date.now() + 31_536_000_000).toUTCString(),
    }
    const headers = { ETag: tag, Vary: 'Accept', ...(asked === null ? {} : forever) }
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    if (request.headers['if-none-match'] === tag) return { code: 304, type: 'application/json', body: '' }
    return { code: 200, type: 'application/json', body: found.json }
  }

  private paths(): string[] {
    return this.registry
      .allGroups()
      .flatMap((group) =>
        group.versions.map((version) => (group.name === '' ? `api/${version}` : `apis/${group.name}/${version}`)),
      )
  }

  private documentOf(path: string): Document | undefined {
    const known = this.documents.get(path)
    if (known) return known
    const [root, ...rest] = path.split('/')
    const [group, version] = root === 'api' ? ['', rest[0]] : rest
    const found = group === undefined ? undefined : this.registry.group(group)
    if (!found || version === undefined || !found.versions.includes(version)) return undefined
    if (path !== `${root}/${formatApiVersion({ group: found.name, version })}`) return undefined
    const document = openApiV3Document({ group: found.name, version }, found.resources(version).map(openApiResource))
    const json = stringifyJson(document)
    const hash = createHash('sha512').update(json).digest('hex').toUpperCase()
    const made = { json, hash }
    this.documents.set(path, made)
    return made
  }
}

function openApiResource(resource: Resource): OpenApiResource {
  const { names } = resource.definition
  const { status, scale, custom = {} } = resource.version.subresources ?? {}
  return {
    group: resource.group,
    version: resource.version.name,
    kind: resource.kind,
    listKind: resource.listKind,
    plural: resource.plural,
    singular: names.singular,
    namespaced: resource.namespaced,
    schema: resource.version.schema,
    verbs: resourceVerbs(resource),
    status: status === true,
    scale: scale !== undefined,
    custom: Object.entries(custom).map(([name, { methods }]) => ({ name, methods: Object.keys(methods) })),
    builtin: resource.builtin,
    applyPatch: true,
  }
}
