import { type FieldError, fieldError } from '../../meta/field-error.js'
import { subdomainErrors } from '../../meta/names.js'
import type { JsonObject, KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkImmutable, invalidBy } from '../field-checks.js'
import { checkDriverName } from './csi.js'

interface Spec {
  readonly attacher?: string
  readonly nodeName?: string
  readonly source?: { readonly persistentVolumeName?: string; readonly inlineVolumeSpec?: JsonObject }
}

const specOf = (object: KubeObject) => (object.spec ?? {}) as Spec
const onlyOne = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'

/** storage.k8s.io/v1 VolumeAttachment. */
export const volumeAttachments: BuiltinKind = {
  strategy: {
    validate: (object) => validateSpec(specOf(object)),
    validateUpdate: (object, old, subresource) =>
      subresource === 'status'
        ? []
        : checkImmutable(specOf(object), specOf(old), 'spec', 'storage.v1.VolumeAttachmentSpec'),
  },
  cells: {
    Attacher: (object) => specOf(object).attacher ?? '',
    PV: (object) => specOf(object).source?.persistentVolumeName ?? '',
    Node: (object) => specOf(object).nodeName ?? '',
    Attached: (object) => (object.status as { attached?: boolean } | undefined)?.attached ?? false,
    Age: age,
  },
}

function validateSpec({ attacher = '', nodeName = '', source = {} }: Spec): FieldError[] {
  const { persistentVolumeName: name, inlineVolumeSpec } = source
  const found = checkDriverName(attacher, 'spec.attacher')
  if (name === undefined && !inlineVolumeSpec) found.push(fieldError.required('spec.source', onlyOne))
  else if (name !== undefined && inlineVolumeSpec) found.push(fieldError.forbidden('spec.source', onlyOne))
  else if (name === '') {
    const why = 'must specify non empty persistentVolumeName'
    found.push(fieldError.required('spec.source.persistentVolumeName', why))
  }
  if (name !== undefined && !inlineVolumeSpec) {
    found.push(...invalidBy('spec.source.persistentVolumeName', name, subdomainErrors(name)))
  }
  return [...found, ...invalidBy('spec.nodeName', nodeName, subdomainErrors(nodeName))]
}
