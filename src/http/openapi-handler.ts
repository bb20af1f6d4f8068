import type { Registry } from '../registry/registry.js'
import type { PublishKind } from '../schema/openapi-resource.js'
import { encodeDocumentV3 } from '../schema/openapi-v3-protobuf.js'
import { parseAccept } from './accept.js'
import type { Aggregation } from './aggregation.js'
import type { Answer, Call } from './call.js'
import { gzip } from './compress.js'
import { type OpenApiDocument, readDocument } from './openapi-document.js'
import { OpenApiDocuments } from './openapi-documents.js'
import { OpenApiV2Document } from './openapi-v2-document.js'
import { plainText } from './plain-text.js'

const year = 31_536_000_000

/** Serves `/openapi/v3` and `/openapi/v2` (API-SEMANTICS 1.4, 1.5). */
export class OpenApiHandler {
  private readonly documents: OpenApiDocuments
  private readonly v2: OpenApiV2Document

  constructor(registry: Registry, aggregation: Aggregation, publish: PublishKind) {
    this.documents = new OpenApiDocuments({ registry, aggregation }, publish)
    this.v2 = new OpenApiV2Document(this.documents)
  }

  /** `/openapi/v3` (D50); as upstream, the JSON goes as text. */
  async index(): Promise<Answer> {
    const paths: Record<string, { serverRelativeURL: string }> = {}
    for await (const [path, { hash }] of this.documents.all()) {
      paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }
    }
    return { code: 200, type: 'text/plain; charset=utf-8', body: JSON.stringify({ paths }) }
  }

  /** `/openapi/v3/<path>` (D51, D54). */
  async document({ info, query, request }: Call): Promise<Answer> {
    const path = info.path.replace(/^\/openapi\/v3\//, '').replace(/\/$/, '')
    const found = await this.documents.document(path)
    // Upstream's says nothing.
    if (!found) return { code: 404, type: 'text/plain', body: '' }
    const form = documentForm(request.headers.accept, 'v3')
    if (!form) return { ...plainText(406, ''), headers: { Vary: 'Accept' } }
    const asked = query.get('hash')
    if (asked !== null && asked !== found.hash) {
      const Location = `/openapi/v3/${path}?hash=${found.hash}`
      return { code: 301, type: form.type, body: '', headers: { Location } }
    }
    const forever = {
      'Cache-Control': 'public, immutable',
      Expires: new Date(Date.now() + year).toUTCString(),
    }
    const headers = { Vary: 'Accept', ...(asked === null ? {} : forever) }
    const body = form.isProtobuf ? await protobufOf(found) : found.gzipped
    return tagged(request.headers['if-none-match'], found.hash, { type: form.type, body, headers })
  }

  /** `/openapi/v2` (D40). */
  async merged({ request }: Call): Promise<Answer> {
    const form = documentForm(request.headers.accept, 'v2')
    if (!form) return { ...plainText(406, ''), headers: { Vary: 'Accept' } }
    const { gzipped, hash, made } = await this.v2.in(form.isProtobuf ? 'protobuf' : 'json')
    const headers = { Vary: 'Accept', 'Last-Modified': made.toUTCString() }
    return tagged(request.headers['if-none-match'], hash, { type: form.type, body: gzipped, headers })
  }
}

async function protobufOf(document: OpenApiDocument): Promise<Buffer> {
  return gzip(encodeDocumentV3(await readDocument(document)))
}

function tagged(
  known: string | undefined,
  hash: string,
  { type, body, headers }: { type: string; body: Buffer; headers: Record<string, string> },
): Answer {
  const ETag = `"${hash}"`
  if (known === ETag) return { code: 304, type, body: '', headers: { ...headers, ETag } }
  return { code: 200, type, body, gzipped: true, headers: { ...headers, ETag } }
}

interface Form {
  readonly type: string
  readonly isProtobuf: boolean
}

/** The first form the client names that there is; kubectl writes the media type with an `@`, which is none. */
function documentForm(accept: string | undefined, version: 'v2' | 'v3'): Form | undefined {
  const protobuf = `application/com.github.proto-openapi.spec.${version}.v1.0+protobuf`
  const names = new Set([protobuf, protobuf.replace(`${version}.v1.0`, `${version}@v1.0`)])
  if (!accept) return { type: 'application/json', isProtobuf: false }
  for (const { type } of parseAccept(accept)) {
    if (names.has(type)) return { type: protobuf, isProtobuf: true }
    if (type === 'application/json' || type === 'application/*' || type === '*/*') {
      return { type: 'application/json', isProtobuf: false }
    }
  }
  return undefined
}
