import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { qualifiedNameErrors } from '../../../meta/names.js'
import { compareQuantities, parseQuantity, roundToWhole } from '../../../meta/quantity.js'
import { invalidBy } from '../../field-checks.js'
import type { Resources } from './pod-spec.js'

const containerNames = new Set(['cpu', 'memory', 'ephemeral-storage'])
/** Names without a domain that mean something elsewhere. */
const otherNames = new Set([
  ...['storage', 'requests.cpu', 'requests.memory', 'requests.storage', 'requests.ephemeral-storage'],
  ...['limits.cpu', 'limits.memory', 'limits.ephemeral-storage', 'pods', 'resourcequotas', 'services'],
  ...['replicationcontrollers', 'secrets', 'configmaps', 'persistentvolumeclaims', 'services.nodeports'],
  'services.loadbalancers',
])
const mustBeWhole = 'must be an integer'

/** The resources a container asks for, or a pod as a whole; a request may not be more than the limit. */
export function validateResources(
  { limits = {}, requests = {} }: Resources,
  path: string,
  checkName = checkContainerResourceName,
): FieldError[] {
  const names = [...Object.keys(limits), ...Object.keys(requests)]
  const lacksBase = names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')
  return [
    ...Object.entries(limits).flatMap(([name, amount]) => {
      const at = `${path}.limits[${name}]`
      return [...checkName(name, at), ...validateAmount(name, amount, at)]
    }),
    ...Object.entries(requests).flatMap(([name, amount]) => {
      const at = `${path}.requests[${name}]`
      const limit = Object.hasOwn(limits, name) ? limits[name] : undefined
      return [
        ...checkName(name, at),
        ...validateAmount(name, amount, at),
        ...validateRequest(name, amount, limit, path),
      ]
    }),
    ...(lacksBase ? [fieldError.forbidden(path, 'HugePages require cpu or memory')] : []),
  ]
}

export const isHugePages = (name: string): boolean => name.startsWith('hugepages-')

function validateAmount(name: string, amount: string, path: string): FieldError[] {
  const found: FieldError[] = []
  const quantity = parseQuantity(amount)
  if (quantity.unscaled < 0n) found.push(fieldError.invalid(path, amount, 'must be greater than or equal to 0'))
  if (isHugePages(name)) return [...found, ...checkHugePages(name, amount, path)]
  if (!isOvercommitted(name) && quantity.scale < 0 && quantity.unscaled % 10n ** BigInt(-quantity.scale) !== 0n) {
    found.push(fieldError.invalid(path, amount, mustBeWhole))
  }
  return found
}

/** Whole pages: `hugepages-2Mi` says how large one is. */
function checkHugePages(name: string, amount: string, path: string): FieldError[] {
  const size = pageSize(name)
  const { unscaled, scale } = roundToWhole(parseQuantity(amount))
  if (size !== undefined && size > 0n && (unscaled * 10n ** BigInt(scale)) % size === 0n) return []
  return [fieldError.invalid(path, amount, `${amount} is not positive integer multiple of ${name}`)]
}

function pageSize(name: string): bigint | undefined {
  try {
    const { unscaled, scale } = parseQuantity(name.slice('hugepages-'.length))
    return scale < 0 ? undefined : unscaled * 10n ** BigInt(scale)
  } catch {
    return undefined
  }
}

/** The name of a resource that a container may ask for. */
export function checkContainerResourceName(name: string, path: string): FieldError[] {
  const whys = qualifiedNameErrors(name)
  if (name.includes('/')) {
    const isExtended = qualifiedNameErrors(`requests.${name}`).length === 0 && !name.startsWith('requests.')
    if (!isExtended && !name.includes('kubernetes.io/')) whys.push("doesn't follow extended resource name standard")
  } else if (!containerNames.has(name) && !name.startsWith('hugepages-')) {
    if (whys.length === 0 && !otherNames.has(name)) whys.push('must be a standard resource type or fully qualified')
    whys.push('must be a standard resource for containers')
  }
  return invalidBy(path, name, whys)
}

function validateRequest(name: string, request: string, limit: string | undefined, path: string): FieldError[] {
  if (limit === undefined) {
    if (isOvercommitted(name)) return []
    return [fieldError.required(`${path}.limits`, 'Limit must be set for non overcommitable resources')]
  }
  const order = compareQuantities(parseQuantity(request), parseQuantity(limit))
  if (order !== 0 && !isOvercommitted(name)) {
    return [fieldError.invalid(`${path}.requests`, request, `must be equal to ${name} limit of ${limit}`)]
  }
  if (order <= 0) return []
  return [fieldError.invalid(`${path}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`)]
}

/** The name of any resource. */
export function checkResourceName(name: string, path: string): FieldError[] {
  const whys = qualifiedNameErrors(name)
  const isKnown =
    name.includes('/') || containerNames.has(name) || otherNames.has(name) || name.startsWith('hugepages-')
  if (whys.length === 0 && !isKnown) whys.push('must be a standard resource type or fully qualified')
  return invalidBy(path, name, whys)
}

/** Of these more may be promised than there is; of devices and huge pages not. */
export function isOvercommitted(name: string): boolean {
  return !name.startsWith('hugepages-') && (!name.includes('/') || name.includes('kubernetes.io/'))
}
