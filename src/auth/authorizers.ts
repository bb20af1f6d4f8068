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
const allowAuthenticated: Authorizer = {
  authorize(attributes) {
    return isMember(attributes.user) || isOpen(attributes) ? allowed : denied
  },
  rulesFor: (user) => (isMember(user) ? everything : openOnly),
}

/** Mode RBAC as far as it needs no roles: system:masters may do everything, nobody else anything. */
const allowMasters: Authorizer = {
  authorize: (attributes) => (attributes.user.groups.includes(groupMasters) || isOpen(attributes) ? allowed : denied),
  rulesFor: ({ groups }) => (groups.includes(groupMasters) ? everything : openOnly),
}

export function createAuthorizer(mode: 'AlwaysAllow' | 'RBAC'): Authorizer {
  return mode === 'RBAC' ? allowMasters : allowAuthenticated
}
