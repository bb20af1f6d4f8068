import { createHash } from 'node:crypto'
import { stringifyJson } from '../codec/json.js'
import type { JsonObject } from '../meta/object.js'
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
      const parts = openApiV2Parts(await readDocument(document))
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

function inOrder(parts: ReadonlyMap<string, Buffer>): Buffer[] {
  return [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bytes]) => bytes)
}
