import { type FieldError, fieldError } from '../../meta/field-error.js'
import { pathSegmentErrors } from '../../meta/names.js'
import { type SelectorObject, validateSelector } from '../../meta/selector-object.js'
import { checkChoice, each, invalidBy } from '../field-checks.js'
import type { DefaultsTable } from '../type-defaults.js'
import { validateRule } from './validate-rule.js'
import type { Rule } from './webhook-spec.js'

/** Which writes a policy, or a binding of one, is about (admissionregistration.k8s.io/v1 MatchResources). */
export interface MatchResources {
  readonly resourceRules?: readonly Rule[]
  readonly excludeResourceRules?: readonly Rule[]
  readonly matchPolicy?: string
  readonly namespaceSelector?: SelectorObject
  readonly objectSelector?: SelectorObject
}

export const matchResourcesDefaults: DefaultsTable = {
  'admissionregistration.v1.MatchResources': {
    fields: { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} },
  },
}

export function validateMatchResources(match: MatchResources, path: string): FieldError[] {
  const { matchPolicy, namespaceSelector = {}, objectSelector = {} } = match
  return [
    ...checkChoice(matchPolicy, ['Equivalent', 'Exact'], `${path}.matchPolicy`),
    ...validateSelector(namespaceSelector, `${path}.namespaceSelector`),
    ...validateSelector(objectSelector, `${path}.objectSelector`),
    ...each(match.resourceRules, `${path}.resourceRules`, validateNamedRule),
    ...each(match.excludeResourceRules, `${path}.excludeResourceRules`, validateNamedRule),
  ]
}

function validateNamedRule(rule: Rule, path: string): FieldError[] {
  const names = rule.resourceNames ?? []
  const wrong = each(names, `${path}.resourceNames`, (name, at, i) => [
    ...(name === '' ? [] : invalidBy(at, name, pathSegmentErrors(name))),
    ...(names.indexOf(name) < i ? [fieldError.duplicate(at, name)] : []),
  ])
  return [...wrong, ...validateRule(rule, path)]
}
