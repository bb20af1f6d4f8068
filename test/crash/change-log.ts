import { expect } from 'vitest'

/** One change as somebody was told of it: the writer by the answer, a watcher by an event. */
export interface Change {
  readonly revision: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly key: string
  readonly value: string
}

/**
 * All changes anybody was told of. Who tells of the same revision must tell the same; what writers were never
 * answered may be missing here until a watcher tells of it.
 */
export class ChangeLog {
  private readonly byRevision = new Map<number, Change>()
  /** Deletions that were answered; what revision they have only watchers are told. */
  private readonly deletions: Pick<Change, 'key' | 'value'>[] = []

  add(change: Change): void {
    const known = this.byRevision.get(change.revision)
    if (known) expect(change, 'told twice, differently').toEqual(known)
    this.byRevision.set(change.revision, change)
  }

  addDeletion(key: string, value: string): void {
    this.deletions.push({ key, value })
  }

  /** Answered deletions that are not among `told`, the events of all watchers. */
  untoldDeletions(told: readonly Change[]): Pick<Change, 'key' | 'value'>[] {
    const deleted = new Set<string>()
    for (const { type, key, value } of told) if (type === 'DELETED') deleted.add(`${key} ${value}`)
    return this.deletions.filter(({ key, value }) => !deleted.has(`${key} ${value}`))
  }

  get size(): number {
    return this.byRevision.size
  }

  /** What a watcher of `prefix` must have been told that began after revision `from`. */
  expected(prefix: string, from: number): Change[] {
    return [...this.byRevision.values()]
      .filter(({ revision, key }) => revision > from && key.startsWith(prefix))
      .sort((a, b) => a.revision - b.revision)
  }

  revisions(): number[] {
    return [...this.byRevision.keys()].sort((a, b) => a - b)
  }
}
