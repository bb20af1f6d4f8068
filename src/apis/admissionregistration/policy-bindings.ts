import { type FieldError, fieldError } from '../../meta/field-error.js'
import { pathSegmentErrors, subdomainErrors } from '../../meta/names.js'
import type { KubeObject } from '../../meta/object.js'
import { type SelectorObject, validateSelector } from '../../meta/selector-object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkOneOf, each, invalidBy } from '../field-checks.js'
import { type MatchResources, matchResourcesDefaults, validateMatchResources } from './match-resources.js'
import { validateOperations } from './mutations.js'

interface BindingSpec {
  readonly policyName?: string
  readonly paramRef?: ParamRef
  readonly matchResources?: MatchResources
  readonly validationActions?: readonly string[]
}

interface ParamRef {
  readonly name?: string
  readonly namespace?: string
  readonly selector?: SelectorObject
  readonly parameterNotFoundAction?: string
}

const specOf = ({ spec }: KubeObject) => (spec ?? {}) as BindingSpec

/** admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding. */
export const validatingAdmissionPolicyBindings: BuiltinKind = bindingKind(({ validationActions = [] }) =>
  validateActions(validationActions, 'spec.validationActions'),
)

/** admissionregistration.k8s.io/v1 MutatingAdmissionPolicyBinding. */
export const mutatingAdmissionPolicyBindings: BuiltinKind = bindingKind(({ matchResources }) =>
  matchResources ? validateOperations(matchResources, 'spec.matchResources') : [],
)

function bindingKind(validateMore: (spec: BindingSpec) => FieldError[]): BuiltinKind {
  return {
    defaults: matchResourcesDefaults,
    strategy: { validate: (binding) => [...validateBinding(specOf(binding)), ...validateMore(specOf(binding))] },
    cells: {
      PolicyName: (binding) => specOf(binding).policyName ?? '',
      ParamRef: (binding) => shownParamRef(specOf(binding).paramRef),
      Age: age,
    },
  }
}

function shownParamRef(ref: ParamRef | undefined): string {
  if (!ref) return '<unset>'
  if (ref.selector) return shownSelector(ref.selector)
  if (!ref.name) return '*'
  return ref.namespace ? `${ref.namespace}/${ref.name}` : ref.name
}

/** As Go prints it. */
function shownSelector({ matchLabels = {}, matchExpressions = [] }: SelectorObject): string {
  const labels = Object.entries(matchLabels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`)
  const requirements = matchExpressions.map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  )
  const expressions = `[]LabelSelectorRequirement{${requirements.join('')}}`
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:${expressions},}`
}

function validateBinding({ policyName, paramRef, matchResources }: BindingSpec): FieldError[] {
  const name = policyName
    ? invalidBy('spec.policyName', policyName, subdomainErrors(policyName))
    : [fieldError.required('spec.policyName')]
  return [
    ...name,
    ...(paramRef ? validateParamRef(paramRef, 'spec.paramRef') : []),
    ...(matchResources ? validateMatchResources(matchResources, 'spec.matchResources') : []),
  ]
}

function validateParamRef({ name = '', selector, parameterNotFoundAction }: ParamRef, path: string): FieldError[] {
  const exclusive = 'name and selector are mutually exclusive'
  const found: FieldError[] = []
  if (name !== '') {
    found.push(...invalidBy(`${path}.name`, name, pathSegmentErrors(name)))
    if (selector) found.push(fieldError.forbidden(`${path}.name`, exclusive))
  }
  if (selector) {
    found.push(...validateSelector(selector, `${path}.selector`))
    if (name !== '') found.push(fieldError.forbidden(`${path}.selector`, exclusive))
  }
  if (name === '' && !selector) found.push(fieldError.required(path, 'one of name or selector must be specified'))
  return [...found, ...checkOneOf(parameterNotFoundAction, ['Deny', 'Allow'], `${path}.parameterNotFoundAction`)]
}

const actions = ['Audit', 'Deny', 'Warn']

function validateActions(chosen: readonly string[], path: string): FieldError[] {
  const found = each(chosen, path, (action, at, i) => [
    ...(actions.includes(action) ? [] : [fieldError.notSupported(at, action, actions)]),
    ...(chosen.indexOf(action) < i ? [fieldError.duplicate(at, action)] : []),
  ])
  if (chosen.includes('Deny') && chosen.includes('Warn')) {
    const why = 'repeating the same validation failure information in the API response and headers serves no purpose'
    found.push(fieldError.invalid(path, chosen, `must not contain both Deny and Warn (${why})`))
  }
  if (chosen.length === 0) found.push(fieldError.required(path, 'at least one validation action is required'))
  return found
}
