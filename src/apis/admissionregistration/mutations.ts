import { type FieldError, fieldError } from '../../meta/field-error.js'
import type { CompiledPolicy } from '../../schema/admission/compile-policy.js'
import type { Mutation } from '../../schema/admission/policy-expressions.js'
import { checkOneOf, each } from '../field-checks.js'
import { expressionErrors } from './expressions.js'
import type { MatchResources } from './match-resources.js'
import type { PolicySpec } from './policy-spec.js'

const operations = ['*', 'CONNECT', 'CREATE', 'UPDATE']
const patchTypes = ['ApplyConfiguration', 'JSONPatch']

/** What is deleted can't be changed. */
export function validateOperations({ resourceRules = [] }: MatchResources, path: string): FieldError[] {
  const wrong = resourceRules.flatMap((rule) => rule.operations ?? []).filter((one) => !operations.includes(one))
  return wrong.map((operation) => fieldError.notSupported(`${path}.resourceRules.operations`, operation, operations))
}

/** What a MutatingAdmissionPolicy changes, and when. */
export function validateMutations(spec: PolicySpec, compiled: CompiledPolicy): FieldError[] {
  const { matchConstraints, mutations = [], reinvocationPolicy } = spec
  const found = matchConstraints ? validateOperations(matchConstraints, 'spec.matchConstraints') : []
  if (mutations.length === 0) {
    found.push(fieldError.required('spec.mutations', 'mutations must contain at least one item'))
  }
  found.push(...each(mutations, 'spec.mutations', (one, at, i) => validateMutation(one, compiled.mutations[i], at)))
  return [...found, ...checkOneOf(reinvocationPolicy, ['IfNeeded', 'Never'], 'spec.reinvocationPolicy')]
}

function validateMutation(
  mutation: Mutation,
  compiled: CompiledPolicy['mutations'][number] | undefined,
  path: string,
): FieldError[] {
  const { patchType } = mutation
  const wrong = checkOneOf(patchType, patchTypes, `${path}.patchType`)
  if (wrong.length > 0) return wrong
  const found: FieldError[] = []
  const [own, other] =
    patchType === 'JSONPatch'
      ? (['jsonPatch', 'applyConfiguration'] as const)
      : (['applyConfiguration', 'jsonPatch'] as const)
  const expression = mutation[own]?.expression ?? ''
  if (!mutation[own])
    found.push(fieldError.required(`${path}.${own}`, `must be specified when patchType is ${patchType}`))
  else if (expression.trim() === '') found.push(fieldError.required(`${path}.${own}.expression`))
  else if (compiled) found.push(...expressionErrors(`${path}.${own}.expression`, compiled.expression))
  if (mutation[other]) {
    const why = `must not be specified when patchType is ${patchType}`
    found.push(fieldError.invalid(`${path}.${other}`, `{${other}}`, why))
  }
  return found
}
