import { type FieldError, fieldError } from '../../meta/field-error.js'
import { parseApiVersion } from '../../meta/gvk.js'
import { jsonEquals } from '../../meta/json-equal.js'
import { isJsonObject, type KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkNotNegative } from '../field-checks.js'

const revisionOf = (object: KubeObject) => (object.revision ?? 0) as number

/** apps/v1 ControllerRevision: a state that a workload can be brought back to. */
export const controllerRevisions: BuiltinKind = {
  strategy: {
    validate: (revision, update) => [
      ...checkNotNegative(revisionOf(revision), 'revision'),
      ...(update ? [] : validateData(revision.data)),
    ],
    validateUpdate: (revision, old) =>
      jsonEquals(revision.data, old.data) ? [] : [fieldError.invalid('data', revision.data, 'field is immutable')],
  },
  cells: {
    Controller: ({ metadata }) => {
      const owner = metadata.ownerReferences?.find(({ controller }) => controller)
      if (!owner) return '<none>'
      const group = parseApiVersion(owner.apiVersion)?.group
      return `${owner.kind.toLowerCase()}${group ? `.${group}` : ''}/${owner.name}`
    },
    Revision: revisionOf,
    Age: age,
  },
}

function validateData(data: unknown): FieldError[] {
  if (data === undefined || data === null) return [fieldError.required('data', 'data is mandatory')]
  return isJsonObject(data) ? [] : [fieldError.required('data', 'data must be a valid JSON object')]
}
