import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { qualifiedNameErrors } from '../../../meta/names.js'
import { compareQuantities, parseQuantity } from '../../../meta/quantity.js'
import { invalidBy } from '../../field-checks.js'
import type { Resources } from './pod-spec.js'

const standardNames = new Set(['cpu', 'memory', 'ephemeral-storage'])
const mustBeWhole = 'must be an integer'

/** The resources a container asks for; a request may not be more than the limit. */
export function validateResources({ limits = {}, requests = {} }: Resources, path: string): FieldError[] {
  return [
    ...Object.entries(limits).flatMap(([name, amount]) => validateAmount(name, amount, `${path}.limits[${name}]`)),
    ...Object.entries(requests).flatMap(([name, amount]) => [
      ...validateAmount(name, amount, `${path}.requests[${name}]`),
      ...validateRequest(name, amount, Object.hasOwn(limits, name) ? limits[name] : undefined, path),
    ]),
  ]
}

function validateAmount(name: string, amount: string, path: string): FieldError[] {
  const found = invalidBy(path, name, qualifiedNameErrors(name))
  if (!name.includes('/') && !standardNames.has(name) && !name.startsWith('hugepages-')) {
    found.push(fieldError.invalid(path, name, 'must be a standard resource for containers'))
  }
  const quantity = parseQuantity(amount)
  if (quantity.unscaled < 0n) found.push(fieldError.invalid(path, amount, 'must be greater than or equal to 0'))
  if (!isOvercommitted(name) && quantity.scale < 0 && quantity.unscaled % 10n ** BigInt(-quantity.scale) !== 0n) {
    found.push(fieldError.invalid(path, amount, mustBeWhole))
  }
  return found
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

/** Of these more may be promised than there is; of devices and huge pages not. */
function isOvercommitted(name: string): boolean {
  return !name.startsWith('hugepages-') && (!name.includes('/') || name.includes('kubernetes.io/'))
}
