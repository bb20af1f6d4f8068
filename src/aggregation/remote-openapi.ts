import { createHash } from 'node:crypto'
import { parseJson } from '../codec/json.js'
import { gzip } from '../http/compress.js'
import type { OpenApiDocument } from '../http/openapi-document.js'
import { isJsonObject } from '../meta/object.js'
import { ask } from './question.js'
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
 * The OpenAPI v3 document of a group version, as another server has it; `known` where that has not changed, undefined
 * where there is none (API-SEMANTICS A82).
 * @throws Error when it can't be had, or is none
 */
export async function fetchOpenApi(
  server: RemoteServer,
  path: string,
  known: FetchedOpenApi | undefined,
): Promise<FetchedOpenApi | undefined> {
  const index = parseJson(await ask(server, { ...question, path: '/openapi/v3' }))
  const entry = isJsonObject(index) && isJsonObject(index.paths) ? index.paths[path] : undefined
  const url = isJsonObject(entry) ? entry.serverRelativeURL : undefined
  if (typeof url !== 'string' || !url.startsWith('/openapi/v3/')) return undefined
  if (url === known?.url) return known
  const body = await ask(server, { ...question, path: url })
  const document = parseJson(body)
  if (!isJsonObject(document) || typeof document.openapi !== 'string' || !isJsonObject(document.paths)) {
    throw new Error(`what is at ${url} is no OpenAPI document`)
  }
  const hash = createHash('sha512').update(body).digest('hex').toUpperCase()
  return { url, document: { gzipped: await gzip(body), hash } }
}
