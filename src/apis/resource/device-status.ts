import { type FieldError, fieldError } from '../../meta/field-error.js'
import { parseCidr } from '../../meta/ip-address.js'
import { each, repeated } from '../field-checks.js'
import { goShape } from '../go-shape.js'
import { checkDriverName } from '../storage/csi.js'
import { validateConditions } from '../validate-conditions.js'
import type { Allocation, DeviceStatus } from './device-spec.js'
import { checkLabelName, checkPoolName } from './names.js'

const [longestInterface, longestAddress] = [256, 128]
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

type Place = Pick<DeviceStatus, 'driver' | 'pool' | 'device' | 'shareID'>
const keyOf = ({ driver, pool, device, shareID = '' }: Place) => JSON.stringify([driver, pool, device, shareID])

/** Each is a device of the allocation, and told of once. */
export function validateDeviceStatuses(
  devices: readonly DeviceStatus[] | undefined,
  allocation: Allocation | undefined,
  path: string,
): FieldError[] {
  const given = new Set((allocation?.devices?.results ?? []).map((one) => keyOf(one as Place)))
  const again = repeated(devices, keyOf)
  return each(devices, path, (device, at, i) => {
    const shown = goShape({ ...device }, 'resource.v1.AllocatedDeviceStatus') as Record<string, unknown>
    const { Driver, Pool, Device, ShareID } = shown
    const id = { Driver, Pool, Device, ShareID: ShareID ?? '' }
    if (again[i]) return [fieldError.duplicate(at, id)]
    const why = 'must be an allocated device in the claim'
    return [
      ...checkDriverName(device.driver, `${at}.driver`),
      ...checkPoolName(device.pool, `${at}.pool`),
      ...checkLabelName(device.device, `${at}.device`),
      ...validateShare(device.shareID, `${at}.shareID`),
      ...(given.has(keyOf(device)) ? [] : [fieldError.invalid(at, id, why)]),
      ...validateConditions(device.conditions, `${at}.conditions`),
      ...validateNetwork(device.networkData ?? {}, `${at}.networkData`),
    ]
  })
}

function validateShare(share: string | undefined, path: string): FieldError[] {
  if (share === undefined || uuid.test(share)) return []
  const what = share.length === 36 ? 'format' : `length: ${Buffer.byteLength(share)}`
  return [fieldError.invalid(path, share, `error validating uid: invalid UUID ${what}`)]
}

function validateNetwork(network: NonNullable<DeviceStatus['networkData']>, path: string): FieldError[] {
  const { interfaceName = '', hardwareAddress = '', ips } = network
  const found: FieldError[] = []
  if (Buffer.byteLength(interfaceName) > longestInterface) {
    found.push(fieldError.tooLong(`${path}.interfaceName`, longestInterface))
  }
  if (Buffer.byteLength(hardwareAddress) > longestAddress) {
    found.push(fieldError.tooLong(`${path}.hardwareAddress`, longestAddress))
  }
  const again = repeated(ips, (ip) => ip)
  return [
    ...found,
    ...each(ips, `${path}.ips`, (ip, at, i) => {
      if (again[i]) return [fieldError.duplicate(at, ip)]
      const why = 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)'
      return parseCidr(ip) ? [] : [fieldError.invalid(at, ip, why)]
    }),
  ]
}
