/** The parts of admission policies that are expressions, or say what expressions may name (admissionregistration.k8s.io/v1). */
export interface PolicyExpressions {
  readonly paramKind?: { readonly apiVersion: string; readonly kind: string }
  readonly matchConditions?: readonly NamedExpression[]
  readonly variables?: readonly NamedExpression[]
  readonly validations?: readonly Validation[]
  readonly mutations?: readonly Mutation[]
  readonly auditAnnotations?: readonly AuditAnnotation[]
}

export interface NamedExpression {
  readonly name: string
  readonly expression: string
}

export interface Validation {
  readonly expression: string
  readonly message?: string
  readonly messageExpression?: string
  readonly reason?: string
}

export interface Mutation {
  readonly patchType: string
  readonly jsonPatch?: { readonly expression: string }
  readonly applyConfiguration?: { readonly expression: string }
}

export interface AuditAnnotation {
  readonly key: string
  readonly valueExpression: string
}
