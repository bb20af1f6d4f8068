import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { stringifyJson } from '../codec/json.js'
import type { ResourceDefinition } from '../registry/definition.js'
import type { Resource } from '../registry/resource.js'
import type { OpenApiResource, PublishKind } from '../schema/openapi-resource.js'
import { openApiV3Document } from '../schema/openapi-v3.js'
import { gzip } from './compress.js'
import { type DiscoverySource, groupsInOrder, resourceVerbs, subresourcesOf } from './discovery.js'
import type { OpenApiDocument } from './openapi-document.js'

interface Kept {
  /** What it was made of: as long as a version has these very definitions, its document is this one. */
  readonly definitions: readonly ResourceDefinition[]
  readonly document: Promise<OpenApiDocument>
}

/** OpenAPI v3, a document a group version; made when first asked for, and anew when something else is served. */
export class OpenApiDocuments {
  private readonly kept = new Map<string, Kept>()

  constructor(
    private readonly source: DiscoverySource,
    private readonly publish: PublishKind,
  ) {}

  /** Paths such as `api/v1` or `apis/apps/v1`. */
  get paths(): string[] {
    return groupsInOrder(this.source).flatMap(({ name, versions }) => versions.map((version) => pathOf(name, version)))
  }

  /** undefined for a path that is not served. */
  document(path: string): Promise<OpenApiDocument> | undefined {
    const [root, ...rest] = path.split('/')
    const [name, version] = root === 'api' ? ['', rest[0]] : rest
    if (name === undefined || version === undefined || path !== pathOf(name, version)) return undefined
    const { registry, aggregation } = this.source
    const remote = aggregation.remote(name, version)
    const group = registry.group(name)
    if (remote || !group?.versions.includes(version)) {
      this.kept.delete(path)
      if (remote?.openApi) return Promise.resolve(remote.openApi)
      return undefined
    }
    const resources = group.resources(version)
    const known = this.kept.get(path)
    if (known && sameItems(known.definitions, resources)) return known.document
    const made = this.make(group.name, version, resources)
    this.kept.set(path, { definitions: resources.map(({ definition }) => definition), document: made })
    return made
  }

  /** All documents by path, one after the other, so that other requests have their turn. */
  async *all(): AsyncGenerator<[path: string, document: OpenApiDocument]> {
    for (const path of this.paths) {
      const document = await this.document(path)
      if (!document) continue
      yield [path, document]
      await setImmediate()
    }
  }

  private async make(group: string, version: string, resources: readonly Resource[]): Promise<OpenApiDocument> {
    const document = openApiV3Document({ group, version }, resources.map(openApiResource), this.publish)
    const json = Buffer.from(stringifyJson(document))
    return { gzipped: await gzip(json), hash: createHash('sha512').update(json).digest('hex').toUpperCase() }
  }
}

function pathOf(group: string, version: string): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`
}

function sameItems(definitions: readonly ResourceDefinition[], resources: readonly Resource[]): boolean {
  return definitions.length === resources.length && resources.every((r, i) => r.definition === definitions[i])
}

function openApiResource(resource: Resource): OpenApiResource {
  return {
    ...resource.groupVersionKind,
    listKind: resource.listKind,
    plural: resource.plural,
    namespaced: resource.namespaced,
    get schema() {
      return resource.version.schema
    },
    verbs: resourceVerbs(resource),
    subresources: subresourcesOf(resource),
    builtin: resource.builtin,
  }
}
