import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JsonObject } from '../meta/object.js'
import type { UserInfo } from '../meta/user.js'
import type { OpenApiDocument } from './openapi-document.js'

/** A group, and its versions as discovery tells them: the preferred one first. */
export interface GroupVersions {
  readonly name: string
  readonly versions: readonly string[]
}

/** Other servers that are reached through this one, and which groups come first (API-SEMANTICS 9.5). */
export interface Aggregation {
  /** Of the groups that are served here and of all others, in discovery's order (D02). */
  inOrder(local: readonly GroupVersions[]): GroupVersions[]
  /** Undefined: another server does not serve it. Costs nothing where there is none. */
  remote(group: string, version: string): RemoteGroupVersion | undefined
  /** Calls `listener` whenever an answer of the above may have become another. */
  onChange(listener: () => void): void
  /** Ends what has been passed on and goes on. */
  endStreams(): void
}

/** A group version of another server. */
export interface RemoteGroupVersion {
  /** As aggregated discovery has them; undefined: it has not told yet. */
  readonly resources: readonly JsonObject[] | undefined
  /** It can't be reached now: what is known of it may be wrong (D25). */
  readonly isStale: boolean
  /** Its OpenAPI v3 document, as far as it is known. */
  readonly openApi: OpenApiDocument | undefined
  /**
   * Passes a request on. Resolves when the answer has begun; what follows streams by itself.
   * @throws StatusError or TextError when there is none
   */
  pass(request: PassedRequest): Promise<void>
}

export interface PassedRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** For whom, whatever the request's own headers say. */
  readonly user: UserInfo
  /** Milliseconds that all of it may take; undefined: as long as it likes. */
  readonly timeout: number | undefined
}
