import { createHash } from 'node:crypto'
import { parseJson, stringifyJson } from '../codec/json.js'
import { gzip } from '../http/compress.js'
import type { OpenApiDocument } from '../http/openapi-document.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import { openApiV3FromV2 } from '../schema/openapi-v2-to-v3.js'
import { ask, NotDone } from './question.js'
import type { RemoteServer } from './remote-server.js'

/** As upstream's; every user may read these documents. */
const user = { name: 'system:aggregator', groups: [] }
const question = { user, accept: 'application/json', timeout: 10_000, maxBytes: 16 * 1024 * 1024 }

/** A document, and where it was found: the address changes with it. */
export interface FetchedOpenApi {
  readonly url: string
  readonly document: OpenApiDocument
}

/**
 * The OpenAPI v3 document of a group version, as another server has it, or made of its v2 document where it has no other;
 * `known` where that has not changed, undefined where there is none (API-SEMANTICS A82).
 * @throws Error when it can't be had, or is none
 */
export async function fetchOpenApi(
  server: RemoteServer,
  path: string,
  known: FetchedOpenApi | undefined,
): Promise<FetchedOpenApi | undefined> {
  const found = await ask(server, { ...question, path: '/openapi/v3' }).catch(unlessAbsent)
  if (!found) return fetchOlderForm(server, known)
  const index = parseJson(found)
  const entry = isJsonObject(index) && isJsonObject(index.paths) ? index.paths[path] : undefined
  const url = isJsonObject(entry) ? entry.serverRelativeURL : undefined
  if (typeof url !== 'string' || !url.startsWith('/openapi/v3/')) return undefined
  if (url === known?.url) return known
  const body = await ask(server, { ...question, path: url })
  checkDocument(parseJson(body), 'openapi', url)
  return { url, document: await documentOf(body) }
}

async function fetchOlderForm(server: RemoteServer, known: FetchedOpenApi | undefined) {
  const path = '/openapi/v2'
  const body = await ask(server, { ...question, path }).catch(unlessAbsent)
  if (!body) return undefined
  const url = `${path}#${hashOf(body)}`
  if (url === known?.url) return known
  const json = stringifyJson(openApiV3FromV2(checkDocument(parseJson(body), 'swagger', path)))
  return { url, document: await documentOf(Buffer.from(json)) }
}

function unlessAbsent(error: unknown): undefined {
  if (!(error instanceof NotDone) || error.code !== 404) throw error
}

function checkDocument(document: unknown, version: 'openapi' | 'swagger', url: string): JsonObject {
  if (isJsonObject(document) && typeof document[version] === 'string' && isJsonObject(document.paths)) return document
  throw new Error(`what is at ${url} is no OpenAPI document`)
}

async function documentOf(body: Buffer): Promise<OpenApiDocument> {
  return { gzipped: await gzip(body), hash: hashOf(body) }
}

function hashOf(body: Buffer): string {
  return createHash('sha512').update(body).digest('hex').toUpperCase()
}
