import { type FieldError, fieldError } from '../../meta/field-error.js'
import { countedResources, isNegative } from '../amounts.js'
import { each, repeated } from '../field-checks.js'
import { goShape } from '../go-shape.js'

export interface NodeStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[]
  readonly addresses?: readonly { readonly type: string; readonly address: string }[]
  readonly nodeInfo?: Readonly<Record<string, string>>
  readonly capacity?: Readonly<Record<string, string>>
  readonly allocatable?: Readonly<Record<string, string>>
  readonly declaredFeatures?: readonly string[]
}

/** Named by others than Kubernetes; there are no parts of these either. */
const isExtended = (name: string) => name.includes('/') && !name.includes('kubernetes.io/')

/** What a node's status says of the node: amounts, addresses, features. */
export function validateNodeStatus({ capacity, allocatable, addresses, declaredFeatures }: NodeStatus): FieldError[] {
  const again = repeated(addresses, ({ type, address }) => JSON.stringify([type, address]))
  return [
    ...validateAmounts(capacity, 'status.capacity'),
    ...validateAmounts(allocatable, 'status.allocatable'),
    ...each(addresses, 'status.addresses', (address, at, i) =>
      again[i] ? [fieldError.duplicate(at, goShape(address, 'core.v1.NodeAddress'))] : [],
    ),
    ...each(declaredFeatures, 'status.declaredFeatures', (name, at, i) =>
      validateFeature(name, declaredFeatures?.[i - 1], at),
    ),
  ]
}

function validateAmounts(amounts: Readonly<Record<string, string>> = {}, path: string): FieldError[] {
  return Object.entries(amounts).flatMap(([name, amount]) => {
    const at = `${path}.${name}`
    if (isNegative(amount)) return [fieldError.invalid(at, amount, 'must be greater than or equal to 0')]
    const hasParts = (countedResources.includes(name) || isExtended(name)) && amount.endsWith('m')
    return !hasParts ? [] : [fieldError.invalid(at, amount, 'must be an integer')]
  })
}

const featureName = /^[A-Z][A-Za-z0-9]*(\/[A-Za-z0-9]+)*$/

/** Sorted, none twice. */
function validateFeature(name: string, previous: string | undefined, at: string): FieldError[] {
  if (name === previous) return [fieldError.duplicate(at, name)]
  const found: FieldError[] = []
  if (previous !== undefined && name < previous) {
    found.push(fieldError.invalid(at, name, 'list must be sorted alphabetically'))
  }
  if (featureName.test(name)) return found
  const why =
    `invalid feature name ${JSON.stringify(name)}: must start with an UpperCamelCase segment, with subsequent segments ` +
    "separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes"
  return [...found, fieldError.invalid(at, name, why)]
}
