import { errors } from '../../meta/status.js'
import type { ComputedVerbs } from '../../registry/computed-verbs.js'
import type { TokenAuthentication } from '../bearer-tokens.js'
import { userInfoOf } from './self-reviews.js'

/** TokenReview: whose a token is (API-SEMANTICS A07). Bad tokens are an answer, not an error. */
export function tokenReview(tokens: TokenAuthentication): ComputedVerbs {
  return {
    create: async (_call, review) => {
      const { token = '', audiences = [] } = (review.spec ?? {}) as { token?: string; audiences?: string[] }
      if (token === '') throw errors.badRequest('token is required for TokenReview in authentication')
      const found = await tokens.authenticate(token, audiences)
      const status =
        'error' in found
          ? { user: {}, error: found.error }
          : { authenticated: true, user: userInfoOf(found.user), audiences: found.audiences }
      return { ...review, status }
    },
  }
}
