import { type FieldError, fieldError } from '../../meta/field-error.js'
import { qualifiedNameErrors } from '../../meta/names.js'
import type { JsonObject, KubeObject } from '../../meta/object.js'
import { timestamp } from '../../registry/backend.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkImmutable } from '../field-checks.js'
import type { TypeDefaults } from '../type-defaults.js'
import { checkGivenAccess, checkRequestedAccess } from './admin-access.js'
import type { ClaimSpec, ClaimStatus, ClassSpec, SliceSpec } from './device-spec.js'
import { checkSet } from './names.js'
import { selectorsLoading, validateSelectors } from './selectors.js'
import { validateClaimSpec, validateClaimStatus, validateConfiguration } from './validate-claim.js'
import { validateSlice } from './validate-slice.js'

const claimOf = (object: KubeObject) => object as KubeObject & { spec: ClaimSpec; status?: ClaimStatus }
const templateOf = (object: KubeObject) => (object.spec ?? {}) as { readonly spec?: ClaimSpec }
const sliceOf = ({ spec }: KubeObject) => (spec ?? {}) as SliceSpec
const mostConfigurations = 32

/** One device, unless something else is said. */
const wanted: TypeDefaults = {
  set: (request: JsonObject) => {
    request.allocationMode ||= 'ExactCount'
    if (request.allocationMode === 'ExactCount' && !request.count) request.count = 1
  },
}

/** resource.k8s.io/v1 ResourceClaim. */
export const resourceClaims: BuiltinKind = {
  defaults: {
    'resource.v1.ExactDeviceRequest': wanted,
    'resource.v1.DeviceSubRequest': wanted,
    'resource.v1.DeviceToleration': { fields: { operator: 'Equal' } },
  },
  strategy: {
    ready: selectorsLoading,
    prepareForUpdate: (object, old, subresource) => {
      if (subresource === 'status') object.spec = old.spec
    },
    validate: (object, update) => {
      const { spec, status = {} } = claimOf(object)
      if (update?.subresource === 'status') {
        return validateClaimStatus(status, spec, claimOf(update.old).status?.allocation !== undefined)
      }
      return update ? [] : validateClaimSpec(spec, 'spec')
    },
    check: (object, objects, update) => {
      const { spec, status = {} } = claimOf(object)
      if (!update) return checkRequestedAccess(object, spec, objects)
      return update.subresource === 'status' ? checkGivenAccess(object, status, objects) : []
    },
    validateUpdate: (object, old, subresource) => {
      if (subresource === '') return checkImmutable(object.spec, old.spec, 'spec', 'resource.v1.ResourceClaimSpec')
      const [now, before] = [claimOf(object).status?.allocation, claimOf(old).status?.allocation]
      if (!now || !before) return []
      return checkImmutable(now, before, 'status.allocation', 'resource.v1.AllocationResult')
    },
  },
  cells: { State: (object) => stateOf(object), Age: age },
}

function stateOf(object: KubeObject): string {
  const { allocation, reservedFor = [] } = claimOf(object).status ?? {}
  const isDeleted = object.metadata.deletionTimestamp !== undefined
  return [
    ...(isDeleted ? ['deleted'] : []),
    ...(allocation ? ['allocated'] : isDeleted ? [] : ['pending']),
    ...(allocation && reservedFor.length > 0 ? ['reserved'] : []),
  ].join(',')
}

/** resource.k8s.io/v1 ResourceClaimTemplate. */
export const resourceClaimTemplates: BuiltinKind = {
  strategy: {
    ready: selectorsLoading,
    validate: (object) => validateClaimSpec(templateOf(object).spec ?? {}, 'spec.spec'),
    check: (object, objects, update) =>
      update ? [] : checkRequestedAccess(object, templateOf(object).spec ?? {}, objects),
    validateUpdate: (object, old) =>
      checkImmutable(object.spec, old.spec, 'spec', 'resource.v1.ResourceClaimTemplateSpec'),
  },
  cells: { Age: age },
}

/** resource.k8s.io/v1 DeviceClass. */
export const deviceClasses: BuiltinKind = {
  strategy: {
    ready: selectorsLoading,
    validate: ({ spec }) => validateClass((spec ?? {}) as ClassSpec),
  },
  cells: { Age: age },
}

function validateClass({ selectors, config, extendedResourceName: name }: ClassSpec): FieldError[] {
  const found = [
    ...validateSelectors(selectors, 'spec.selectors'),
    ...checkSet(config, 'spec.config', mostConfigurations, validateConfiguration),
  ]
  const isExtended =
    name === undefined ||
    (name.includes('/') &&
      !name.includes('kubernetes.io/') &&
      !name.startsWith('requests.') &&
      qualifiedNameErrors(`requests.${name}`).length === 0)
  if (isExtended) return found
  return [...found, fieldError.invalid('spec.extendedResourceName', name, 'must be a valid extended resource name')]
}

/** resource.k8s.io/v1 ResourceSlice. */
export const resourceSlices: BuiltinKind = {
  defaults: {
    'resource.v1.DeviceTaint': {
      set: (taint) => {
        taint.timeAdded ??= timestamp(new Date())
      },
    },
  },
  strategy: {
    prepareForCreate: dropDisabled,
    prepareForUpdate: dropDisabled,
    validate: (object, update) => validateSlice(sliceOf(object), update && sliceOf(update.old), 'spec'),
    warnings: (object, old) => {
      const { driver = '' } = sliceOf(object)
      if (old || driver === driver.toLowerCase()) return []
      const shown = JSON.stringify(driver)
      return [`spec.driver: driver names should be lowercase; ${shown} contains uppercase characters`]
    },
  },
  cells: {
    Node: (object) => sliceOf(object).nodeName ?? '',
    Driver: (object) => sliceOf(object).driver ?? '',
    Pool: (object) => sliceOf(object).pool?.name ?? '',
    Age: age,
  },
}

/** Fields of features that are off unless somebody says otherwise. */
function dropDisabled({ spec }: KubeObject): void {
  const { devices = [] } = (spec ?? {}) as { devices?: JsonObject[] }
  for (const device of devices) {
    delete device.nodeAllocatableResourceMappings
    for (const attribute of Object.values((device.attributes ?? {}) as Record<string, JsonObject>)) {
      for (const list of ['bools', 'ints', 'strings', 'versions']) delete attribute[list]
    }
  }
}
