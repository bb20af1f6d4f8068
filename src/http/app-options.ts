import type Router from '@koa/router'
import type { Auditor } from '../auth/audit/auditor.js'
import type { Authenticator } from '../auth/authentication.js'
import type { Authorities } from '../auth/client-certificate.js'
import type { KubectlControl } from '../auth/kubectl-control.js'
import type { OpenIdDocuments } from '../auth/tokens/openid.js'
import type { KindTypes } from '../codec/protobuf/protobuf.js'
import type { Log } from '../meta/log.js'
import type { RequestInfo } from '../meta/request-info.js'
import type { Authorizer } from '../registry/authorizer.js'
import type { Backend } from '../registry/backend.js'
import type { PublishKind } from '../schema/openapi-resource.js'
import type { Aggregation } from './aggregation.js'
import type { HealthCheck } from './health.js'
import type { InflightOptions } from './inflight-limits.js'
import type { Watches } from './watches.js'

/** What the HTTP side of a server is made of. */
export interface AppOptions {
  readonly backend: Backend
  readonly authenticate: Authenticator
  /** Whose certificates are believed now. */
  authorities(): Authorities
  readonly authorizer: Authorizer
  readonly openId: OpenIdDocuments
  readonly kubectl: KubectlControl
  /** Undefined: nothing is noted. */
  readonly auditor: Auditor | undefined
  readonly aggregation: Aggregation
  readonly checks: readonly HealthCheck[]
  /** Milliseconds for everything but watches. */
  readonly requestTimeout: number
  readonly version: string
  /** Protobuf types of built-in kinds. */
  readonly protobuf: KindTypes | undefined
  /** OpenAPI schemas of built-in kinds. */
  readonly publishKind: PublishKind
  readonly inflight: InflightOptions
  /** `/debug` is served. */
  readonly profiling: boolean
  readonly log: Log
  /** Serves what lies below `/wukong`, behind the same authentication and authorization. */
  mountExtensions(router: Router, openWatch: OpenWatch): void
  /** The request to the API that one below `/wukong` equals, as which it is authorised, limited and audited. */
  equalRequest(method: string, path: string, query: URLSearchParams): RequestInfo | undefined
}

/** Begins a watch with frames of another shape than the API's. */
export type OpenWatch = Watches['send']
