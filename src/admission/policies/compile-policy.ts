import { compileExpression, type Expression } from '../../schema/cel/expression.js'
import { jsonPatchListType, objectPatchType, patchTypes } from '../../schema/cel/patch-types.js'
import { boolType, dynType, nullType, stringType, type Type } from '../../schema/cel/type.js'
import { type CompiledCondition, compileConditions } from '../expressions/match-conditions.js'
import { type Declared, declaredVariables } from '../expressions/variables.js'
import type { Mutation, PolicySpec, Validation } from './policy-config.js'

/** A policy whose expressions are compiled; those that don't compile have the error. */
export interface CompiledPolicy {
  readonly spec: PolicySpec
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

export function compilePolicy(spec: PolicySpec): CompiledPolicy {
  const params = spec.paramKind !== undefined
  const types = new Map<string, Type>()
  const variables = new Map<string, Expression>()
  for (const { name, expression } of spec.variables ?? []) {
    const known = declaredVariables({ params, authorizer: true, variables: new Map(types) })
    const compiled = compileExpression(expression, known)
    variables.set(name, compiled)
    types.set(name, compiled.type ?? dynType)
  }
  const declared: Declared = { params, authorizer: true, variables: types }
  const known = declaredVariables(declared)
  // Messages and annotations tell of a decision; they can't ask for access.
  const withoutAuthorizer = declaredVariables({ params, variables: types })
  return {
    ...{ spec, declared, variables },
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
      expression: compileExpression(valueExpression, withoutAuthorizer, [stringType, nullType]),
    })),
  }
}

function compileMutation(
  { patchType, jsonPatch, applyConfiguration }: Mutation,
  known: ReadonlyMap<string, Type>,
): CompiledMutation {
  const { expression = '' } = (patchType === 'JSONPatch' ? jsonPatch : applyConfiguration) ?? {}
  const wanted = patchType === 'JSONPatch' ? jsonPatchListType : objectPatchType
  return { patchType, expression: compileExpression(expression.trim(), known, [wanted], patchTypes) }
}
