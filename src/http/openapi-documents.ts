import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { stringifyJson } from '../codec/json.js'
import type { JsonObject } from '../meta/object.js'
import type { ResourceDefinition } from '../registry/definition.js'
import type { Resource } from '../registry/resource.js'
import { fixedParts, groupPart, type OpenApiPart } from '../schema/openapi-discovery.js'
import type { OpenApiResource, PublishKind } from '../schema/openapi-resource.js'
import { openApiV3Document, wholeDocument } from '../schema/openapi-v3.js'
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

  /** Paths such as `api/v1`, `apis/apps/v1`, `apis/apps` or `version`, in order. */
  get paths(): string[] {
    const groups = groupsInOrder(this.source)
    const versions = groups.flatMap(({ name, versions }) => versions.map((version) => pathOf(name, version)))
    const named = groups.filter(({ name }) => this.hasDocument(name)).map(({ name }) => `apis/${name}`)
    return [...Object.keys(fixedParts), ...named, ...versions].sort()
  }

  /** undefined for a path that is not served. */
  document(path: string): Promise<OpenApiDocument> | undefined {
    const fixed = this.fixed(path)
    if (fixed) return fixed
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

  /** What is the same whatever the versions of a group have. */
  private fixed(path: string): Promise<OpenApiDocument> | undefined {
    const name = /^apis\/([^/]+)$/.exec(path)?.[1] ?? ''
    const isGroup = this.hasDocument(name)
    if (!isGroup && !Object.hasOwn(fixedParts, path)) return undefined
    const known = this.kept.get(path)
    if (known) return known.document
    const document = keep(wholeDocument(isGroup ? groupPart(name) : (fixedParts[path] as () => OpenApiPart)()))
    this.kept.set(path, { definitions: [], document })
    return document
  }

  /** The core group's is `api`; a group that is all of CustomResourceDefinitions has none, as upstream. */
  private hasDocument(name: string): boolean {
    const group = name === '' ? undefined : this.source.registry.group(name)
    return group !== undefined && group.versions.length > 0 && !group.allDefinitions().every(isCustom)
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
    return keep(openApiV3Document({ group, version }, resources.map(openApiResource), this.publish))
  }
}

async function keep(document: JsonObject): Promise<OpenApiDocument> {
  const json = Buffer.from(stringifyJson(document))
  return { gzipped: await gzip(json), hash: createHash('sha512').update(json).digest('hex').toUpperCase() }
}

const isCustom = ({ rules }: ResourceDefinition) => rules?.customResource === true

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
    custom: isCustom(resource.definition),
    // What is finalized goes later than its deletion is answered: upstream's document promises no object then.
    answersWithDeleted:
      resource.definition.rules?.returnsDeletedObject === true && !resource.version.subresources?.finalize,
  }
}
