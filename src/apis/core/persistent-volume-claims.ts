import { type FieldError, fieldError } from '../../meta/field-error.js'
import { jsonEquals } from '../../meta/json-equal.js'
import type { JsonObject, KubeObject } from '../../meta/object.js'
import { compareQuantities, parseQuantity } from '../../meta/quantity.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { changedLines } from '../changed-lines.js'
import { checkImmutable } from '../field-checks.js'
import { goShape } from '../go-shape.js'
import { type ClaimSpec, validateClaimSpec } from './claim-spec.js'
import { type ClaimStatus, validateClaimStatus } from './claim-status.js'
import { shortAccessModes, storageClassOf } from './volume-cells.js'
import { claimSpecWarnings, storageAnnotationWarnings } from './volumes/volume-warnings.js'

const specOf = (claim: KubeObject) => (claim.spec ?? {}) as ClaimSpec
const statusOf = (claim: KubeObject) => (claim.status ?? {}) as ClaimStatus
const immutable =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'

/** core/v1 PersistentVolumeClaim. */
export const persistentVolumeClaims: BuiltinKind = {
  defaults: {
    'core.v1.PersistentVolumeClaim': {
      set: (claim) => {
        const status = (claim.status ?? {}) as JsonObject
        claim.status = status
        status.phase ||= 'Pending'
      },
    },
    'core.v1.PersistentVolumeClaimSpec': { fields: { volumeMode: 'Filesystem' } },
  },
  strategy: {
    prepareForCreate: (claim) => mirrorDataSource(claim, undefined),
    prepareForUpdate: (claim, old, subresource) => {
      if (subresource !== 'status') mirrorDataSource(claim, old)
    },
    validate: (claim, update) =>
      update?.subresource === 'status'
        ? validateClaimStatus(statusOf(claim))
        : validateClaimSpec(specOf(claim), 'spec'),
    warnings: (claim) => [
      ...storageAnnotationWarnings(claim),
      ...claimSpecWarnings((claim.spec ?? {}) as JsonObject, 'spec'),
    ],
    validateUpdate: (claim, old, subresource) => (subresource === 'status' ? [] : validateChange(claim, old)),
  },
  cells: {
    Status: (claim) => (claim.metadata.deletionTimestamp ? 'Terminating' : (statusOf(claim).phase ?? '')),
    Volume: (claim) => specOf(claim).volumeName ?? '',
    Capacity: (claim) => (specOf(claim).volumeName ? (statusOf(claim).capacity?.storage ?? '0') : ''),
    'Access Modes': (claim) => (specOf(claim).volumeName ? shortAccessModes(statusOf(claim).accessModes ?? []) : ''),
    StorageClass: (claim) => storageClassOf(claim),
    VolumeAttributesClass: (claim) => specOf(claim).volumeAttributesClassName ?? '<unset>',
    Age: age,
    VolumeMode: (claim) => specOf(claim).volumeMode ?? '<unset>',
  },
}

/** The older of the two fields only knows some sources; what it says the newer one says too. */
function mirrorDataSource(claim: KubeObject, old: KubeObject | undefined): void {
  const { spec } = claim as { spec?: { dataSource?: unknown; dataSourceRef?: unknown } }
  if (!spec) return
  const isNew = !old || specOf(old).dataSource === undefined
  if (isNew && spec.dataSource && !isKnownSource(spec.dataSource as Source)) delete spec.dataSource
  const { dataSource, dataSourceRef } = spec
  const reference = dataSourceRef as { namespace?: string } | undefined
  if (reference?.namespace) return
  if (dataSource !== undefined && dataSourceRef === undefined) spec.dataSourceRef = dataSource
  else if (dataSourceRef !== undefined && dataSource === undefined) {
    if (isKnownSource(dataSourceRef as Source)) spec.dataSource = dataSourceRef
  }
}

interface Source {
  readonly apiGroup?: string
  readonly kind?: string
}

/** Another claim, or a snapshot. */
function isKnownSource({ apiGroup = '', kind }: Source): boolean {
  return (
    (kind === 'PersistentVolumeClaim' && apiGroup === '') ||
    (kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io')
  )
}

/** A bound claim may ask for more room; else nothing is changed but what is first filled in. */
function validateChange(claim: KubeObject, old: KubeObject): FieldError[] {
  const before = specOf(old)
  const found: FieldError[] = []
  const wasLike = { ...before, ...(before.volumeName ? {} : textOf('volumeName', specOf(claim).volumeName)) }
  const isLike = withChangeable(specOf(claim), before, statusOf(claim).phase === 'Bound')
  if (!jsonEquals(isLike, wasLike)) {
    const [was, is] = [wasLike, isLike].map((spec) => goShape(spec, 'core.v1.PersistentVolumeClaimSpec'))
    found.push(fieldError.forbidden('spec', `${immutable}\n${changedLines(was, is)}`))
  }
  const amount = (text: string | undefined) => parseQuantity(text ?? '0')
  const [size, oldSize] = [specOf(claim), before].map(({ resources }) => amount(resources?.requests?.storage))
  const capacity = amount(statusOf(old).capacity?.storage)
  if (size && oldSize && compareQuantities(size, oldSize) < 0 && compareQuantities(size, capacity) <= 0) {
    const why = 'field can not be less than status.capacity'
    found.push(fieldError.forbidden('spec.resources.requests.storage', why))
  }
  return [...found, ...checkImmutable(specOf(claim).volumeMode, before.volumeMode, 'volumeMode')]
}

const textOf = (name: string, value: string | undefined) => (value === undefined ? {} : { [name]: value })

/** The new spec, with what may be changed as it was. */
function withChangeable(spec: ClaimSpec, before: ClaimSpec, isBound: boolean): ClaimSpec {
  const { volumeAttributesClassName, storageClassName, resources, ...rest } = spec
  const wasStorage = before.resources?.requests?.storage
  const keepsStorage = isBound && resources?.requests !== undefined && wasStorage !== undefined
  return {
    ...rest,
    ...(resources && keepsStorage
      ? { resources: { ...resources, requests: { ...resources.requests, storage: wasStorage } } }
      : resources && { resources }),
    ...(before.storageClassName === undefined ? {} : textOf('storageClassName', storageClassName)),
    ...textOf('volumeAttributesClassName', isBound ? before.volumeAttributesClassName : volumeAttributesClassName),
  }
}
