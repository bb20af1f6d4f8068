import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { labelErrors, qualifiedNameErrors } from '../../../meta/names.js'
import { type SelectorObject, validateSelector } from '../../../meta/selector-object.js'
import { checkChoice, checkOneOf, each, invalidBy, repeated } from '../../field-checks.js'
import { validateNodeSelector, validateNodeSelectorTerm } from '../node-selector.js'
import type { Affinity, AffinityTerm, AffinityTerms, PodSpec, SpreadConstraint } from './pod-spec.js'

/** What decides where a pod may run. */
export function validateScheduling(spec: PodSpec, path: string): FieldError[] {
  const again = repeated(spec.schedulingGates, ({ name }) => name)
  const backwards = [...(spec.topologySpreadConstraints ?? [])].reverse()
  // Of two that say the same the first is told.
  const saidLater = repeated(backwards, (one) => `${one.topologyKey} ${one.whenUnsatisfiable}`).toReversed()
  return [
    ...(spec.affinity ? validateAffinity(spec.affinity, `${path}.affinity`) : []),
    ...each(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`, (one, at, i) =>
      validateSpread(one, at, saidLater[i] === true),
    ),
    ...each(spec.schedulingGates, `${path}.schedulingGates`, ({ name }, at, i) => {
      return [...invalidBy(at, name, qualifiedNameErrors(name)), ...(again[i] ? [fieldError.duplicate(at, name)] : [])]
    }),
    ...each(spec.readinessGates, `${path}.readinessGates`, ({ conditionType }, at) =>
      invalidBy(`${at}.conditionType`, conditionType, qualifiedNameErrors(conditionType)),
    ),
    ...(spec.preemptionPolicy === undefined
      ? []
      : checkOneOf(spec.preemptionPolicy, ['PreemptLowerPriority', 'Never'], `${path}.preemptionPolicy`)),
  ]
}

function validateAffinity({ nodeAffinity, podAffinity, podAntiAffinity }: Affinity, path: string): FieldError[] {
  const required = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  const at = `${path}.nodeAffinity`
  return [
    ...(required ? validateNodeSelector(required, `${at}.requiredDuringSchedulingIgnoredDuringExecution`) : []),
    ...each(
      nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution,
      `${at}.preferredDuringSchedulingIgnoredDuringExecution`,
      ({ weight, preference = {} }, p) => [
        ...checkWeight(weight, `${p}.weight`),
        ...validateNodeSelectorTerm(preference, `${p}.preference`, true),
      ],
    ),
    ...(podAffinity ? validateTerms(podAffinity, `${path}.podAffinity`) : []),
    ...(podAntiAffinity ? validateTerms(podAntiAffinity, `${path}.podAntiAffinity`) : []),
  ]
}

function checkWeight(weight: number, path: string): FieldError[] {
  return weight >= 1 && weight <= 100 ? [] : [fieldError.invalid(path, weight, 'must be in the range 1-100')]
}

function validateTerms(terms: AffinityTerms, path: string): FieldError[] {
  return [
    ...each(
      terms.requiredDuringSchedulingIgnoredDuringExecution,
      `${path}.requiredDuringSchedulingIgnoredDuringExecution`,
      validateTerm,
    ),
    ...each(
      terms.preferredDuringSchedulingIgnoredDuringExecution,
      `${path}.preferredDuringSchedulingIgnoredDuringExecution`,
      ({ weight, podAffinityTerm = {} }, at) => [
        ...checkWeight(weight, `${at}.weight`),
        ...validateTerm(podAffinityTerm, `${at}.podAffinityTerm`),
      ],
    ),
  ]
}

function validateTerm(term: AffinityTerm, path: string): FieldError[] {
  const {
    labelSelector,
    namespaceSelector,
    namespaces = [],
    topologyKey = '',
    matchLabelKeys,
    mismatchLabelKeys,
  } = term
  return [
    ...(labelSelector ? validateSelector(labelSelector, `${path}.labelSelector`) : []),
    ...(namespaceSelector ? validateSelector(namespaceSelector, `${path}.namespaceSelector`) : []),
    ...namespaces.flatMap((name) => invalidBy(`${path}.namespace`, name, labelErrors(name))),
    ...validateLabelKeys(matchLabelKeys, mismatchLabelKeys, labelSelector, path),
    ...(topologyKey === '' ? [fieldError.required(`${path}.topologyKey`, 'can not be empty')] : []),
    ...invalidBy(`${path}.topologyKey`, topologyKey, qualifiedNameErrors(topologyKey)),
  ]
}

/** Labels of the pod itself that others are compared by: they add to a selector, and each is said once. */
function validateLabelKeys(
  same: readonly string[] = [],
  other: readonly string[] = [],
  selector: SelectorObject | undefined,
  path: string,
): FieldError[] {
  const check = (keys: readonly string[], at: string) =>
    keys.length > 0 && !selector
      ? [fieldError.forbidden(at, 'must not be specified when labelSelector is not set')]
      : each(keys, at, (key, p) => invalidBy(p, key, qualifiedNameErrors(key)))
  const selected = new Set(Object.keys(selector?.matchLabels ?? {}))
  const twice = (selector?.matchExpressions ?? []).flatMap(({ key }) => {
    const again = selected.has(key)
    selected.add(key)
    if (!again || !same.includes(key)) return []
    const why = 'exists in both matchLabelKeys and labelSelector'
    return [fieldError.invalid(`${path}[${same.lastIndexOf(key)}]`, key, why)]
  })
  return [
    ...check(same, `${path}.matchLabelKeys`),
    ...check(other, `${path}.mismatchLabelKeys`),
    ...twice,
    ...each(same, `${path}.matchLabelKeys`, (key, at) =>
      other.includes(key) ? [fieldError.invalid(at, key, 'exists in both matchLabelKeys and mismatchLabelKeys')] : [],
    ),
  ]
}

const whenUnsatisfiable = ['DoNotSchedule', 'ScheduleAnyway']
const policies = ['Honor', 'Ignore']

function validateSpread(one: SpreadConstraint, path: string, isRepeated: boolean): FieldError[] {
  const { maxSkew, topologyKey = '', minDomains, whenUnsatisfiable: when = '', labelSelector } = one
  const positive = (value: number, at: string) =>
    value > 0 ? [] : [fieldError.invalid(at, value, 'must be greater than zero')]
  const found = positive(maxSkew, `${path}.maxSkew`)
  if (topologyKey === '') found.push(fieldError.required(`${path}.topologyKey`, 'can not be empty'))
  if (!whenUnsatisfiable.includes(when)) {
    found.push(fieldError.notSupported(`${path}.whenUnsatisfiable`, when, whenUnsatisfiable))
  }
  if (isRepeated) {
    const both = `{${topologyKey}, ${when}}`
    found.push(fieldError.duplicate(`${path}.{topologyKey, whenUnsatisfiable}`, both))
  }
  if (minDomains !== undefined) {
    found.push(...positive(minDomains, `${path}.minDomains`))
    if (when !== 'DoNotSchedule') {
      const why = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${when}`
      found.push(fieldError.invalid(`${path}.minDomains`, minDomains, why))
    }
  }
  return [
    ...found,
    ...checkChoice(one.nodeAffinityPolicy, policies, `${path}.nodeAffinityPolicy`),
    ...checkChoice(one.nodeTaintsPolicy, policies, `${path}.nodeTaintsPolicy`),
    ...validateLabelKeys(one.matchLabelKeys, undefined, labelSelector, path),
    ...(labelSelector ? validateSelector(labelSelector, `${path}.labelSelector`) : []),
  ]
}
