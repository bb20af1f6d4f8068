import type { AuthorizationDecision, Authorizer, ResourceRule, UserRules } from '../../registry/authorizer.js'
import type { RoleIndex } from './role-index.js'

/** Mode RBAC: what roles grant, and nothing else (API-SEMANTICS A20, A21). */
export function rbacAuthorizer(index: RoleIndex): Authorizer {
  return {
    authorize(attributes) {
      let granted: AuthorizationDecision | undefined
      const missing: string[] = []
      index.visit(attributes.user, attributes.namespace, {
        role: (role, why) => {
          if (!role.allows(attributes)) return false
          granted = new Granted(why)
          return true
        },
        error: (message) => void missing.push(message),
      })
      if (granted) return granted
      return { allowed: false, reason: missing.length === 0 ? '' : `RBAC: ${aggregate(missing)}` }
    },
    rulesFor(user, namespace): UserRules {
      const { rules, errors } = index.rulesOf(user, namespace)
      const resourceRules = rules.flatMap(({ verbs, apiGroups = [], resources = [], resourceNames = [] }) => {
        if (resources.length === 0) return []
        const names = resourceNames.length === 0 ? {} : { resourceNames }
        return [{ verbs: verbs ?? [], apiGroups, resources, ...names } satisfies ResourceRule]
      })
      const nonResourceRules = rules.flatMap(({ verbs, nonResourceURLs = [] }) =>
        nonResourceURLs.length === 0 ? [] : [{ verbs: verbs ?? [], nonResourceURLs }],
      )
      const error = errors.length === 0 ? {} : { error: aggregate(errors) }
      return { resourceRules, nonResourceRules, incomplete: false, ...error }
    },
  }
}

/** By what somebody is allowed is a text that few ask for. */
class Granted implements AuthorizationDecision {
  readonly allowed = true

  constructor(private readonly why: () => string) {}

  get reason(): string {
    return `RBAC: allowed by ${this.why()}`
  }
}

/** Several errors in one text, as Go's utilerrors.NewAggregate has it: each once. */
function aggregate(messages: readonly string[]): string {
  const different = [...new Set(messages)]
  return different.length === 1 ? (different[0] as string) : `[${different.join(', ')}]`
}
