import { errors } from '../../meta/status.js'
import type { UserInfo } from '../../meta/user.js'
import type { Authorizer } from '../../registry/authorizer.js'
import type { ComputedVerbs } from '../../registry/computed-verbs.js'

/** SelfSubjectReview: who the caller is (API-SEMANTICS A07). `now`: RFC 3339, whole seconds. */
export function selfSubjectReview(now: () => string): ComputedVerbs {
  return {
    create: ({ user }, { apiVersion, kind }) => {
      const metadata = { creationTimestamp: now() }
      return { kind, apiVersion, metadata, status: { userInfo: userInfoOf(user) } }
    },
  }
}

/** SelfSubjectRulesReview: what the caller may do in a namespace. */
export function selfSubjectRulesReview(authorizer: Authorizer): ComputedVerbs {
  return {
    create: async ({ user }, { apiVersion, kind, spec }) => {
      const { namespace } = (spec ?? {}) as { namespace?: string }
      if (!namespace) throw errors.badRequest('no namespace on request')
      const { error, ...rules } = await authorizer.rulesFor(user, namespace)
      const status = error === undefined ? rules : { ...rules, evaluationError: error }
      return { kind, apiVersion, metadata: {}, spec: {}, status }
    },
  }
}

/** As authentication/v1 UserInfo. */
export function userInfoOf({ name, uid, groups, extra }: UserInfo): object {
  return {
    ...(name === '' ? {} : { username: name }),
    ...(uid ? { uid } : {}),
    ...(groups.length > 0 ? { groups } : {}),
    ...(extra && Object.keys(extra).length > 0 ? { extra } : {}),
  }
}
