import { jsonEquals } from '../../meta/json-equal.js'
import type { KubeObject } from '../../meta/object.js'
import { compareQuantities, parseQuantity, type Quantity, roundToWhole, wholeQuantity } from '../../meta/quantity.js'
import { type Amounts, addAmounts, largerOf } from './amounts.js'
import { countName, type Evaluator, type Measure, oneObject } from './evaluator.js'

export interface Claim extends KubeObject {
  readonly spec?: {
    readonly storageClassName?: string
    readonly volumeAttributesClassName?: string
    readonly resources?: { readonly requests?: Readonly<Record<string, string>> }
  }
  readonly status?: {
    readonly phase?: string
    readonly allocatedResources?: Readonly<Record<string, string>>
    readonly currentVolumeAttributesClassName?: string
    readonly modifyVolumeStatus?: { readonly targetVolumeAttributesClassName?: string }
  }
}

const ofClass = '.storageclass.storage.k8s.io/'
const count = countName('', 'persistentvolumeclaims')
const [claims, storage] = ['persistentvolumeclaims', 'requests.storage']

/** core/v1 PersistentVolumeClaim: all, and by storage class. */
export const volumeClaimEvaluator: Evaluator = {
  measures: (name) =>
    [count, claims, storage].includes(name) ||
    [claims, storage].some((resource) => name.endsWith(`${ofClass}${resource}`)),
  concerns({ operation, subresource, object, old }) {
    if (operation === 'DELETE') return false
    return subresource === '' || (subresource === 'status' && takesMore(object as Claim, old as Claim))
  },
  measure: (object) => measure(object as Claim),
}

/** The class a claim names: the annotation came first. */
export function storageClassOf({ metadata, spec = {} }: Claim): string {
  return metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName ?? ''
}

function takesMore(claim: Claim, old: Claim): boolean {
  const allocated = (of: Claim) => of.status?.allocatedResources?.storage ?? null
  return allocated(claim) !== allocated(old) || !jsonEquals(attributesClasses(claim), attributesClasses(old))
}

function attributesClasses({ spec = {}, status = {} }: Claim): string[] {
  const named = [
    ...[spec.volumeAttributesClassName, status.currentVolumeAttributesClassName],
    status.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ]
  return [...new Set(named.filter((name) => name !== undefined && name !== ''))].sort() as string[]
}

function measure(claim: Claim): Measure {
  const taken: Record<string, Quantity> = { [claims]: oneObject }
  const asked = claim.spec?.resources?.requests?.storage
  if (asked !== undefined) taken[storage] = storageOf(asked, claim.status?.allocatedResources?.storage)
  const name = storageClassOf(claim)
  const byClass = name
    ? Object.entries(taken).map(([resource, amount]) => [`${name}${ofClass}${resource}`, amount])
    : []
  return {
    amounts: { [count]: oneObject, ...taken, ...Object.fromEntries(byClass) },
    scopes: { VolumeAttributesClass: attributesClasses(claim) },
  }
}

/** What a volume that is being grown already has counts, if that is more. */
function storageOf(asked: string, allocated = '0'): Quantity {
  const [wanted, had] = [parseQuantity(asked), parseQuantity(allocated)]
  return roundToWhole(compareQuantities(had, wanted) > 0 ? had : wanted)
}

const ofDeviceClass = '.deviceclass.resource.k8s.io/devices'
const deviceCount = countName('resource.k8s.io', 'resourceclaims')
/** As many devices as one claim can be given. */
const mostDevices = 32

interface DeviceRequest {
  readonly deviceClassName?: string
  readonly allocationMode?: string
  readonly count?: number
}

interface DeviceClaim extends KubeObject {
  readonly spec?: {
    readonly devices?: {
      readonly requests?: readonly {
        readonly exactly?: DeviceRequest
        readonly firstAvailable?: readonly DeviceRequest[]
      }[]
    }
  }
}

/** resource.k8s.io ResourceClaim: devices by their class, as many as it may get at worst. */
export const deviceClaimEvaluator: Evaluator = {
  measures: (name) => name === deviceCount || name.endsWith(ofDeviceClass),
  concerns: ({ operation, subresource }) => subresource === '' && operation !== 'DELETE',
  measure(object) {
    const { requests = [] } = (object as DeviceClaim).spec?.devices ?? {}
    const devices = requests.map(({ exactly, firstAvailable = [] }) =>
      [...(exactly ? [exactly] : []), ...firstAvailable].map(devicesOf).reduce(largerOf, {}),
    )
    return { amounts: devices.reduce(addAmounts, { [deviceCount]: oneObject }) }
  },
}

function devicesOf({ deviceClassName = '', allocationMode, count: number = 0 }: DeviceRequest): Amounts {
  const most = allocationMode === 'All' ? mostDevices : allocationMode === 'ExactCount' ? number : 0
  return { [`${deviceClassName}${ofDeviceClass}`]: wholeQuantity(most) }
}
