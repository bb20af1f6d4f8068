import { groupAuthenticated, groupMasters, type UserInfo } from '../meta/user.js'
import type { AuthorizationAttributes, AuthorizationDecision, Authorizer, UserRules } from '../registry/authorizer.js'

/** What everybody may ask, so that probes and load balancers need no credentials. Their checks one by one are not open. */
const openPaths = new Set(['/healthz', '/livez', '/readyz', '/version', '/version/'])

const allowed: AuthorizationDecision = { allowed: true, reason: '' }
const denied: AuthorizationDecision = { allowed: false, reason: '' }

function isMember({ groups }: UserInfo): boolean {
  return groups.includes(groupAuthenticated) || groups.includes(groupMasters)
}

function isOpen({ isResourceRequest, verb, path }: AuthorizationAttributes): boolean {
  return !isResourceRequest && (verb === 'get' || verb === 'head') && openPaths.has(path)
}

const openRule = { verbs: ['get'], nonResourceURLs: [...openPaths].sort() }
const everything: UserRules = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  incomplete: false,
}
const openOnly: UserRules = { resourceRules: [], nonResourceRules: [openRule], incomplete: false }

/** Mode AlwaysAllow: who is authenticated may do everything. Unlike upstream, nobody else may. */
export const allowAuthenticated: Authorizer = {
  authorize(attributes) {
    return isMember(attributes.user) || isOpen(attributes) ? allowed : denied
  },
  rulesFor: (user) => (isMember(user) ? everything : openOnly),
}

/**
 * Asks each in turn, until one allows; system:masters may do everything in every mode (API-SEMANTICS A20, A25).
 * `authorizers` are those of the modes, in their order.
 */
export function createAuthorizer(authorizers: readonly Authorizer[]): Authorizer {
  return {
    authorize(attributes) {
      if (attributes.user.groups.includes(groupMasters)) return allowed
      return ask(authorizers, attributes, 0, [])
    },
    async rulesFor(user, namespace) {
      const all = await Promise.all(authorizers.map((authorizer) => authorizer.rulesFor(user, namespace)))
      const problems = all.flatMap(({ error }) => error ?? [])
      return {
        resourceRules: all.flatMap(({ resourceRules }) => resourceRules),
        nonResourceRules: all.flatMap(({ nonResourceRules }) => nonResourceRules),
        incomplete: all.some(({ incomplete }) => incomplete),
        ...(problems.length === 0 ? {} : { error: problems.join(', ') }),
      }
    },
  }
}

/** Waits only for an authorizer that makes it wait. */
function ask(
  authorizers: readonly Authorizer[],
  attributes: AuthorizationAttributes,
  from: number,
  reasons: readonly string[],
): AuthorizationDecision | Promise<AuthorizationDecision> {
  const authorizer = authorizers[from]
  if (!authorizer) return reasons.length === 0 ? denied : { allowed: false, reason: reasons.join('\n') }
  const next = (decision: AuthorizationDecision) => {
    if (decision.allowed) return decision
    return ask(authorizers, attributes, from + 1, decision.reason === '' ? reasons : [...reasons, decision.reason])
  }
  const decision = authorizer.authorize(attributes)
  return decision instanceof Promise ? decision.then(next) : next(decision)
}
