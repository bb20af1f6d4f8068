import { join } from 'node:path'
import { StoreUnavailable } from '../store.js'
import type { Disk } from './disk.js'
import { registryFolder } from './layout.js'
import type { RootLock } from './lock.js'
import type { Segment } from './segment.js'

/** Whether the folder below the store's feet is still the one it was opened on, and still its own. */
export class Ground {
  readonly #root: string
  readonly #registry: string

  constructor(
    private readonly disk: Disk,
    private readonly root: string,
    private readonly lock: RootLock,
  ) {
    this.#root = this.#identity(root)
    this.#registry = this.#identity(join(root, registryFolder))
  }

  /** Why nothing below the root means anything now; undefined when all is well. */
  reason(): string | undefined {
    const gone = this.vanished()
    if (gone) return gone
    const state = this.lock.state()
    if (state === 'lost') return `${this.root} is held by another process now`
    return state === 'vanished' ? `the state folder of ${this.root} has vanished` : undefined
  }

  /** Whether the root or its registry folder is gone or another one: then no absence is a deletion. */
  vanished(): string | undefined {
    if (this.#identity(this.root) !== this.#root) return `${this.root} has vanished or is another folder`
    const registry = join(this.root, registryFolder)
    return this.#identity(registry) === this.#registry ? undefined : `${registry} has vanished or is another folder`
  }

  /** Whether the state folder alone is gone, so that it can be put back. */
  stateVanished(): boolean {
    return this.vanished() === undefined && this.lock.state() === 'vanished'
  }

  /** Called between a sync and the answers it allows. @throws StoreUnavailable when a restart would not read it */
  check(segment: Segment): void {
    const state = this.lock.state()
    if (state === 'held' && this.disk.fstat(segment.fd).nlink > 0 && this.vanished() === undefined) return
    throw new StoreUnavailable(this.reason() ?? `the journal of ${this.root} was removed`)
  }

  #identity(path: string): string {
    try {
      const stat = this.disk.lstat(path)
      // A new folder often gets the inode of one that was just removed.
      return stat?.kind === 'directory' ? `${stat.dev}:${stat.ino}:${stat.birthtimeMs}` : ''
    } catch {
      return ''
    }
  }
}
