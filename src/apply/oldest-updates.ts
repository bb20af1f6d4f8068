import { union } from './field-set.js'
import { compareTexts, isSameOwner, type Owner } from './owners.js'

const maxUpdates = 10
const ancientChanges = 'ancient-changes'

/**
 * Keeps at most ten owners by update: the oldest of one version are put together under the name `ancient-changes`
 * (API-SEMANTICS S12). As upstream, the first of a version stays as it is until a second one joins it.
 */
export function withOldestJoined(owners: readonly Owner[]): readonly Owner[] {
  const updates = owners.filter(({ operation }) => operation === 'Update')
  let tooMany = updates.length - maxUpdates
  if (tooMany <= 0) return owners
  const oldestFirst = updates.sort(
    (a, b) => compareTexts(a.time ?? '', b.time ?? '') || compareTexts(idText(a), idText(b)),
  )
  let joined = [...owners]
  const first = new Map<string, Owner>()
  for (const owner of oldestFirst) {
    if (tooMany <= 0) break
    const { apiVersion, time } = owner
    const partner = first.get(apiVersion)
    if (!partner) {
      first.set(apiVersion, owner)
      continue
    }
    const bucket: Owner = {
      manager: ancientChanges,
      operation: 'Update',
      apiVersion,
      subresource: '',
      time,
      fields: {},
    }
    const known = joined.find((other) => isSameOwner(other, bucket))
    const before = known ?? partner
    joined = joined.filter((other) => other !== before && other !== owner)
    joined.push({ ...bucket, fields: union(owner.fields, before.fields) })
    tooMany--
  }
  return joined
}

function idText({ manager, apiVersion, subresource }: Owner): string {
  return JSON.stringify({ manager, operation: 'Update', apiVersion, ...(subresource ? { subresource } : {}) })
}
