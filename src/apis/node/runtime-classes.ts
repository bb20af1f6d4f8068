import { type FieldError, fieldError } from '../../meta/field-error.js'
import { labelErrors } from '../../meta/names.js'
import type { KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import type { Toleration } from '../core/pods/pod-spec.js'
import { validateToleration } from '../core/pods/validate-pod-template.js'
import { validateResources } from '../core/pods/validate-resources.js'
import { checkImmutable, checkLabels, each, invalidBy, repeated } from '../field-checks.js'
import { goShape } from '../go-shape.js'

interface RuntimeClass extends KubeObject {
  readonly handler?: string
  readonly overhead?: { readonly podFixed?: Readonly<Record<string, string>> }
  readonly scheduling?: {
    readonly nodeSelector?: Readonly<Record<string, string>>
    readonly tolerations?: readonly Toleration[]
  }
}

const asClass = (object: KubeObject) => object as RuntimeClass

/** node.k8s.io/v1 RuntimeClass. */
export const runtimeClasses: BuiltinKind = {
  strategy: {
    validate: (object) => validateClass(asClass(object)),
    validateUpdate: (object, old) => checkImmutable(asClass(object).handler, asClass(old).handler, 'handler'),
  },
  cells: { Handler: (object) => asClass(object).handler ?? '', Age: age },
}

function validateClass({ handler = '', overhead, scheduling = {} }: RuntimeClass): FieldError[] {
  const { tolerations = [], nodeSelector } = scheduling
  // They have been decoded: fields stand in the order of the type.
  const known = repeated(tolerations, (toleration) => JSON.stringify(toleration))
  return [
    ...(handler === '' ? [fieldError.required('handler')] : invalidBy('handler', handler, labelErrors(handler))),
    ...(overhead?.podFixed ? validateResources({ limits: overhead.podFixed }, 'overhead') : []),
    ...checkLabels(nodeSelector, 'scheduling.nodeSelector'),
    ...each(tolerations, 'scheduling.tolerations', (toleration, path, i) => {
      const shown = goShape(toleration, 'core.v1.Toleration')
      return [...validateToleration(toleration, path), ...(known[i] ? [fieldError.duplicate(path, shown)] : [])]
    }),
  ]
}
