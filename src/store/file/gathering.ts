import type { JournalRecord } from './record.js'

/** Records that go to disk together, and who waits for them. */
export class Gathering {
  readonly records: JournalRecord[] = []
  resolve: () => void = () => {}
  reject: (error: Error) => void = () => {}
  readonly done = new Promise<void>((resolve, reject) => {
    this.resolve = resolve
    this.reject = reject
  })

  constructor() {
    // Nobody needs to wait.
    this.done.catch(() => {})
  }
}

/** Bytes of a record's line are at most this. */
export function sizeBound(record: JournalRecord | undefined): number {
  if (record?.kind === 'change') {
    return 1024 + 3 * record.stored.key.length + record.stored.json.length + (record.before?.json.length ?? 0)
  }
  if (record?.kind === 'start') return 256 + Object.keys(record.sealed).length * 64
  return 4096 + (record?.kind === 'file' ? (record.base?.length ?? 0) : 0)
}
