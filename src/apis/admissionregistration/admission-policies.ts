import { type FieldError, fieldError } from '../../meta/field-error.js'
import { jsonEquals } from '../../meta/json-equal.js'
import { subdomainErrors } from '../../meta/names.js'
import type { KubeObject } from '../../meta/object.js'
import type { ObjectUpdate } from '../../registry/strategy.js'
import type { CompiledPolicy } from '../../schema/admission/compile-policy.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkChoice, checkVersionName, each, invalidBy } from '../field-checks.js'
import { type Condition, validateConditions } from '../validate-conditions.js'
import { compilePolicy, expressionErrors, expressionsLoading } from './expressions.js'
import { validateMatchConditions } from './match-conditions.js'
import { matchResourcesDefaults, validateMatchResources } from './match-resources.js'
import { validateMutations } from './mutations.js'
import type { PolicySpec } from './policy-spec.js'
import { validateValidations } from './validations.js'

const specOf = ({ spec }: KubeObject) => (spec ?? {}) as PolicySpec

/** admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy. */
export const validatingAdmissionPolicies = policyKind('ValidatingAdmissionPolicySpec', 'Validations', {
  count: ({ validations = [] }) => validations.length,
  validate: (spec, name, compiled) => validateValidations(spec, name, compiled),
})

/** admissionregistration.k8s.io/v1 MutatingAdmissionPolicy. */
export const mutatingAdmissionPolicies = policyKind('MutatingAdmissionPolicySpec', 'Mutations', {
  count: ({ mutations = [] }) => mutations.length,
  validate: (spec, _, compiled) => validateMutations(spec, compiled),
})

interface Own {
  count(spec: PolicySpec): number
  validate(spec: PolicySpec, name: string, compiled: CompiledPolicy): FieldError[]
}

function policyKind(typeName: string, column: string, own: Own): BuiltinKind {
  return {
    defaults: {
      ...matchResourcesDefaults,
      [`admissionregistration.v1.${typeName}`]: { fields: { failurePolicy: 'Fail' } },
    },
    strategy: {
      ready: expressionsLoading,
      validate: (policy, update) =>
        update?.subresource === 'status' ? validateStatus(policy) : validatePolicy(policy, own, update),
    },
    cells: {
      [column]: (policy) => own.count(specOf(policy)),
      ParamKind: (policy) => {
        const { paramKind } = specOf(policy)
        return paramKind ? `${paramKind.apiVersion}/${paramKind.kind}` : '<unset>'
      },
      Age: age,
    },
  }
}

interface Status {
  readonly typeChecking?: {
    readonly expressionWarnings?: readonly { readonly fieldRef?: string; readonly warning?: string }[]
  }
  readonly conditions?: readonly Condition[]
}

function validateStatus(policy: KubeObject): FieldError[] {
  const { typeChecking, conditions } = (policy.status ?? {}) as Status
  return [
    ...each(typeChecking?.expressionWarnings, 'status.typeChecking.expressionWarnings', ({ warning, fieldRef }, at) => [
      ...(warning ? [] : [fieldError.required(`${at}.warning`)]),
      ...(fieldRef ? [] : [fieldError.required(`${at}.fieldRef`)]),
    ]),
    ...validateConditions(conditions, 'status.conditions'),
  ]
}

function validatePolicy(policy: KubeObject, own: Own, update: ObjectUpdate | undefined): FieldError[] {
  const spec = specOf(policy)
  const { failurePolicy, paramKind, matchConstraints, matchConditions } = spec
  const found = checkChoice(failurePolicy, ['Fail', 'Ignore'], 'spec.failurePolicy')
  if (paramKind) found.push(...validateParamKind(paramKind, 'spec.paramKind'))
  if (!matchConstraints) found.push(fieldError.required('spec.matchConstraints'))
  else {
    const path = 'spec.matchConstraints'
    found.push(...validateMatchResources(matchConstraints, path))
    if (!matchConstraints.resourceRules?.length) found.push(fieldError.required(`${path}.resourceRules`))
  }
  const before = update && specOf(update.old)
  if (!before || !jsonEquals([paramKind, matchConditions], [before.paramKind, before.matchConditions])) {
    found.push(...validateMatchConditions(matchConditions, 'spec.matchConditions', paramKind !== undefined))
  }
  // Nothing is compiled where there are no expressions, and then none were loaded.
  const { variables = [], validations = [], mutations = [], auditAnnotations = [] } = spec
  const hasExpressions = [variables, validations, mutations, auditAnnotations].some((list) => list.length > 0)
  const compiled = hasExpressions ? compilePolicy(spec) : nothing
  found.push(...each(variables, 'spec.variables', (variable, at) => validateVariable(variable, compiled, at)))
  return [...found, ...own.validate(spec, policy.metadata.name ?? '', compiled)]
}

const nothing: CompiledPolicy = {
  ...{ declared: {}, conditions: [], variables: new Map(), validations: [], mutations: [], annotations: [] },
}

const reserved = new Set([
  ...['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import'],
  ...['let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while'],
])

function validateVariable(
  { name, expression }: { readonly name: string; readonly expression: string },
  { variables }: CompiledPolicy,
  path: string,
): FieldError[] {
  const found: FieldError[] = []
  if (name.trim() === '') found.push(fieldError.required(`${path}.name`, 'name is not specified'))
  else if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) || reserved.has(name)) {
    found.push(fieldError.invalid(`${path}.name`, name, 'must be a valid CEL identifier'))
  }
  if (expression.trim() === '') {
    return [...found, fieldError.required(`${path}.expression`, 'expression is not specified')]
  }
  const compiled = variables.get(name)
  return compiled ? [...found, ...expressionErrors(`${path}.expression`, compiled)] : found
}

function validateParamKind({ apiVersion, kind }: NonNullable<PolicySpec['paramKind']>, path: string): FieldError[] {
  const found = validateApiVersion(apiVersion, `${path}.apiVersion`)
  if (!kind) return [...found, fieldError.required(`${path}.kind`)]
  const why = 'may have mixed case, but should otherwise match: '
  const wrong = checkVersionName(kind.toLowerCase(), '').map(({ message }) =>
    message.replace(/^Invalid value: ".*?": /, ''),
  )
  return [...found, ...(wrong.length > 0 ? [fieldError.invalid(`${path}.kind`, kind, why + wrong.join(','))] : [])]
}

function validateApiVersion(apiVersion: string, path: string): FieldError[] {
  if (!apiVersion) return [fieldError.required(path)]
  const parts = apiVersion.split('/')
  if (parts.length > 2) return [fieldError.invalid(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)]
  const [version = '', group = ''] = parts.reverse()
  const found = group === '' ? [] : invalidBy(path, group, subdomainErrors(group))
  if (version === '') return [...found, fieldError.invalid(path, apiVersion, 'version must be specified')]
  return [...found, ...checkVersionName(version, path)]
}
