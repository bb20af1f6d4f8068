/** So many at a time share a sync of the journal without holding up requests. */
const most = 64

/**
 * Runs `work` on each item and answers with the results in order. Items that stand next to each other in the same
 * group run side by side; any other, and one without a group, begins when all before it are done.
 */
export async function sideBySide<T, R>(
  items: readonly T[],
  groupOf: (item: T) => string | undefined,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const groups = items.map(groupOf)
  const results: R[] = []
  for (let from = 0; from < items.length; ) {
    let to = from + 1
    while (to < items.length && to - from < most && groups[to] !== undefined && groups[to] === groups[from]) to++
    results.push(...(await Promise.all(items.slice(from, to).map(work))))
    from = to
  }
  return results
}
