import { type FieldError, fieldError } from '../../meta/field-error.js'
import type { KubeObject } from '../../meta/object.js'
import type { Expression } from '../../schema/cel/expression.js'
import { compileConditions } from '../expressions/match-conditions.js'
import { compilePolicy } from './compile-policy.js'
import type { NamedExpression, PolicySpec } from './policy-config.js'

/** What is wrong with the expressions of a policy when it is written. */
export function policyErrors(policy: KubeObject): FieldError[] {
  const spec = (policy.spec ?? {}) as PolicySpec
  const { conditions, variables, validations, mutations, annotations } = compilePolicy(spec)
  return [
    ...conditions.flatMap(({ expression }, i) => errorsOf(expression, `spec.matchConditions[${i}].expression`)),
    ...[...variables.values()].flatMap((one, i) => errorsOf(one, `spec.variables[${i}].expression`)),
    ...validations.flatMap(({ expression, message }, i) => [
      ...errorsOf(expression, `spec.validations[${i}].expression`),
      ...(message ? errorsOf(message, `spec.validations[${i}].messageExpression`) : []),
    ]),
    ...mutations.flatMap(({ patchType, expression }, i) => {
      const member = patchType === 'JSONPatch' ? 'jsonPatch' : 'applyConfiguration'
      return errorsOf(expression, `spec.mutations[${i}].${member}.expression`)
    }),
    ...annotations.flatMap(({ expression }, i) => errorsOf(expression, `spec.auditAnnotations[${i}].valueExpression`)),
  ]
}

/** What is wrong with the matchConditions of a webhook configuration. */
export function webhookErrors(config: KubeObject): FieldError[] {
  const webhooks = (config.webhooks ?? []) as readonly { readonly matchConditions?: readonly NamedExpression[] }[]
  return webhooks.flatMap(({ matchConditions = [] }, i) =>
    compileConditions(matchConditions, { authorizer: true }).flatMap(({ expression }, j) =>
      errorsOf(expression, `webhooks[${i}].matchConditions[${j}].expression`),
    ),
  )
}

function errorsOf({ source, error }: Expression, path: string): FieldError[] {
  if (source.trim() === '') return [fieldError.required(path, '')]
  return error === undefined ? [] : [fieldError.invalid(path, source, error)]
}
