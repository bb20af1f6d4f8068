import type { RequestInfo } from '../meta/request-info.js'
import type { UserInfo } from '../meta/user.js'

/** What a request wants to do, as an authorizer sees it (API-SEMANTICS 9.2). */
export interface AuthorizationAttributes extends Omit<RequestInfo, 'rest'> {
  readonly user: UserInfo
}

type OfResource = Pick<AuthorizationAttributes, 'user' | 'verb' | 'group' | 'resource' | 'name'>

/** What somebody wants to do with a resource, where that is no request of its own: to impersonate, bind, sign, … */
export function resourceAttributes(given: OfResource & Partial<AuthorizationAttributes>): AuthorizationAttributes {
  return { isResourceRequest: true, path: '', version: '*', subresource: '', namespace: '', ...given }
}

export interface AuthorizationDecision {
  readonly allowed: boolean
  /** Empty unless there is something to say; a denial's reason ends the Forbidden message (E06). */
  readonly reason: string
}

/** Decides; never throws for a denial. */
export interface Authorizer {
  authorize(attributes: AuthorizationAttributes): AuthorizationDecision | Promise<AuthorizationDecision>
  /** What a user may do in a namespace, as far as it can be listed. */
  rulesFor(user: UserInfo, namespace: string): UserRules | Promise<UserRules>
}

/** What SelfSubjectRulesReview answers with. */
export interface UserRules {
  readonly resourceRules: readonly ResourceRule[]
  readonly nonResourceRules: readonly NonResourceRule[]
  /** There may be more that the user may do. */
  readonly incomplete: boolean
  /** Why it is incomplete. */
  readonly error?: string
}

/** Lists as in a role: `*` is all; no resourceNames: any. */
export interface ResourceRule {
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
}

export interface NonResourceRule {
  readonly verbs: readonly string[]
  readonly nonResourceURLs: readonly string[]
}
