import type { Authorizer } from '../../registry/authorizer.js'
import type { ComputedVerbs } from '../../registry/computed-verbs.js'
import type { TokenAuthentication } from '../bearer-tokens.js'
import { accessReview } from './access-review.js'
import { selfSubjectReview, selfSubjectRulesReview } from './self-reviews.js'
import { tokenReview } from './token-review.js'

export interface ReviewServices {
  readonly authorizer: Authorizer
  readonly tokens: TokenAuthentication
  /** RFC 3339, whole seconds. */
  now(): string
}

/** What is served of the groups authentication.k8s.io and authorization.k8s.io, by `<group>/<plural>`. */
export function reviews({ authorizer, tokens, now }: ReviewServices): Readonly<Record<string, ComputedVerbs>> {
  return {
    'authentication.k8s.io/selfsubjectreviews': selfSubjectReview(now),
    'authentication.k8s.io/tokenreviews': tokenReview(tokens),
    'authorization.k8s.io/localsubjectaccessreviews': accessReview(authorizer, 'namespace'),
    'authorization.k8s.io/selfsubjectaccessreviews': accessReview(authorizer, 'self'),
    'authorization.k8s.io/selfsubjectrulesreviews': selfSubjectRulesReview(authorizer),
    'authorization.k8s.io/subjectaccessreviews': accessReview(authorizer, 'cluster'),
  }
}
