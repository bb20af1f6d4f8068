import type { SelectorObject } from '../../meta/selector-object.js'
import type { NamedExpression } from '../../schema/admission/policy-expressions.js'

/** The parts of webhook configurations and admission policies that are looked into here. */
export interface Webhook {
  readonly name: string
  readonly clientConfig?: { readonly url?: string; readonly service?: ServiceReference }
  readonly rules?: readonly Rule[]
  readonly failurePolicy?: string
  readonly matchPolicy?: string
  readonly namespaceSelector?: SelectorObject
  readonly objectSelector?: SelectorObject
  readonly sideEffects?: string
  readonly timeoutSeconds?: number
  readonly admissionReviewVersions?: readonly string[]
  readonly reinvocationPolicy?: string
  readonly matchConditions?: readonly NamedExpression[]
}

export interface ServiceReference {
  readonly namespace?: string
  readonly name?: string
  readonly path?: string
  readonly port?: number
}

export interface Rule {
  readonly operations?: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly apiVersions?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly scope?: string
}
