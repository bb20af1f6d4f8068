import { type FieldError, fieldError } from '../../meta/field-error.js'
import { dns1035LabelErrors } from '../../meta/names.js'
import { invalidBy } from '../field-checks.js'
import type { CustomResourceNames } from './custom-resource-definition.js'

/** The form of names; whether they are free is found out later (API-SEMANTICS R05). */
export function checkNames(names: CustomResourceNames, path: string): FieldError[] {
  const { plural, singular = '', kind, listKind = '', shortNames = [], categories = [] } = names
  return [
    ...checkLabel(plural, `${path}.plural`),
    ...checkLabel(singular, `${path}.singular`),
    ...checkKind(kind, `${path}.kind`),
    ...checkKind(listKind, `${path}.listKind`),
    ...shortNames.flatMap((name, i) => invalidBy(`${path}.shortNames[${i}]`, name, joined(dns1035LabelErrors(name)))),
    ...(kind !== '' && kind === listKind
      ? [fieldError.invalid(`${path}.listKind`, listKind, 'kind and listKind may not be the same')]
      : []),
    ...categories.flatMap((name, i) => invalidBy(`${path}.categories[${i}]`, name, joined(dns1035LabelErrors(name)))),
  ]
}

/** Names that a spec must have; those that are in use may be missing one that others had first. */
export function checkNamesGiven({ plural, singular, kind, listKind }: CustomResourceNames, path: string): FieldError[] {
  return Object.entries({ plural, singular, kind, listKind })
    .filter(([, name]) => !name)
    .map(([field]) => fieldError.required(`${path}.${field}`))
}

/** Several reasons are one error to upstream. */
export function joined(whys: readonly string[]): string[] {
  return whys.length > 0 ? [whys.join(',')] : []
}

function checkLabel(name: string, path: string): FieldError[] {
  return name === '' ? [] : invalidBy(path, name, joined(dns1035LabelErrors(name)))
}

function checkKind(kind: string, path: string): FieldError[] {
  const whys = kind === '' ? [] : joined(dns1035LabelErrors(kind.toLowerCase()))
  return whys.map((why) => fieldError.invalid(path, kind, `may have mixed case, but should otherwise match: ${why}`))
}
