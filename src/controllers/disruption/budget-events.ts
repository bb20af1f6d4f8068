import type { KubeObject } from '../../meta/object.js'
import type { SelectorObject } from '../../meta/selector-object.js'
import type { EventRecorder } from '../../work/event-recorder.js'

/** What was found when a budget was counted. */
export interface Findings {
  readonly noPods: boolean
  /** Why it is not known how many pods there should be. */
  readonly failure?: string
  readonly unmanaged: boolean
  /** Pods that were let go and stayed. */
  readonly notDeleted: readonly KubeObject[]
}

/** Tells of what somebody should know of a budget, in the words of upstream's controller. */
export function tellFindings(
  events: EventRecorder,
  budget: KubeObject & { readonly spec?: { readonly selector?: SelectorObject } },
  { noPods, failure, unmanaged, notDeleted }: Findings,
): void {
  const { namespace = '' } = budget.metadata
  if (noPods) events.record(budget, 'Normal', 'NoPods', 'No matching pods found')
  if (failure !== undefined) {
    const message = `Failed to calculate the number of expected pods: ${failure}`
    events.record(budget, 'Warning', 'CalculateExpectedPodCountFailed', message)
  }
  if (unmanaged) {
    const message =
      `Pods selected by this PodDisruptionBudget (selector: ${goSelector(budget.spec?.selector)}) were found to be ` +
      'unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined ' +
      'behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.'
    events.record(budget, 'Warning', 'UnmanagedPods', message)
  }
  for (const pod of notDeleted) {
    // Upstream names the namespace twice.
    const message = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`
    events.record(pod, 'Warning', 'NotDeleted', message)
  }
}

/** As Go prints a LabelSelector. */
function goSelector(selector: SelectorObject | undefined): string {
  if (!selector) return 'nil'
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  const expressions = (selector.matchExpressions ?? []).map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  )
  const pairs = labels.map(([key, value]) => `${key}: ${value},`).join('')
  const all = `[]LabelSelectorRequirement{${expressions.join('')}}`
  return `&LabelSelector{MatchLabels:map[string]string{${pairs}},MatchExpressions:${all},}`
}
