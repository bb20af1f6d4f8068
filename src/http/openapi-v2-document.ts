import { createHash } from 'node:crypto'
import { stringifyJson } from '../codec/json.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import { metaPackage } from '../schema/openapi-names.js'
import { openApiV2Head, openApiV2Parts } from '../schema/openapi-v2.js'
import { encodeDefinitionV2, encodeDocumentV2, encodePathV2 } from '../schema/openapi-v2-protobuf.js'
import { gzip } from './compress.js'
import { type OpenApiDocument, readDocument } from './openapi-document.js'
import type { OpenApiDocuments } from './openapi-documents.js'

type Form = 'json' | 'protobuf'

/** How a document is written, part by part: only one group version's is ever there as a tree. */
interface Writing {
  path(name: string, item: JsonObject): Buffer
  definition(name: string, schema: JsonObject): Buffer
  whole(head: JsonObject, paths: readonly Buffer[], definitions: readonly Buffer[]): Buffer[]
}

const jsonMember = (name: string, value: JsonObject) => Buffer.from(`${JSON.stringify(name)}:${stringifyJson(value)}`)

const writings: Readonly<Record<Form, Writing>> = {
  json: {
    path: jsonMember,
    definition: jsonMember,
    whole: (head, paths, definitions) => [
      Buffer.from(`${stringifyJson(head).slice(0, -1)},"paths":{`),
      ...separated(paths),
      Buffer.from('},"definitions":{'),
      ...separated(definitions),
      Buffer.from('}}'),
    ],
  },
  protobuf: { path: encodePathV2, definition: encodeDefinitionV2, whole: encodeDocumentV2 },
}

function separated(parts: readonly Buffer[]): Buffer[] {
  return parts.flatMap((part, i) => (i === 0 ? [part] : [Buffer.from(','), part]))
}

/** The OpenAPI v2 document of all that is served, merged from the v3 ones (API-SEMANTICS D40 to D42). */
export class OpenApiV2Document {
  private readonly kept = new Map<Form, { of: string; document: Promise<OpenApiDocument & { made: Date }> }>()

  constructor(private readonly documents: OpenApiDocuments) {}

  async in(form: Form): Promise<OpenApiDocument & { made: Date }> {
    const hashes: string[] = []
    for await (const [path, { hash }] of this.documents.all()) hashes.push(path, hash)
    const of = hashes.join()
    const known = this.kept.get(form)
    if (known?.of === of) return known.document
    const document = this.make(writings[form])
    this.kept.set(form, { of, document })
    return document
  }

  private async make(writing: Writing): Promise<OpenApiDocument & { made: Date }> {
    const [paths, definitions] = [new Map<string, Buffer>(), new Map<string, Buffer>()]
    for await (const [path, document] of this.documents.all()) {
      const read = openApiV2Parts(await readDocument(document))
      const names = freeNames(read.definitions, (name, schema) => {
        const known = definitions.get(name)
        return known === undefined || isShared(name) || known.equals(writing.definition(name, schema))
      })
      const parts = names.size === 0 ? read : withNames(read, names)
      for (const [name, item] of Object.entries(parts.paths)) {
        // Another server may tell more than is reached through this one.
        if (name.startsWith(`/${path}`)) paths.set(name, writing.path(name, item as JsonObject))
      }
      for (const [name, schema] of Object.entries(parts.definitions)) {
        if (!definitions.has(name)) definitions.set(name, writing.definition(name, schema as JsonObject))
      }
    }
    const bytes = Buffer.concat(writing.whole(openApiV2Head(), inOrder(paths), inOrder(definitions)))
    const hash = createHash('sha512').update(bytes).digest('hex').toUpperCase()
    return { gzipped: await gzip(bytes), hash, made: new Date() }
  }
}

/** Of one meaning everywhere, though each document names other kinds beside them. */
const isShared = (name: string) => name.startsWith(`${metaPackage}.`)

type Definitions = Readonly<Record<string, unknown>>

/**
 * New names, by the old ones, of definitions that share theirs with another one (API groups of other servers choose their
 * names by themselves): `…_v2`, and so on, as upstream's.
 */
function freeNames(definitions: Definitions, fits: (name: string, schema: JsonObject) => boolean): Map<string, string> {
  const names = new Map<string, string>()
  for (const [name, schema] of Object.entries(definitions)) {
    let free = name
    for (let n = 2; !fits(free, schema as JsonObject); n++) free = `${name}_v${n}`
    if (free !== name) names.set(name, free)
  }
  return names
}

const reference = '#/definitions/'

/** The same with other names, wherever something refers to them. */
function withNames<T extends { readonly definitions: Definitions }>(parts: T, names: ReadonlyMap<string, string>): T {
  const renamed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(renamed)
    if (!isJsonObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, memberOf(key, member)]))
  }
  const memberOf = (key: string, member: unknown) => {
    if (key !== '$ref' || typeof member !== 'string') return renamed(member)
    const name = member.slice(reference.length)
    return member.startsWith(reference) ? `${reference}${names.get(name) ?? name}` : member
  }
  const whole = renamed(parts) as T
  const definitions = Object.entries(whole.definitions).map(([name, schema]) => [names.get(name) ?? name, schema])
  return { ...whole, definitions: Object.fromEntries(definitions) as Definitions }
}

function inOrder(parts: ReadonlyMap<string, Buffer>): Buffer[] {
  return [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bytes]) => bytes)
}
