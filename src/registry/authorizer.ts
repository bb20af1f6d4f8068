import type { UserInfo } from '../meta/user.js'

/** What a request wants to do, as an authorizer sees it (API-SEMANTICS 9.2). */
export interface AuthorizationAttributes {
  readonly user: UserInfo
  readonly verb: string
  readonly isResourceRequest: boolean
  readonly path: string
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
}

export interface AuthorizationDecision {
  readonly allowed: boolean
  /** Empty unless there is something to say; a denial's reason ends the Forbidden message (E06). */
  readonly reason: string
}

/** Decides; never throws for a denial. */
export interface Authorizer {
  authorize(attributes: AuthorizationAttributes): AuthorizationDecision | Promise<AuthorizationDecision>
}
