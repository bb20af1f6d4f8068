import { goJson } from '../../codec/go-text.js'
import type { FieldError } from '../../meta/field-error.js'
import { fieldError } from '../../meta/field-error.js'
import type { CustomResourceDefinition, CustomResourceVersion } from './custom-resource-definition.js'
import { goVersions } from './go-versions.js'

/** Versions have names of their own, and one of them is what objects are stored in. */
export function checkVersionList(given: readonly CustomResourceVersion[] | undefined): FieldError[] {
  const versions = given ?? []
  const invalid = (why: string): FieldError => ({
    reason: 'FieldValueInvalid',
    field: 'spec.versions',
    message: `Invalid value: ${goJson(given ? goVersions(given) : null)}: ${why}`,
  })
  const names = versions.map(({ name }) => name)
  return [
    ...(new Set(names).size < names.length ? [invalid('must contain unique version names')] : []),
    ...(versions.filter(({ storage }) => storage).length === 1
      ? []
      : [invalid('must have exactly one version marked as storage version')]),
  ]
}

/** Every version that objects may still be stored in stays defined (R06). */
export function checkStoredVersions({ spec, status }: CustomResourceDefinition): FieldError[] {
  const path = 'status.storedVersions'
  const stored = status.storedVersions ?? []
  if (stored.length === 0) return [fieldError.invalid(path, null, 'must have at least one stored version')]
  const versions = spec.versions ?? []
  const missing = versions.filter(({ name, storage }) => storage && !stored.includes(name))
  const gone = [...new Set(stored)].filter((name) => !versions.some((version) => version.name === name))
  return [
    ...missing.map(({ name }) => fieldError.invalid(path, stored, `must have the storage version ${name}`)),
    ...gone.map((name) =>
      fieldError.invalid(
        `${path}[${stored.lastIndexOf(name)}]`,
        name,
        `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until ` +
          `a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`,
      ),
    ),
  ]
}
