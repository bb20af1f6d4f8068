import { compile } from '../cel/compile.js'
import { declTypeOf } from '../cel/decl-type.js'
import { dynType, type Type } from '../cel/type.js'
import { objectMetaSchema } from '../object-meta-schema.js'
import type { Schema } from '../schema.js'
import type { PolicyExpressions } from './policy-expressions.js'
import { declaredVariables } from './variables.js'

/** A kind that a policy is about. */
export interface CheckedKind {
  /** As Go prints a GroupVersionKind: `apps/v1, Kind=Deployment`. */
  readonly name: string
  readonly schema: Schema
}

/** admissionregistration.k8s.io/v1 ExpressionWarning. */
export interface ExpressionWarning {
  readonly fieldRef: string
  readonly warning: string
}

/**
 * What of a ValidatingAdmissionPolicy can't be right for the kinds it is about (its `status.typeChecking`): expressions
 * are compiled again with `object`, `oldObject` and `params` of the types their schemas give them. `params`: of its
 * paramKind; undefined when that is not served.
 */
export function typeWarnings(
  spec: PolicyExpressions,
  kinds: readonly CheckedKind[],
  params: Schema | undefined,
): ExpressionWarning[] {
  const known = kinds.map(({ name, schema }) => ({ name, variables: variablesFor(spec, schema, params) }))
  const check = (expression: string, fieldRef: string): ExpressionWarning[] => {
    const wrong = known.flatMap(({ name, variables }) => {
      const { issues } = issuesOf(expression, variables)
      return issues === undefined ? [] : [`${name}: ${issues}\n`]
    })
    return wrong.length === 0 ? [] : [{ fieldRef, warning: wrong.join('\n') }]
  }
  return (spec.validations ?? []).flatMap(({ expression, messageExpression }, i) => [
    ...check(expression, `spec.validations[${i}].expression`),
    ...(messageExpression ? check(messageExpression, `spec.validations[${i}].messageExpression`) : []),
  ])
}

function variablesFor(spec: PolicyExpressions, schema: Schema, params: Schema | undefined): ReadonlyMap<string, Type> {
  const own = new Map<string, Type>()
  const declare = (): ReadonlyMap<string, Type> => {
    const declared = new Map(
      declaredVariables({ params: params !== undefined, authorizer: true, variables: new Map(own) }),
    )
    for (const name of ['object', 'oldObject']) declared.set(name, typeOfSchema(schema))
    if (params) declared.set('params', typeOfSchema(params))
    return declared
  }
  for (const { name, expression } of spec.variables ?? [])
    own.set(name, issuesOf(expression, declare()).type ?? dynType)
  return declare()
}

const withMetadata = new WeakMap<Schema, Schema>()

/** Objects have all of their metadata, of which schemas of kinds say little. */
function typeOfSchema(schema: Schema): Type {
  let whole = withMetadata.get(schema)
  if (!whole) {
    const text: Schema = { type: 'string' }
    const own = { apiVersion: text, kind: text, metadata: objectMetaSchema }
    whole = { ...schema, type: 'object', properties: { ...schema.properties, ...own } }
    withMetadata.set(schema, whole)
  }
  return declTypeOf(whole, true)?.type ?? dynType
}

function issuesOf(expression: string, variables: ReadonlyMap<string, Type>): { issues?: string; type?: Type } {
  return compile(expression, { variables })
}
