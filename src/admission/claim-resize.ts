import { compareQuantities, parseQuantity } from '../meta/quantity.js'
import { type Admission, type AdmissionRequest, onlyOf } from '../registry/admission.js'
import type { KnownObjects } from './known-objects.js'
import { type Claim, storageClassOf } from './quota/claims.js'
import { isWriteOf, refusal } from './refuse.js'

/** PersistentVolumeClaimResize: a claim grows only when it is bound and its class allows it. */
export function claimResize(known: KnownObjects): Admission {
  return {
    concerns: onlyOf('/persistentvolumeclaims'),
    async validate(request) {
      if (request.operation !== 'UPDATE' || !isWriteOf(request, '', 'persistentvolumeclaims')) return
      const [claim, old] = [request.object as Claim, request.old as Claim]
      if (compareQuantities(sizeOf(claim), sizeOf(old)) <= 0) return
      if (old.status?.phase !== 'Bound') {
        throw refusal(request, 'Only bound persistent volume claims can be expanded')
      }
      await known.fresh()
      if (!mayGrow(known, claim, old)) throw notResizable(request)
    },
  }
}

const sizeOf = ({ spec = {} }: Claim) => parseQuantity(spec.resources?.requests?.storage ?? '0')

function mayGrow(known: KnownObjects, claim: Claim, old: Claim): boolean {
  const name = storageClassOf(claim)
  if (name === '' || name !== storageClassOf(old)) return false
  return known.get('storage.k8s.io', 'storageclasses', '', name)?.allowVolumeExpansion === true
}

function notResizable(request: AdmissionRequest) {
  const why =
    'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize'
  return refusal(request, why)
}
