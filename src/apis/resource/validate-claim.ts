import { type FieldError, fieldError } from '../../meta/field-error.js'
import { labelValueErrors, qualifiedNameErrors } from '../../meta/names.js'
import { isJsonObject } from '../../meta/object.js'
import { validateNodeSelector } from '../core/node-selector.js'
import { checkChoice, checkOneOf, each, invalidBy } from '../field-checks.js'
import { checkDriverName } from '../storage/csi.js'
import type {
  Allocation,
  ClaimSpec,
  ClaimStatus,
  Configuration,
  Constraint,
  DeviceRequest,
  Toleration,
  Wanted,
} from './device-spec.js'
import { validateDeviceStatuses } from './device-status.js'
import { checkClassName, checkFullName, checkLabelName, checkPoolName, checkSet } from './names.js'
import { validateSelectors } from './selectors.js'

/** So many devices, constraints and configurations a claim can have. */
const most = 32
const mostAlternatives = 8
const mostConsumers = 256
const longestParameters = 10 * 1024
const effects = ['NoExecute', 'NoSchedule', 'None']

export function validateClaimSpec({ devices = {} }: ClaimSpec, path: string): FieldError[] {
  const at = `${path}.devices`
  const names = namesOf(devices.requests)
  return [
    ...checkSet(devices.requests, `${at}.requests`, most, validateRequest, ({ name }) => name),
    ...checkSet(devices.constraints, `${at}.constraints`, most, (one, where) => validateConstraint(one, where, names)),
    ...checkSet(devices.config, `${at}.config`, most, (one, where) => [
      ...validateReferences(one.requests, `${where}.requests`, names),
      ...validateConfiguration(one, where),
    ]),
  ]
}

/** The names that constraints, configurations and results refer to: `request` and `request/alternative`. */
function namesOf(requests: readonly DeviceRequest[] = []): ReadonlySet<string> {
  return new Set(
    requests.flatMap(({ name, firstAvailable = [] }) => [name, ...firstAvailable.map((one) => `${name}/${one.name}`)]),
  )
}

function validateRequest({ name, exactly, firstAvailable = [] }: DeviceRequest, path: string): FieldError[] {
  const found = checkLabelName(name, `${path}.name`)
  const why = 'exactly one of `exactly` or `firstAvailable` is required'
  if (exactly && firstAvailable.length > 0) {
    return [...found, fieldError.invalid(path, null, `${why}, but multiple fields are set`)]
  }
  if (exactly) return [...found, ...validateWanted(exactly, `${path}.exactly`)]
  if (firstAvailable.length === 0) return [...found, fieldError.required(path, why)]
  return [
    ...found,
    ...checkSet(
      firstAvailable,
      `${path}.firstAvailable`,
      mostAlternatives,
      (one, at) => [...checkLabelName(one.name, `${at}.name`), ...validateWanted(one, at)],
      (one) => one.name,
    ),
  ]
}

function validateWanted({ allocationMode: mode = '', count = 0, ...wanted }: Wanted, path: string): FieldError[] {
  const found = [
    ...checkClassName(wanted.deviceClassName, `${path}.deviceClassName`),
    ...validateSelectors(wanted.selectors, `${path}.selectors`),
    ...each(wanted.tolerations, `${path}.tolerations`, validateToleration),
    ...checkChoice(mode, ['All', 'ExactCount'], `${path}.allocationMode`),
  ]
  const wrong = (why: string) => [...found, fieldError.invalid(`${path}.count`, count, why)]
  if (mode === 'All' && count !== 0) return wrong("must not be specified when allocationMode is 'All'")
  return mode === 'ExactCount' && count <= 0 ? wrong('must be greater than zero') : found
}

function validateToleration({ key, operator, value = '', effect }: Toleration, path: string): FieldError[] {
  const at = `${path}.value`
  return [
    ...(key ? invalidBy(`${path}.key`, key, qualifiedNameErrors(key)) : []),
    ...checkOneOf(operator, ['Equal', 'Exists'], `${path}.operator`),
    ...(operator === 'Exists' && value ? [fieldError.invalid(at, value, 'must be empty for operator `Exists`')] : []),
    ...(operator === 'Equal' ? invalidBy(at, value, labelValueErrors(value)) : []),
    ...checkChoice(effect || undefined, effects, `${path}.effect`),
  ]
}

export function validateTaint({ key = '', value = '', effect }: Toleration, path: string): FieldError[] {
  return [
    ...invalidBy(`${path}.key`, key, qualifiedNameErrors(key)),
    ...invalidBy(`${path}.value`, value, labelValueErrors(value)),
    ...checkOneOf(effect, effects, `${path}.effect`),
  ]
}

function validateConstraint(constraint: Constraint, path: string, names: ReadonlySet<string>): FieldError[] {
  const { requests, matchAttribute, distinctAttribute } = constraint
  const found = validateReferences(requests, `${path}.requests`, names)
  if (matchAttribute !== undefined) return [...found, ...checkFullName(matchAttribute, `${path}.matchAttribute`)]
  if (distinctAttribute !== undefined) {
    return [...found, ...checkFullName(distinctAttribute, `${path}.distinctAttribute`)]
  }
  const why = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set'
  return [...found, fieldError.required(path, why)]
}

function validateReferences(requests: readonly string[] | undefined, path: string, names: ReadonlySet<string>) {
  return checkSet(
    requests,
    path,
    most,
    (name, at) => validateReference(name, at, names),
    (name) => name,
  )
}

function validateReference(name: string, path: string, names: ReadonlySet<string>): FieldError[] {
  const parts = name.split('/')
  const found = parts.length > 2 ? [] : parts.flatMap((part) => checkLabelName(part, path))
  if (names.has(name)) return found
  const why = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"
  return [...found, fieldError.invalid(path, name, why)]
}

/** Of a driver, in its own words. */
export function validateConfiguration({ opaque }: Configuration, path: string): FieldError[] {
  if (!opaque) return [fieldError.required(`${path}.opaque`)]
  const { driver = '', parameters } = opaque
  const at = `${path}.opaque.parameters`
  const found = checkDriverName(driver, `${path}.opaque.driver`)
  if (parameters === undefined || parameters === null) return [...found, fieldError.required(at)]
  if (Buffer.byteLength(JSON.stringify(parameters)) > longestParameters) {
    return [...found, fieldError.tooLong(at, longestParameters)]
  }
  return isJsonObject(parameters)
    ? found
    : [...found, fieldError.invalid(at, '<value omitted>', 'must be a valid JSON object')]
}

export function validateClaimStatus(status: ClaimStatus, spec: ClaimSpec, hasAllocation: boolean): FieldError[] {
  const { reservedFor = [], allocation } = status
  const at = 'status.reservedFor'
  const found = checkSet(
    reservedFor,
    at,
    mostConsumers,
    (one, path) =>
      (['resource', 'name', 'uid'] as const).flatMap((field) =>
        one[field] ? [] : [fieldError.required(`${path}.${field}`)],
      ),
    ({ uid = '' }) => uid,
  )
  found.push(...validateDeviceStatuses(status.devices, allocation, 'status.devices'))
  if (reservedFor.length > 0 && !allocation) {
    found.push(fieldError.forbidden(at, 'may not be specified when `allocated` is not set'))
  }
  if (!allocation || hasAllocation) return found
  return [...found, ...validateAllocation(allocation, 'status.allocation', namesOf(spec.devices?.requests))]
}

function validateAllocation({ devices = {}, nodeSelector }: Allocation, path: string, names: ReadonlySet<string>) {
  return [
    ...checkSet(devices.results, `${path}.devices.results`, most, (one, at) => [
      ...validateReference(one.request ?? '', `${at}.request`, names),
      ...checkDriverName(one.driver ?? '', `${at}.driver`),
      ...checkPoolName(one.pool ?? '', `${at}.pool`),
      ...checkLabelName(one.device ?? '', `${at}.device`),
    ]),
    ...checkSet(devices.config, `${path}.devices.config`, 2 * most, (one, at) => [
      ...checkOneOf(one.source, ['FromClaim', 'FromClass'], `${at}.source`),
      ...validateReferences(one.requests, `${at}.requests`, names),
      ...validateConfiguration(one, at),
    ]),
    ...(nodeSelector ? validateNodeSelector(nodeSelector, `${path}.nodeSelector`) : []),
  ]
}
