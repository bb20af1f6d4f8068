import { type FSWatcher, watch } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../../meta/log.js'
import { registryFolder } from './layout.js'

/** Files made in a folder before it is watched are not told of: a new folder is read again after these pauses. */
const readAgainAfter = [0, 50, 500]

/** Folders below the registry: group, resource, namespace. What lies deeper is nobody's. */
const deepestFolder = 3

export interface WatcherOptions {
  readonly root: string
  readonly log: Log
  /** Something happened to this path below the root; only a look tells what. */
  touched(path: string): void
  /** A folder appeared or disappeared: whatever is or was below it must be looked at. */
  folder(path: string): void
}

/**
 * Says where to look. Only folders are watched, since a watch for every file costs hundreds of megabytes; a folder's
 * events name the files in it. The platform's watcher is used as it is: what it may lose (a full queue, a folder made
 * and filled at once) is found by reading new folders again and by the sweep. A library that reads a folder anew for
 * each event cost more than half of the main thread's time while 10,000 files were written.
 */
export class Watcher {
  readonly #timers = new Set<NodeJS.Timeout>()
  /** By path below the root. */
  readonly #folders = new Map<string, FSWatcher>()
  readonly ready: Promise<void>
  #closed = false

  constructor(private readonly options: WatcherOptions) {
    this.ready = this.#follow(registryFolder, 0)
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    for (const path of [...this.#folders.keys()]) this.#forget(path)
  }

  /** Watches a folder and those below it. One that is gone meanwhile, or is no folder, is left alone. */
  async #follow(path: string, depth: number): Promise<void> {
    if (this.#closed || this.#folders.has(path) || !(await this.#isFolder(path))) return
    if (this.#closed || this.#folders.has(path)) return
    try {
      const watcher = watch(join(this.options.root, path), { persistent: false }, (event, name) => {
        if (name) this.#heard(path, depth, event, name)
      })
      watcher.on('error', () => this.#forget(path))
      this.#folders.set(path, watcher)
      if (depth < deepestFolder) await this.#followBelow(path, depth)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (!/ENOENT|ENOTDIR/.test(reason)) this.options.log.warn('watching files failed', { path, reason })
    }
  }

  async #followBelow(path: string, depth: number): Promise<void> {
    for (const entry of await readdir(join(this.options.root, path), { withFileTypes: true })) {
      if (entry.isDirectory()) await this.#follow(`${path}/${entry.name}`, depth + 1)
    }
  }

  #heard(folder: string, depth: number, event: string, name: string): void {
    const path = `${folder}/${name}`
    this.options.touched(path)
    // Names that appear or go may be those of folders; files are what happens all the time.
    if (event === 'rename' && depth < deepestFolder && !name.endsWith('.yaml')) void this.#renamed(path, depth + 1)
  }

  async #renamed(path: string, depth: number): Promise<void> {
    const isFolder = await this.#isFolder(path)
    if (this.#closed || (!isFolder && !this.#folders.has(path))) return
    // A folder that was replaced under the same name needs a watch of its own.
    this.#forget(path)
    if (!isFolder) return this.options.folder(path)
    await this.#follow(path, depth)
    for (const pause of readAgainAfter) {
      this.#later(pause, () => {
        this.options.folder(path)
        void this.#followNew(path, depth)
      })
    }
  }

  /** Folders that were made in a new folder before that was watched. */
  async #followNew(path: string, depth: number): Promise<void> {
    if (depth < deepestFolder && this.#folders.has(path)) await this.#followBelow(path, depth).catch(() => {})
  }

  #forget(path: string): void {
    for (const [folder, watcher] of this.#folders) {
      if (folder !== path && !folder.startsWith(`${path}/`)) continue
      this.#folders.delete(folder)
      watcher.close()
    }
  }

  async #isFolder(path: string): Promise<boolean> {
    return (await lstat(join(this.options.root, path)).catch(() => undefined))?.isDirectory() ?? false
  }

  #later(pause: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      action()
    }, pause)
    this.#timers.add(timer)
  }
}
