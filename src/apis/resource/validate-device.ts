import { type FieldError, fieldError } from '../../meta/field-error.js'
import { qualifiedNameErrors, subdomainErrors } from '../../meta/names.js'
import { validateNodeSelector } from '../core/node-selector.js'
import { invalidBy } from '../field-checks.js'
import { goShape } from '../go-shape.js'
import type { Attribute, Device } from './device-spec.js'
import { checkLabelName, checkQualifiedName, checkSet } from './names.js'
import { validateTaint } from './validate-claim.js'

const mostTaints = 16
const mostConditions = 4
const mostConsumptions = 2
const mostFacts = 32
const longestValue = 64
const identifier = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)'
const semver = new RegExp(
  `^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-${identifier}(\\.${identifier})*)?(\\+[0-9a-zA-Z-]+(\\.[0-9a-zA-Z-]+)*)?$`,
)

/** A device of a slice; `placed`: each says where it can be reached from. */
export function validateDevice(device: Device, path: string, placed: boolean): FieldError[] {
  const { attributes = {}, capacity = {}, taints, consumesCounters } = device
  const found = checkLabelName(device.name, `${path}.name`)
  const facts = Object.keys(attributes).length + Object.keys(capacity).length
  if (facts > mostFacts) {
    const why = `the total number of attributes and capacities must not exceed ${mostFacts}`
    found.push(fieldError.invalid(path, facts, why))
  }
  for (const [name, attribute] of Object.entries(attributes)) {
    found.push(...checkQualifiedName(name, `${path}.attributes`))
    found.push(...validateAttribute(attribute, `${path}.attributes[${name}]`))
  }
  for (const [name, { requestPolicy }] of Object.entries(capacity)) {
    found.push(...checkQualifiedName(name, `${path}.capacity`))
    if (!requestPolicy || device.allowMultipleAllocations) continue
    const at = `${path}.capacity[${name}].requestPolicy`
    found.push(fieldError.forbidden(at, 'allowMultipleAllocations must be true'))
  }
  found.push(...checkSet(taints, `${path}.taints`, mostTaints, validateTaint))
  found.push(
    ...checkSet(
      consumesCounters,
      `${path}.consumesCounters`,
      mostConsumptions,
      ({ counterSet, counters = {} }, at) => [
        ...(counterSet ? checkLabelName(counterSet, `${at}.counterSet`) : [fieldError.required(`${at}.counterSet`)]),
        ...(Object.keys(counters).length > 0 ? [] : [fieldError.required(`${at}.counters`)]),
        ...Object.keys(counters).flatMap((name) => checkLabelName(name, `${at}.counters`)),
      ],
      ({ counterSet = '' }) => counterSet,
    ),
  )
  return [...found, ...validatePlace(device, path, placed), ...validateConditions(device, path)]
}

function validateAttribute(attribute: Attribute, path: string): FieldError[] {
  const { string, version } = attribute
  const found: FieldError[] = []
  if (version !== undefined && !semver.test(version)) {
    const why = 'must be a string compatible with semver.org spec 2.0.0'
    found.push(fieldError.invalid(`${path}.version`, version, why))
  }
  for (const [field, text = ''] of Object.entries({ string, version })) {
    if (Buffer.byteLength(text) > longestValue) found.push(fieldError.tooLong(`${path}.${field}`, longestValue))
  }
  const values = Object.keys(attribute).length
  if (values === 1) return found
  const shown = values === 0 ? '' : goAttribute(attribute)
  return [...found, fieldError.invalid(path, shown, 'exactly one value must be specified')]
}

/** As Go names its members. */
function goAttribute(attribute: Attribute): unknown {
  const shape = goShape(attribute, 'resource.v1.DeviceAttribute') as Record<string, unknown>
  const named = (name: string) => name.replace(/(s?)$/, 'Value$1')
  return Object.fromEntries(Object.entries(shape).map(([name, value]) => [named(name), value]))
}

function validatePlace({ nodeName, nodeSelector, allNodes }: Device, path: string, placed: boolean): FieldError[] {
  const selection = '`perDeviceNodeSelection` is set to true in the ResourceSlice spec'
  if (!placed) {
    if (nodeName === undefined && !nodeSelector && allNodes === undefined) return []
    return [
      fieldError.invalid(path, null, `\`nodeName\`, \`nodeSelector\` and \`allNodes\` can only be set if ${selection}`),
    ]
  }
  const found: FieldError[] = []
  if (nodeName === '') found.push(fieldError.invalid(`${path}.nodeName`, '', 'must not be empty'))
  else if (nodeName) found.push(...invalidBy(`${path}.nodeName`, nodeName, subdomainErrors(nodeName)))
  if (nodeSelector) found.push(...validateNodeSelector(nodeSelector, `${path}.nodeSelector`))
  if (allNodes === false) {
    found.push(fieldError.invalid(`${path}.allNodes`, false, 'must be either unset or set to true'))
  }
  const given = [
    ...(nodeName ? ['`nodeName`'] : []),
    ...(nodeSelector ? ['`nodeSelector`'] : []),
    ...(allNodes ? ['`allNodes`'] : []),
  ]
  const why = `exactly one of \`nodeName\`, \`nodeSelector\`, or \`allNodes\` is required when ${selection}`
  if (given.length === 1) return found
  return [
    ...found,
    given.length === 0 ? fieldError.required(path, why) : fieldError.invalid(path, `{${given.join(', ')}}`, why),
  ]
}

/** What must be so before a pod is bound to the device's node, and what ends that; there are both or none. */
function validateConditions(device: Device, path: string): FieldError[] {
  const { bindingConditions: before = [], bindingFailureConditions: failing = [] } = device
  const found = Object.entries({ bindingConditions: before, bindingFailureConditions: failing }).flatMap(
    ([field, conditions]) =>
      checkSet(
        conditions,
        `${path}.${field}`,
        mostConditions,
        (name, at) => invalidBy(at, name, qualifiedNameErrors(name)),
        (name) => name,
      ),
  )
  for (const [i, name] of failing.entries()) {
    if (!before.includes(name)) continue
    const why = 'bindingFailureConditions must not overlap with bindingConditions'
    found.push(fieldError.invalid(`${path}.bindingFailureConditions[${i}]`, name, why))
  }
  const lacks = (field: string, other: string) =>
    fieldError.invalid(`${path}.${field}`, null, `${field} are required to use ${other}`)
  if (before.length === 0 && failing.length > 0) found.push(lacks('bindingConditions', 'bindingFailureConditions'))
  if (failing.length === 0 && before.length > 0) found.push(lacks('bindingFailureConditions', 'bindingConditions'))
  return found
}
