import type { IncomingMessage, ServerResponse } from 'node:http'
import type { KindTypes } from '../codec/protobuf/protobuf.js'
import type { RequestInfo } from '../meta/request-info.js'
import type { UserInfo } from '../meta/user.js'
import type { Caller } from '../registry/backend.js'

/** One request on its way through the handlers. */
export interface Call extends Caller {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly info: RequestInfo
  readonly query: URLSearchParams
  readonly user: UserInfo
  /** Protobuf types of the kinds that have them. */
  readonly protobuf: KindTypes | undefined
  /** Where the request is noted; undefined: nowhere. */
  readonly audit?: CallAudit | undefined
}

/** What is noted of a call on its way. */
export interface CallAudit {
  requestBody(bytes: Buffer, contentType: string | undefined): void
}

/** An answer that is not a stream. */
export interface Answer {
  readonly code: number
  readonly type: string
  /** Parts are sent one after the other, without being put together in memory. */
  readonly body: Buffer | string | readonly Buffer[]
  /** The body is compressed already; who does not take gzip gets it unpacked. */
  readonly gzipped?: true
  readonly headers?: Readonly<Record<string, string>>
}
