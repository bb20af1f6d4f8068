/** metav1.Condition: one aspect of an object's state. */
export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
  readonly observedGeneration?: number
  /** RFC 3339, whole seconds. */
  readonly lastTransitionTime: string
}

/**
 * `conditions` with this one in the place of that of its type, or at the end. The time is that of the last change of its
 * status: `now` only where that is another one.
 */
export function setCondition(
  conditions: readonly Condition[] | undefined,
  condition: Omit<Condition, 'lastTransitionTime'>,
  now: Date,
): Condition[] {
  const all = [...(conditions ?? [])]
  const at = all.findIndex(({ type }) => type === condition.type)
  const before = all[at]
  const same = before?.status === condition.status && before.lastTransitionTime
  const after = { ...condition, lastTransitionTime: same || `${now.toISOString().slice(0, 19)}Z` }
  if (at < 0) all.push(after)
  else all[at] = after
  return all
}
