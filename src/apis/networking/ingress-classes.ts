import { type FieldError, fieldError } from '../../meta/field-error.js'
import { labelErrors, subdomainErrors } from '../../meta/names.js'
import type { KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkDomainPrefixedPath, checkImmutable, checkPathSegment, invalidBy } from '../field-checks.js'

interface Parameters {
  readonly apiGroup?: string
  readonly kind?: string
  readonly name?: string
  readonly scope?: string
  readonly namespace?: string
}

interface Spec {
  readonly controller?: string
  readonly parameters?: Parameters
}

const specOf = (object: KubeObject) => (object.spec ?? {}) as Spec
const maxControllerBytes = 250

/** networking.k8s.io/v1 IngressClass. */
export const ingressClasses: BuiltinKind = {
  defaults: { 'networking.v1.IngressClassParametersReference': { fields: { scope: 'Cluster' } } },
  strategy: {
    validate: (ingressClass, update) => [
      ...(update
        ? checkImmutable(specOf(ingressClass).controller ?? '', specOf(update.old).controller, 'spec.controller')
        : []),
      ...validateSpec(specOf(ingressClass)),
    ],
  },
  cells: {
    Controller: (ingressClass) => specOf(ingressClass).controller ?? '',
    Parameters: (ingressClass) => {
      const { parameters } = specOf(ingressClass)
      if (!parameters) return '<none>'
      const { apiGroup, kind = '', name = '' } = parameters
      return `${kind}${apiGroup === undefined ? '' : `.${apiGroup}`}/${name}`
    },
    Age: age,
  },
}

function validateSpec({ controller = '', parameters }: Spec): FieldError[] {
  const found: FieldError[] = []
  if (Buffer.byteLength(controller) > maxControllerBytes) {
    found.push(fieldError.tooLong('spec.controller', maxControllerBytes))
  }
  found.push(...checkDomainPrefixedPath(controller, 'spec.controller'))
  return parameters ? [...found, ...validateParameters(parameters, 'spec.parameters')] : found
}

function validateParameters({ apiGroup, kind, name, scope = '', namespace }: Parameters, path: string): FieldError[] {
  const found = [
    ...(apiGroup === undefined ? [] : invalidBy(`${path}.apiGroup`, apiGroup, subdomainErrors(apiGroup))),
    ...checkPathSegment(kind, `${path}.kind`),
    ...checkPathSegment(name, `${path}.name`),
  ]
  const scopes = ['Cluster', 'Namespace']
  if (!scopes.includes(scope)) found.push(fieldError.notSupported(`${path}.scope`, scope, scopes))
  const at = `${path}.namespace`
  if (scope === 'Namespace' && namespace === undefined) {
    found.push(fieldError.required(at, "`parameters.scope` is set to 'Namespace'"))
  } else if (scope === 'Namespace' && namespace !== undefined) {
    found.push(...invalidBy(at, namespace, labelErrors(namespace)))
  } else if (scope === 'Cluster' && namespace !== undefined) {
    found.push(fieldError.forbidden(at, "`parameters.scope` is set to 'Cluster'"))
  }
  return found
}
