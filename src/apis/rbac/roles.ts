import { type FieldError, fieldError } from '../../meta/field-error.js'
import type { KubeObject } from '../../meta/object.js'
import { type SelectorObject, validateSelector } from '../../meta/selector-object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { each } from '../field-checks.js'

interface PolicyRule {
  readonly verbs?: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}

interface Role extends KubeObject {
  readonly rules?: readonly PolicyRule[]
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly SelectorObject[] }
}

const asRole = (object: KubeObject) => object as Role

/** rbac.authorization.k8s.io/v1 Role. */
export const roles: BuiltinKind = {
  strategy: { validate: (role) => each(asRole(role).rules, 'rules', validateNamespacedRule) },
}

/** rbac.authorization.k8s.io/v1 ClusterRole. */
export const clusterRoles: BuiltinKind = {
  strategy: {
    validate: (role) => [
      ...each(asRole(role).rules, 'rules', validateRule),
      ...validateAggregation(asRole(role).aggregationRule),
    ],
  },
}

function validateAggregation(rule: Role['aggregationRule']): FieldError[] {
  if (!rule) return []
  const path = 'aggregationRule.clusterRoleSelectors'
  const { clusterRoleSelectors: selectors = [] } = rule
  if (selectors.length === 0) {
    const why = 'at least one clusterRoleSelector required if aggregationRule is non-nil'
    return [fieldError.required(path, why)]
  }
  return each(selectors, path, (selector, at) => {
    const found = validateSelector(selector, at)
    return found.length > 0 ? [...found, fieldError.invalid(at, null, 'invalid label selector.')] : []
  })
}

function validateNamespacedRule(rule: PolicyRule, path: string): FieldError[] {
  const urls = rule.nonResourceURLs ?? []
  const why = 'namespaced rules cannot apply to non-resource URLs'
  const found = urls.length > 0 ? [fieldError.invalid(`${path}.nonResourceURLs`, urls, why)] : []
  const [verbs, rest] = [validateVerbs(rule, path), validateWhat(rule, path)]
  return [...verbs, ...found, ...rest]
}

function validateRule(rule: PolicyRule, path: string): FieldError[] {
  return [...validateVerbs(rule, path), ...validateWhat(rule, path)]
}

function validateVerbs({ verbs = [] }: PolicyRule, path: string): FieldError[] {
  return verbs.length > 0 ? [] : [fieldError.required(`${path}.verbs`, 'verbs must contain at least one value')]
}

/** A rule is about resources or about paths. */
function validateWhat(rule: PolicyRule, path: string): FieldError[] {
  const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs: urls = [] } = rule
  if (urls.length > 0) {
    const why = 'rules cannot apply to both regular resources and non-resource URLs'
    const both = apiGroups.length + resources.length + resourceNames.length > 0
    return both ? [fieldError.invalid(`${path}.nonResourceURLs`, urls, why)] : []
  }
  const found: FieldError[] = []
  if (apiGroups.length === 0) {
    found.push(fieldError.required(`${path}.apiGroups`, 'resource rules must supply at least one api group'))
  }
  if (resources.length === 0) {
    found.push(fieldError.required(`${path}.resources`, 'resource rules must supply at least one resource'))
  }
  return found
}
