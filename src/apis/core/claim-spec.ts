import { type FieldError, fieldError } from '../../meta/field-error.js'
import { jsonEquals } from '../../meta/json-equal.js'
import { labelErrors, subdomainErrors } from '../../meta/names.js'
import type { JsonObject, ObjectMeta } from '../../meta/object.js'
import { type SelectorObject, validateSelector } from '../../meta/selector-object.js'
import { isPositive } from '../amounts.js'
import { checkAnnotationKeys, checkChoice, checkLabels, checkSubdomain, invalidBy } from '../field-checks.js'

/** The parts of core/v1 PersistentVolumeClaimSpec that are looked into here. */
export interface ClaimSpec {
  readonly accessModes?: readonly string[]
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>
    readonly limits?: Readonly<Record<string, string>>
  }
  readonly selector?: SelectorObject
  readonly storageClassName?: string
  readonly volumeName?: string
  readonly volumeMode?: string
  readonly volumeAttributesClassName?: string
  readonly dataSource?: DataSource
  readonly dataSourceRef?: DataSource
}

interface DataSource {
  readonly apiGroup?: string
  readonly kind?: string
  readonly name?: string
  readonly namespace?: string
}

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
export const volumeModes = ['Block', 'Filesystem']

export function checkAccessModes(modes: readonly string[], path: string): FieldError[] {
  const found = modes
    .filter((mode) => !accessModes.includes(mode))
    .map((mode) => fieldError.notSupported(path, mode, accessModes))
  const others = modes.some((mode) => mode !== 'ReadWriteOncePod' && accessModes.includes(mode))
  if (!modes.includes('ReadWriteOncePod') || !others) return found
  return [...found, fieldError.forbidden(path, 'may not use ReadWriteOncePod with other access modes')]
}

/** What is wrong with a claim, or with the template of one. */
export function validateClaimSpec(spec: ClaimSpec, path: string): FieldError[] {
  const { accessModes: modes = [], selector, resources = {}, dataSource, dataSourceRef } = spec
  const found =
    modes.length > 0 ? [] : [fieldError.required(`${path}.accessModes`, 'at least 1 access mode is required')]
  if (selector) found.push(...validateSelector(selector, `${path}.selector`))
  found.push(...checkAccessModes(modes, `${path}.accessModes`))
  found.push(...checkStorage(resources.requests?.storage, `${path}.resources[storage]`))
  found.push(...checkSubdomain(spec.storageClassName, `${path}.storageClassName`))
  found.push(...checkChoice(spec.volumeMode, volumeModes, `${path}.volumeMode`))
  if (dataSource) found.push(...validateSource(dataSource, `${path}.dataSource`))
  if (dataSourceRef) found.push(...validateSource(dataSourceRef, `${path}.dataSourceRef`))
  if (dataSource && dataSourceRef) {
    // Upstream shows the path, and Go prints that as an empty struct.
    const { namespace, ...own } = dataSourceRef
    if (namespace) {
      found.push(fieldError.invalid(path, {}, 'may not be specified when dataSourceRef.namespace is specified'))
    } else if (!jsonEquals(own, dataSource)) found.push(fieldError.invalid(path, {}, 'must match dataSourceRef'))
  }
  return [...found, ...checkSubdomain(spec.volumeAttributesClassName, `${path}.volumeAttributesClassName`)]
}

/** The template of a claim that is made for a pod; of its metadata, only labels and annotations may be said. */
export function validateClaimTemplate({ metadata, spec }: JsonObject, path: string): FieldError[] {
  const { labels, annotations, ...rest } = (metadata ?? {}) as ObjectMeta
  const goName = (name: string) => (name === 'uid' ? 'uID' : name)
  return [
    ...checkAnnotationKeys(annotations, `${path}.metadata.annotations`),
    ...checkLabels(labels, `${path}.metadata.labels`),
    ...Object.keys(rest).map((name) => fieldError.forbidden(`${path}.metadata.${goName(name)}`, 'cannot be set')),
    ...validateClaimSpec((spec ?? {}) as ClaimSpec, `${path}.spec`),
  ]
}

function checkStorage(amount: string | undefined, path: string): FieldError[] {
  if (amount === undefined) return [fieldError.required(path)]
  return isPositive(amount) ? [] : [fieldError.invalid(path, amount, 'must be greater than zero')]
}

function validateSource({ apiGroup = '', kind = '', name, namespace }: DataSource, path: string): FieldError[] {
  const found = name ? [] : [fieldError.required(`${path}.name`)]
  if (kind === '') found.push(fieldError.required(`${path}.kind`))
  if (apiGroup === '' && kind !== 'PersistentVolumeClaim') {
    found.push(fieldError.invalid(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"))
  }
  if (apiGroup !== '') found.push(...invalidBy(`${path}.apiGroup`, apiGroup, subdomainErrors(apiGroup)))
  return namespace ? [...found, ...invalidBy(`${path}.namespace`, namespace, labelErrors(namespace))] : found
}
