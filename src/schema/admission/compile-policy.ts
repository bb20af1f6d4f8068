import { compileExpression, type Expression } from '../cel/expression.js'
import { jsonPatchListType, objectPatchType, patchTypes } from '../cel/patch-types.js'
import { boolType, dynType, nullType, stringType, type Type } from '../cel/type.js'
import { type CompiledCondition, compileConditions } from './compile-conditions.js'
import type { Mutation, PolicyExpressions, Validation } from './policy-expressions.js'
import { type Declared, declaredVariables } from './variables.js'

/** A policy whose expressions are compiled; those that don't compile have the error. */
export interface CompiledPolicy {
  readonly declared: Declared
  readonly conditions: readonly CompiledCondition[]
  readonly variables: ReadonlyMap<string, Expression>
  readonly validations: readonly CompiledValidation[]
  readonly mutations: readonly CompiledMutation[]
  readonly annotations: readonly { readonly key: string; readonly expression: Expression }[]
}

export interface CompiledValidation {
  readonly validation: Validation
  readonly expression: Expression
  readonly message?: Expression
}

export interface CompiledMutation {
  readonly patchType: string
  readonly expression: Expression
}

export function compilePolicy(spec: PolicyExpressions): CompiledPolicy {
  const params = spec.paramKind !== undefined
  const { variables, types } = compileVariables(spec, params)
  const declared: Declared = { params, authorizer: true, ...(spec.variables?.length ? { variables: types } : {}) }
  const known = declaredVariables(declared)
  // Messages tell of a decision; they can't ask for access.
  const withoutAuthorizer = declaredVariables({ ...declared, authorizer: false })
  return {
    declared,
    variables,
    conditions: compileConditions(spec.matchConditions ?? [], { params, authorizer: true }),
    validations: (spec.validations ?? []).map((validation) => ({
      validation,
      expression: compileExpression(validation.expression, known, [boolType]),
      ...(validation.messageExpression
        ? { message: compileExpression(validation.messageExpression, withoutAuthorizer, [stringType]) }
        : {}),
    })),
    mutations: (spec.mutations ?? []).map((mutation) => compileMutation(mutation, known)),
    annotations: (spec.auditAnnotations ?? []).map(({ key, valueExpression }) => ({
      key,
      expression: compileExpression(valueExpression.trim(), known, [stringType, nullType]),
    })),
  }
}

/** Each may name those before it. */
function compileVariables(spec: PolicyExpressions, params: boolean) {
  const types = new Map<string, Type>()
  const variables = new Map<string, Expression>()
  for (const { name, expression } of spec.variables ?? []) {
    const known = declaredVariables({ params, authorizer: true, variables: new Map(types) })
    const compiled = compileExpression(expression, known)
    variables.set(name, compiled)
    types.set(name, compiled.type ?? dynType)
  }
  return { variables, types }
}

function compileMutation(
  { patchType, jsonPatch, applyConfiguration }: Mutation,
  known: ReadonlyMap<string, Type>,
): CompiledMutation {
  const { expression = '' } = (patchType === 'JSONPatch' ? jsonPatch : applyConfiguration) ?? {}
  const wanted = patchType === 'JSONPatch' ? jsonPatchListType : objectPatchType
  return { patchType, expression: compileExpression(expression.trim(), known, [wanted], patchTypes) }
}
