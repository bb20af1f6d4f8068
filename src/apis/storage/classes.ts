import { type FieldError, fieldError } from '../../meta/field-error.js'
import { jsonEquals } from '../../meta/json-equal.js'
import { qualifiedNameErrors } from '../../meta/names.js'
import type { KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkChoice, checkImmutable, each, invalidBy, repeated } from '../field-checks.js'

interface StorageClass extends KubeObject {
  readonly provisioner?: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly reclaimPolicy?: string
  readonly volumeBindingMode?: string
  readonly allowVolumeExpansion?: boolean
  readonly allowedTopologies?: readonly TopologyTerm[]
}

interface TopologyTerm {
  readonly matchLabelExpressions?: readonly { readonly key: string; readonly values?: readonly string[] }[]
}

interface AttributesClass extends KubeObject {
  readonly driverName?: string
  readonly parameters?: Readonly<Record<string, string>>
}

const asClass = (object: KubeObject) => object as StorageClass
const asAttributes = (object: KubeObject) => object as AttributesClass
const maxParameters = 512
const maxParameterBytes = 256 * 1024
const parametersFixed = 'updates to parameters are forbidden.'

/** storage.k8s.io/v1 StorageClass. */
export const storageClasses: BuiltinKind = {
  defaults: { 'storage.v1.StorageClass': { fields: { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' } } },
  strategy: {
    validate: (object) => validateClass(asClass(object)),
    validateUpdate: (object, old) => {
      const [now, before] = [asClass(object), asClass(old)]
      const found: FieldError[] = []
      if (!jsonEquals(now.parameters ?? {}, before.parameters ?? {})) {
        found.push(fieldError.forbidden('parameters', parametersFixed))
      }
      return [
        ...found,
        ...checkImmutable(now.provisioner ?? '', before.provisioner, 'provisioner'),
        ...checkImmutable(now.reclaimPolicy, before.reclaimPolicy, 'reclaimPolicy'),
        ...checkImmutable(now.volumeBindingMode, before.volumeBindingMode, 'volumeBindingMode'),
      ]
    },
  },
  cells: {
    Name: ({ metadata }) => `${metadata.name}${isDefaultClass(metadata.annotations) ? ' (default)' : ''}`,
    Provisioner: (object) => asClass(object).provisioner ?? '',
    ReclaimPolicy: (object) => asClass(object).reclaimPolicy ?? 'Delete',
    VolumeBindingMode: (object) => asClass(object).volumeBindingMode ?? 'Immediate',
    AllowVolumeExpansion: (object) => asClass(object).allowVolumeExpansion ?? false,
    Age: age,
  },
}

/** storage.k8s.io/v1 VolumeAttributesClass. */
export const volumeAttributesClasses: BuiltinKind = {
  strategy: {
    validate: (object, update) => {
      const { driverName = '', parameters = {} } = asAttributes(object)
      const none = Object.keys(parameters).length === 0
      return [
        ...(update ? attributesChanged(object, update.old) : []),
        ...checkProvisioner(driverName, 'driverName'),
        ...(none ? [fieldError.required('parameters', 'must contain at least one key/value pair')] : []),
        ...checkParameters(parameters),
      ]
    },
  },
  cells: { DriverName: (object) => asAttributes(object).driverName ?? '', Age: age },
}

function attributesChanged(object: KubeObject, old: KubeObject): FieldError[] {
  const found: FieldError[] = []
  if (asAttributes(object).driverName !== asAttributes(old).driverName) {
    found.push(fieldError.forbidden('driverName', 'updates to driverName are forbidden.'))
  }
  const same = jsonEquals(asAttributes(object).parameters ?? {}, asAttributes(old).parameters ?? {})
  return same ? found : [...found, fieldError.forbidden('parameters', parametersFixed)]
}

function isDefaultClass(annotations: Readonly<Record<string, string>> = {}): boolean {
  return ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'].some(
    (key) => annotations[key] === 'true',
  )
}

function validateClass(object: StorageClass): FieldError[] {
  const { provisioner = '', parameters = {}, reclaimPolicy, volumeBindingMode, allowedTopologies } = object
  return [
    ...checkProvisioner(provisioner, 'provisioner'),
    ...checkParameters(parameters),
    ...(reclaimPolicy ? checkChoice(reclaimPolicy, ['Delete', 'Retain'], 'reclaimPolicy') : []),
    ...checkChoice(volumeBindingMode, ['Immediate', 'WaitForFirstConsumer'], 'volumeBindingMode'),
    ...validateTopologies(allowedTopologies ?? []),
  ]
}

function checkProvisioner(name: string, path: string): FieldError[] {
  if (name === '') return [fieldError.required(path)]
  const lower = name.toLowerCase()
  return invalidBy(path, lower, qualifiedNameErrors(lower))
}

function checkParameters(parameters: Readonly<Record<string, string>>): FieldError[] {
  const entries = Object.entries(parameters)
  if (entries.length > maxParameters) return [fieldError.tooMany('parameters', entries.length, maxParameters)]
  const found = entries.some(([key]) => key === '')
    ? [fieldError.invalid('parameters', '', 'field can not be empty.')]
    : []
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0)
  return bytes > maxParameterBytes ? [...found, fieldError.tooLong('parameters', maxParameterBytes)] : found
}

function validateTopologies(terms: readonly TopologyTerm[]): FieldError[] {
  const before = new Set<string>()
  return each(terms, 'allowedTopologies', ({ matchLabelExpressions = [] }, path) => {
    const at = `${path}.matchLabelExpressions`
    const known = repeated(matchLabelExpressions, ({ key }) => key)
    const found = each(matchLabelExpressions, at, ({ key, values = [] }, p, which) => {
      const wrong = values.length === 0 ? [fieldError.required(`${p}.values`)] : []
      const again = repeated(values, (value) => value)
      for (const [i, value] of values.entries()) {
        if (again[i]) wrong.push(fieldError.duplicate(`${p}.values[${i}]`, value))
      }
      wrong.push(...invalidBy(`${p}.key`, key, qualifiedNameErrors(key)))
      if (known[which]) wrong.push(fieldError.duplicate(`${p}.key`, key))
      return wrong
    })
    const text = JSON.stringify(matchLabelExpressions.map(({ key, values = [] }) => [key, [...values].sort()]).sort())
    const isKnown = before.has(text) || matchLabelExpressions.length === 0
    before.add(text)
    return isKnown ? [...found, fieldError.duplicate(at, '')] : found
  })
}
