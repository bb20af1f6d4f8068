import { type FieldError, fieldError } from '../../meta/field-error.js'
import type { JsonObject, KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkNotNegative } from '../field-checks.js'

interface LeaseSpec {
  readonly holderIdentity?: string
  readonly leaseDurationSeconds?: number
  readonly leaseTransitions?: number
}

const specOf = (lease: KubeObject) => (lease.spec ?? {}) as LeaseSpec

/** coordination.k8s.io/v1 Lease: what leader election writes. */
export const leases: BuiltinKind = {
  strategy: {
    prepareForCreate: dropCoordination,
    prepareForUpdate: dropCoordination,
    validate: (lease) => validateSpec(specOf(lease)),
  },
  cells: { Holder: (lease) => specOf(lease).holderIdentity ?? '', Age: age },
}

/** Fields of a feature that upstream has switched off. */
function dropCoordination(lease: KubeObject): void {
  const { strategy: _s, preferredHolder: _p, ...spec } = (lease.spec ?? {}) as JsonObject
  lease.spec = spec
}

function validateSpec({ leaseDurationSeconds, leaseTransitions }: LeaseSpec): FieldError[] {
  const path = 'spec.leaseDurationSeconds'
  const tooShort = leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0
  return [
    ...(tooShort ? [fieldError.invalid(path, leaseDurationSeconds, 'must be greater than 0')] : []),
    ...checkNotNegative(leaseTransitions, 'spec.leaseTransitions'),
  ]
}
