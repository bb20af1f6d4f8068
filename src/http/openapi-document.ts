import { parseJson } from '../codec/json.js'
import type { JsonObject } from '../meta/object.js'
import { gunzip } from './compress.js'

/** A document as it is kept: compressed, since there are megabytes of them and clients take them so. */
export interface OpenApiDocument {
  readonly gzipped: Buffer
  /** Upper-case hex SHA-512 of the JSON, as upstream's. */
  readonly hash: string
}

/** The document as a tree. */
export async function readDocument({ gzipped }: OpenApiDocument): Promise<JsonObject> {
  return parseJson(await gunzip(gzipped)) as JsonObject
}
