import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { labelErrors, qualifiedNameErrors } from '../../../meta/names.js'
import { validateSelector } from '../../../meta/selector-object.js'
import { checkChoice, checkOneOf, each, invalidBy } from '../../field-checks.js'
import { validateNodeSelector, validateNodeSelectorTerm } from '../node-selector.js'
import type { Affinity, AffinityTerm, AffinityTerms, PodSpec, SpreadConstraint } from './pod-spec.js'

/** What decides where a pod may run. */
export function validateScheduling(spec: PodSpec, path: string): FieldError[] {
  return [
    ...(spec.affinity ? validateAffinity(spec.affinity, `${path}.affinity`) : []),
    ...each(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`, (one, at, i) =>
      validateSpread(one, at, (spec.topologySpreadConstraints ?? []).slice(i + 1)),
    ),
    ...each(spec.schedulingGates, `${path}.schedulingGates`, ({ name }, at, i) => {
      const again = (spec.schedulingGates ?? []).slice(0, i).some((other) => other.name === name)
      return [...invalidBy(at, name, qualifiedNameErrors(name)), ...(again ? [fieldError.duplicate(at, name)] : [])]
    }),
    ...each(spec.readinessGates, `${path}.readinessGates`, ({ conditionType }, at) =>
      invalidBy(`${at}.conditionType`, conditionType, qualifiedNameErrors(conditionType)),
    ),
    ...checkChoice(spec.preemptionPolicy, ['Never', 'PreemptLowerPriority'], `${path}.preemptionPolicy`),
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
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey = '' } = term
  return [
    ...(labelSelector ? validateSelector(labelSelector, `${path}.labelSelector`) : []),
    ...(namespaceSelector ? validateSelector(namespaceSelector, `${path}.namespaceSelector`) : []),
    ...namespaces.flatMap((name) => invalidBy(`${path}.namespace`, name, labelErrors(name))),
    ...(topologyKey === '' ? [fieldError.required(`${path}.topologyKey`, 'can not be empty')] : []),
    ...invalidBy(`${path}.topologyKey`, topologyKey, qualifiedNameErrors(topologyKey)),
  ]
}

const whenUnsatisfiable = ['DoNotSchedule', 'ScheduleAnyway']
const policies = ['Honor', 'Ignore']

function validateSpread(one: SpreadConstraint, path: string, later: readonly SpreadConstraint[]): FieldError[] {
  const { maxSkew, topologyKey = '', minDomains, whenUnsatisfiable: when = '', labelSelector } = one
  const positive = (value: number, at: string) =>
    value > 0 ? [] : [fieldError.invalid(at, value, 'must be greater than zero')]
  const found = positive(maxSkew, `${path}.maxSkew`)
  if (topologyKey === '') found.push(fieldError.required(`${path}.topologyKey`, 'can not be empty'))
  if (!whenUnsatisfiable.includes(when)) {
    found.push(fieldError.notSupported(`${path}.whenUnsatisfiable`, when, whenUnsatisfiable))
  }
  if (later.some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === when)) {
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
    ...(one.nodeAffinityPolicy === undefined
      ? []
      : checkOneOf(one.nodeAffinityPolicy, policies, `${path}.nodeAffinityPolicy`)),
    ...(one.nodeTaintsPolicy === undefined
      ? []
      : checkOneOf(one.nodeTaintsPolicy, policies, `${path}.nodeTaintsPolicy`)),
    ...(labelSelector ? validateSelector(labelSelector, `${path}.labelSelector`) : []),
  ]
}
