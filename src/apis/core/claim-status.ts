import { type FieldError, fieldError } from '../../meta/field-error.js'
import { qualifiedNameErrors } from '../../meta/names.js'
import { isNegative, wholeOf } from '../amounts.js'
import { invalidBy } from '../field-checks.js'

type Amounts = Readonly<Record<string, string>>

export interface ClaimStatus {
  readonly phase?: string
  readonly accessModes?: readonly string[]
  readonly capacity?: Amounts
  readonly allocatedResources?: Amounts
  /** How far the growing of each has come. */
  readonly allocatedResourceStatuses?: Readonly<Record<string, string>>
}

const stages = [
  ...['ControllerResizeInProgress', 'ControllerResizeInfeasible', 'NodeResizeInProgress', 'NodeResizeInfeasible'],
  'NodeResizePending',
]

export function validateClaimStatus(status: ClaimStatus): FieldError[] {
  const { capacity = {}, allocatedResources = {}, allocatedResourceStatuses = {} } = status
  const [amountsAt, stagesAt] = ['status.allocatedResources', 'status.allocatedResourceStatuses']
  return [
    ...Object.entries(capacity).flatMap(([name, amount]) => checkAmount(amount, `status.capacity[${name}]`)),
    ...Object.entries(allocatedResourceStatuses).flatMap(([name, stage]) => [
      ...checkResource(name, stagesAt),
      ...(stages.includes(stage) ? [] : [fieldError.notSupported(stagesAt, name, stages)]),
    ]),
    ...Object.entries(allocatedResources).flatMap(([name, amount]) => {
      const unknown = checkResource(name, amountsAt)
      return unknown.length > 0 ? unknown : checkAmount(amount, `${amountsAt}[${name}]`)
    }),
  ]
}

/** Storage, or what others than Kubernetes have named. */
function checkResource(name: string, path: string): FieldError[] {
  const wrong = invalidBy(path, name, qualifiedNameErrors(name))
  if (wrong.length > 0 || name.includes('/') || name === 'storage') return wrong
  return [fieldError.notSupported(path, name, ['storage'])]
}

/** As upstream, it shows the whole number that is not less. */
function checkAmount(amount: string, path: string): FieldError[] {
  return isNegative(amount) ? [fieldError.invalid(path, wholeOf(amount), 'must be a valid resource quantity')] : []
}
