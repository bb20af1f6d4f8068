import { approvalCondition } from '../../apis/apiextensions/api-approval.js'
import { isTrue, type NewCondition, setCondition } from '../../apis/apiextensions/conditions.js'
import type { CustomResourceDefinition } from '../../apis/apiextensions/custom-resource-definition.js'
import { caBundleProblem } from '../../apis/ca-bundle.js'
import { cloneJson } from '../../meta/json-clone.js'
import { jsonEquals } from '../../meta/json-equal.js'
import type { NamesVerdict } from './names.js'

/**
 * The status a definition should have, given what was decided about its names; undefined when it has it already. Names
 * that are accepted make it established, unless its conversion webhook could never be called. `now` is RFC 3339.
 */
export function statusAfter(
  crd: CustomResourceDefinition,
  verdict: NamesVerdict | undefined,
  now: string,
): CustomResourceDefinition['status'] | undefined {
  const next = { ...crd, status: cloneJson(crd.status) }
  if (verdict) {
    next.status.acceptedNames = verdict.accepted
    setCondition(next, verdict.condition, now)
  }
  const established = establishedCondition(next)
  if (established) setCondition(next, established, now)
  const approval = approvalCondition(crd)
  if (approval) setCondition(next, approval, now)
  return jsonEquals(next.status, crd.status) ? undefined : next.status
}

/** Once established a definition stays so. */
function establishedCondition(crd: CustomResourceDefinition): NewCondition | undefined {
  if (isTrue(crd, 'Established')) return undefined
  const condition = (status: 'True' | 'False', reason: string, message: string): NewCondition => ({
    type: 'Established',
    status,
    reason,
    message,
  })
  if (!isTrue(crd, 'NamesAccepted')) return condition('False', 'NotAccepted', 'not all names are accepted')
  const bundle = crd.spec.conversion?.webhook?.clientConfig?.caBundle
  if (bundle !== undefined && caBundleProblem(bundle) !== undefined) {
    return condition('False', 'InvalidCABundle', 'The conversion webhook CABundle is invalid')
  }
  return condition('True', 'InitialNamesAccepted', 'the initial names have been accepted')
}
