import { type FieldError, fieldError } from '../../meta/field-error.js'
import type { ObjectUpdate } from '../../registry/strategy.js'
import { checkImmutable } from '../field-checks.js'
import { checkApproval } from './api-approval.js'
import { isTrue } from './conditions.js'
import type { CustomResourceDefinition } from './custom-resource-definition.js'
import { checkNames } from './validate-names.js'
import { checkSpec } from './validate-spec.js'
import { checkStoredVersions } from './validate-version-list.js'

/** What is wrong with a definition, in upstream's words (API-SEMANTICS R04 to R06). */
export function validateDefinition(crd: CustomResourceDefinition, update: ObjectUpdate | undefined): FieldError[] {
  const names = checkNames(crd.status.acceptedNames, 'status.acceptedNames')
  // What else a status says is the business of who writes it, and removal is not held up by it.
  if (update && update.subresource !== '') return names
  const old = update?.old as CustomResourceDefinition | undefined
  return [
    ...(old ? [] : checkName(crd)),
    ...checkSpec(crd, old),
    ...(old ? checkUnchanged(crd, old) : []),
    ...names,
    ...checkStoredVersions(crd),
    ...checkApproval(crd, old),
    ...checkPreserving(crd, old),
  ]
}

function checkName({ metadata: { name = '' }, spec }: CustomResourceDefinition): FieldError[] {
  if (name === '' || name === `${spec.names.plural}.${spec.group}`) return []
  return [fieldError.invalid('metadata.name', name, 'must be spec.names.plural+"."+spec.group')]
}

/** Scope and kind decide how objects are stored, group and plural are the definition's name. */
function checkUnchanged({ spec }: CustomResourceDefinition, old: CustomResourceDefinition): FieldError[] {
  const { scope, names, group } = old.spec
  return [
    ...(isTrue(old, 'Established')
      ? [
          ...checkImmutable(spec.scope, scope, 'spec.scope'),
          ...checkImmutable(spec.names.kind, names.kind, 'spec.names.kind'),
        ]
      : []),
    ...checkImmutable(spec.group, group, 'spec.group'),
    ...checkImmutable(spec.names.plural, names.plural, 'spec.names.plural'),
  ]
}

function checkPreserving({ spec }: CustomResourceDefinition, old: CustomResourceDefinition | undefined): FieldError[] {
  if (!spec.preserveUnknownFields || old?.spec.preserveUnknownFields) return []
  const why = 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead'
  return [fieldError.invalid('spec.preserveUnknownFields', true, why)]
}
