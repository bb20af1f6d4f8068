import { parseYaml } from '../../codec/yaml.js'
import { isJsonObject, type JsonObject } from '../../meta/object.js'
import type { FileChange } from '../file-change.js'

/**
 * The order in which a set of changes makes sense: definitions of kinds, namespaces, owners before their dependents,
 * deletions last (dependents before owners, namespaces and definitions at the very end).
 */
export function inOrder(changes: readonly FileChange[]): FileChange[] {
  const ranked = changes.map((change) => ({ change, rank: rankOf(change) }))
  const sorted = ranked.sort((a, b) => a.rank - b.rank || compare(a.change.path, b.change.path)).map((r) => r.change)
  const first = sorted.findIndex((c) => rankOf(c) === rank.object)
  if (first < 0) return sorted
  const objects = sorted.filter((c) => rankOf(c) === rank.object)
  return [...sorted.slice(0, first), ...ownersFirst(objects), ...sorted.slice(first + objects.length)]
}

/**
 * An ordered set in parts that are taken one after the other; within a part the changes of different lanes do not
 * depend on each other. Judged one by one, each change would wait for a sync of its own.
 */
export function inParts(ordered: readonly FileChange[], lanes: number): FileChange[][][] {
  const parts: FileChange[][][] = []
  let last: string | undefined
  for (const [i, change] of ordered.entries()) {
    const dependent = hasOwner(change)
    const kind = `${rankOf(change)} ${dependent}`
    if (kind !== last) parts.push([])
    last = kind
    // Texts with the same uid are copies: they must see each other.
    const uid = /^ +uid: *["']?([0-9A-Za-z-]+)/m.exec(change.text ?? '')?.[1]
    const lane = dependent ? 0 : (uid === undefined ? i : Number.parseInt(uid.slice(-6), 36) || 0) % lanes
    const part = parts.at(-1) ?? []
    const own = part[lane]
    if (own) own.push(change)
    else part[lane] = [change]
  }
  return parts.map((part) => part.filter((lane) => lane !== undefined))
}

const hasOwner = ({ text }: FileChange): boolean => text?.includes('ownerReferences') ?? false

const rank = { definition: 0, namespace: 1, object: 2, deletion: 3 }
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Whether a change makes what others may need to be judged: definitions of kinds, who serves groups, namespaces. */
export function comesFirst(change: FileChange): boolean {
  return rankOf(change) < rank.object
}

function rankOf({ target, text }: FileChange): number {
  const kind =
    target.group === 'apiextensions.k8s.io' || target.group === 'apiregistration.k8s.io'
      ? rank.definition
      : target.group === '' && target.resource === 'namespaces'
        ? rank.namespace
        : rank.object
  return text === undefined ? rank.deletion + rank.object - kind : kind
}

function ownersFirst(changes: readonly FileChange[]): FileChange[] {
  // Without an owner in it a text needs no parsing, which is nearly always so.
  const withOwner = changes.filter(hasOwner)
  if (withOwner.length === 0) return [...changes]
  const owners = new Map(withOwner.map((c) => [c, ownerUids(c.text ?? '')]))
  const byUid = new Map<string, FileChange>()
  for (const change of changes) {
    const uid = /^\s+uid:\s*"?([0-9A-Za-z-]+)/m.exec(change.text ?? '')?.[1]
    const own = owners.has(change) ? uidOf(change.text ?? '') : uid
    if (own) byUid.set(own, change)
  }
  const ordered = new Set<FileChange>()
  const visiting = new Set<FileChange>()
  const visit = (change: FileChange): void => {
    if (ordered.has(change) || visiting.has(change)) return
    visiting.add(change)
    for (const uid of owners.get(change) ?? []) {
      const owner = byUid.get(uid)
      if (owner) visit(owner)
    }
    ordered.add(change)
  }
  for (const change of changes) visit(change)
  return [...ordered]
}

function metadataOf(text: string): JsonObject {
  try {
    const { value } = parseYaml(text)
    return isJsonObject(value) && isJsonObject(value.metadata) ? value.metadata : {}
  } catch {
    // Refused later, with the reason.
    return {}
  }
}

function uidOf(text: string): string | undefined {
  const { uid } = metadataOf(text)
  return typeof uid === 'string' ? uid : undefined
}

function ownerUids(text: string): string[] {
  const { ownerReferences } = metadataOf(text)
  if (!Array.isArray(ownerReferences)) return []
  return ownerReferences.flatMap((o: unknown) => (isJsonObject(o) && typeof o.uid === 'string' ? [o.uid] : []))
}
