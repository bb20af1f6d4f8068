import type { KubeObject } from '../../meta/object.js'
import type { SelectorObject } from '../../meta/selector-object.js'
import type { PolicyExpressions } from '../../schema/admission/policy-expressions.js'
import type { MatchConstraints } from '../matching/matcher.js'
import type { ResourceRule } from '../matching/resource-rule.js'

/** matchConstraints of a policy, matchResources of a binding. */
interface MatchResources {
  readonly resourceRules?: readonly ResourceRule[]
  readonly excludeResourceRules?: readonly ResourceRule[]
  readonly matchPolicy?: string
  readonly namespaceSelector?: SelectorObject
  readonly objectSelector?: SelectorObject
}

/** What both kinds of policies have (admissionregistration.k8s.io/v1). */
export interface PolicySpec extends PolicyExpressions {
  readonly matchConstraints?: MatchResources
  readonly failurePolicy?: 'Fail' | 'Ignore'
  readonly reinvocationPolicy?: string
}

export interface ParamRef {
  readonly name?: string
  readonly namespace?: string
  readonly selector?: SelectorObject
  readonly parameterNotFoundAction?: string
}

export interface Binding {
  readonly name: string
  readonly policyName: string
  readonly paramRef?: ParamRef
  /** undefined: all that the policy is about. */
  readonly constraints?: MatchConstraints
  readonly validationActions: readonly string[]
}

export function constraintsOf(match: MatchResources): MatchConstraints {
  const { resourceRules = [], excludeResourceRules = [], ...selectors } = match
  return { ...selectors, rules: resourceRules, excludeRules: excludeResourceRules }
}

export function bindingOf(object: KubeObject): Binding {
  const spec = object.spec as {
    readonly policyName?: string
    readonly paramRef?: ParamRef
    readonly matchResources?: MatchResources
    readonly validationActions?: readonly string[]
  }
  const { policyName = '', paramRef, matchResources, validationActions = [] } = spec
  return {
    name: object.metadata.name ?? '',
    policyName,
    validationActions,
    ...(paramRef ? { paramRef } : {}),
    ...(matchResources ? { constraints: bindingConstraints(matchResources) } : {}),
  }
}

/** A binding without rules is about all resources. */
function bindingConstraints(match: MatchResources): MatchConstraints {
  const all = { operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*', '*/*'] }
  const constraints = constraintsOf(match)
  return constraints.rules.length === 0 ? { ...constraints, rules: [all] } : constraints
}
