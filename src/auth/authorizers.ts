import { groupAuthenticated, groupMasters } from '../meta/user.js'
import type { AuthorizationAttributes, AuthorizationDecision, Authorizer } from '../registry/authorizer.js'

/** What everybody may ask, so that probes and load balancers need no credentials. Their checks one by one are not open. */
const openPaths = new Set(['/healthz', '/livez', '/readyz', '/version', '/version/'])

const allowed: AuthorizationDecision = { allowed: true, reason: '' }
const denied: AuthorizationDecision = { allowed: false, reason: '' }

function isOpen({ isResourceRequest, verb, path }: AuthorizationAttributes): boolean {
  return !isResourceRequest && (verb === 'get' || verb === 'head') && openPaths.has(path)
}

/** Mode AlwaysAllow: who is authenticated may do everything. Unlike upstream, nobody else may. */
const allowAuthenticated: Authorizer = {
  authorize(attributes) {
    const { groups } = attributes.user
    return groups.includes(groupAuthenticated) || groups.includes(groupMasters) || isOpen(attributes) ? allowed : denied
  },
}

/** Mode RBAC as far as it needs no roles: system:masters may do everything, nobody else anything. */
const allowMasters: Authorizer = {
  authorize: (attributes) => (attributes.user.groups.includes(groupMasters) || isOpen(attributes) ? allowed : denied),
}

export function createAuthorizer(mode: 'AlwaysAllow' | 'RBAC'): Authorizer {
  return mode === 'RBAC' ? allowMasters : allowAuthenticated
}
