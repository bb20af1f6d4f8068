import { type FieldError, fieldError } from '../../meta/field-error.js'
import { subdomainErrors } from '../../meta/names.js'
import { validateNodeSelector } from '../core/node-selector.js'
import { checkImmutable, invalidBy } from '../field-checks.js'
import { goShape } from '../go-shape.js'
import { checkDriverName } from '../storage/csi.js'
import type { CounterSet, Device, SliceSpec } from './device-spec.js'
import { checkLabelName, checkPoolName, checkSet } from './names.js'
import { validateDevice } from './validate-device.js'

const mostDevices = 128
/** Where devices have taints or share counters. */
const mostSpecialDevices = 64
const mostCounterSets = 8
const mostCounters = 32

/** A part of a pool of devices. */
export function validateSlice(spec: SliceSpec, old: SliceSpec | undefined, path: string): FieldError[] {
  const { driver = '', pool = {}, devices, sharedCounters } = spec
  const found = checkDriverName(driver, `${path}.driver`)
  found.push(...checkPoolName(pool.name ?? '', `${path}.pool.name`))
  const { resourceSliceCount: count = 0, generation = 0 } = pool
  if (count <= 0) {
    found.push(fieldError.invalid(`${path}.pool.resourceSliceCount`, count, 'must be greater than zero'))
  }
  if (generation < 0) {
    found.push(fieldError.invalid(`${path}.pool.generation`, generation, 'must be greater than or equal to zero'))
  }
  if (old) found.push(...validateSliceChange(spec, old, path))
  found.push(...validatePlace(spec, path))
  if (sharedCounters && devices) {
    found.push(fieldError.invalid(path, '', 'only one of `sharedCounters` or `devices` is allowed'))
  }
  const isSpecial = ({ taints = [], consumesCounters = [] }: Device) => taints.length + consumesCounters.length > 0
  const most = devices?.some(isSpecial) ? mostSpecialDevices : mostDevices
  const check = (device: Device, at: string) => validateDevice(device, at, spec.perDeviceNodeSelection === true)
  return [
    ...found,
    ...checkSet(devices, `${path}.devices`, most, check, ({ name }) => name),
    ...checkSet(
      sharedCounters,
      `${path}.sharedCounters`,
      mostCounterSets,
      ({ name, counters }, at) => [
        ...(name ? checkLabelName(name, `${at}.name`) : [fieldError.required(`${at}.name`)]),
        ...validateCounters(counters, `${at}.counters`),
      ],
      ({ name = '' }) => name,
    ),
  ]
}

function validateSliceChange(spec: SliceSpec, old: SliceSpec, path: string): FieldError[] {
  return [
    ...checkImmutable(spec.pool?.name, old.pool?.name, `${path}.pool.name`),
    ...checkImmutable(spec.driver, old.driver, `${path}.driver`),
    ...checkImmutable(spec.nodeName, old.nodeName, `${path}.nodeName`),
  ]
}

function validateCounters(counters: CounterSet['counters'] = {}, path: string): FieldError[] {
  const names = Object.keys(counters)
  if (names.length === 0) return [fieldError.required(path)]
  if (names.length > mostCounters) return [fieldError.tooMany(path, names.length, mostCounters)]
  return names.flatMap((name) => checkLabelName(name, path))
}

/** Where the devices can be reached from is said in one way. */
function validatePlace(spec: SliceSpec, path: string): FieldError[] {
  const { nodeName, nodeSelector, allNodes, perDeviceNodeSelection } = spec
  const found: FieldError[] = []
  const given: string[] = []
  if (nodeName === '') {
    found.push(fieldError.invalid(`${path}.nodeName`, '', 'must be either unset or set to a non-empty string'))
  } else if (nodeName !== undefined) {
    given.push('`nodeName`')
    found.push(...invalidBy(`${path}.nodeName`, nodeName, subdomainErrors(nodeName)))
  }
  if (nodeSelector) {
    given.push('`nodeSelector`')
    const at = `${path}.nodeSelector`
    found.push(...validateNodeSelector(nodeSelector, at))
    const { nodeSelectorTerms: terms = [] } = nodeSelector
    if (terms.length !== 1) {
      const shown = terms.length === 0 ? null : terms.map((term) => goShape(term, 'core.v1.NodeSelectorTerm'))
      found.push(fieldError.invalid(`${at}.nodeSelectorTerms`, shown, 'must have exactly one node selector term'))
    }
  }
  for (const [field, value] of Object.entries({ allNodes, perDeviceNodeSelection })) {
    if (value) given.push(`\`${field}\``)
    else if (value === false) {
      found.push(fieldError.invalid(`${path}.${field}`, false, 'must be either unset or set to true'))
    }
  }
  const why = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'
  if (given.length === 1) return found
  if (given.length === 0) return [...found, fieldError.required(path, why)]
  return [...found, fieldError.invalid(path, `{${given.join(', ')}}`, `${why}, but multiple fields are set`)]
}
