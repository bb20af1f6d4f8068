import type { PolicyExpressions } from '../../schema/admission/policy-expressions.js'
import type { MatchResources } from './match-resources.js'

/** The spec of either kind of policy. */
export interface PolicySpec extends PolicyExpressions {
  readonly failurePolicy?: string
  readonly matchConstraints?: MatchResources
  readonly reinvocationPolicy?: string
}
