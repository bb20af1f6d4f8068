import { type FieldError, fieldError } from '../../meta/field-error.js'
import { jsonEquals } from '../../meta/json-equal.js'
import type { JsonObject, KubeObject } from '../../meta/object.js'
import { compareQuantities, parseQuantity } from '../../meta/quantity.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkImmutable, checkNotNegativeAmount } from '../field-checks.js'
import { type ClaimSpec, validateClaimSpec } from './claim-spec.js'
import { shortAccessModes, storageClassOf } from './volume-cells.js'
import { claimSpecWarnings, storageAnnotationWarnings } from './volumes/volume-warnings.js'

interface Status {
  readonly phase?: string
  readonly accessModes?: readonly string[]
  readonly capacity?: Readonly<Record<string, string>>
}

const specOf = (claim: KubeObject) => (claim.spec ?? {}) as ClaimSpec
const statusOf = (claim: KubeObject) => (claim.status ?? {}) as Status
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
    prepareForCreate: mirrorDataSource,
    prepareForUpdate: (claim, _old, subresource) => {
      if (subresource !== 'status') mirrorDataSource(claim)
    },
    validate: (claim, update) =>
      update?.subresource === 'status'
        ? Object.entries(statusOf(claim).capacity ?? {}).flatMap(([name, amount]) =>
            checkNotNegativeAmount(amount, `status.capacity[${name}]`),
          )
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
function mirrorDataSource(claim: KubeObject): void {
  const { spec } = claim as { spec?: { dataSource?: unknown; dataSourceRef?: unknown } }
  if (!spec) return
  if (spec.dataSource && !isKnownSource(spec.dataSource as Source)) delete spec.dataSource
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
  const isBound = statusOf(claim).phase === 'Bound'
  const before = specOf(old)
  const fixed = (spec: ClaimSpec) => {
    const { volumeAttributesClassName, resources, storageClassName, volumeName, ...rest } = spec
    const { requests: { storage, ...requests } = {}, ...others } = resources ?? {}
    return {
      ...rest,
      resources: others,
      requests: isBound ? requests : { ...requests, storage },
      ...(isBound ? {} : { volumeAttributesClassName }),
      ...(before.volumeName ? { volumeName } : {}),
      ...(before.storageClassName === undefined ? {} : { storageClassName }),
    }
  }
  const found: FieldError[] = []
  if (!jsonEquals(fixed(specOf(claim)), fixed(before))) found.push(fieldError.forbidden('spec', immutable))
  const amount = (text: string | undefined) => parseQuantity(text ?? '0')
  const [size, oldSize] = [specOf(claim), before].map(({ resources }) => amount(resources?.requests?.storage))
  const capacity = amount(statusOf(old).capacity?.storage)
  if (size && oldSize && compareQuantities(size, oldSize) < 0 && compareQuantities(size, capacity) <= 0) {
    const why = 'field can not be less than status.capacity'
    found.push(fieldError.forbidden('spec.resources.requests.storage', why))
  }
  return [...found, ...checkImmutable(specOf(claim).volumeMode, before.volumeMode, 'volumeMode')]
}
