import { join, relative, sep } from 'node:path'
import { watch } from 'chokidar'
import type { Log } from '../../meta/log.js'
import { registryFolder } from './layout.js'

/** Files made in a folder before it is watched are not told of: a new folder is read again after these pauses. */
const readAgainAfter = [0, 50, 500]

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
 * raw events name the files in it.
 */
export class Watcher {
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #watcher
  readonly ready: Promise<void>

  constructor(private readonly options: WatcherOptions) {
    const { root, log } = options
    this.#watcher = watch(join(root, registryFolder), {
      ignored: (_path, stats) => stats?.isFile() ?? false,
      ignoreInitial: true,
      followSymlinks: false,
      ignorePermissionErrors: true,
      atomic: false,
    })
    this.ready = new Promise((resolve) => this.#watcher.once('ready', () => resolve()))
    this.#watcher.on('raw', (_event: string, name: string | undefined, details: unknown) => {
      const { watchedPath } = details as { watchedPath?: string }
      if (watchedPath !== undefined && name) this.options.touched(this.#below(join(watchedPath, name)))
    })
    this.#watcher.on('addDir', (path) => {
      for (const pause of readAgainAfter) this.#later(pause, () => this.options.folder(this.#below(path)))
    })
    this.#watcher.on('unlinkDir', (path) => this.options.folder(this.#below(path)))
    this.#watcher.on('error', (error) => log.warn('watching files failed', { reason: String(error) }))
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    await this.#watcher.close()
  }

  #below(path: string): string {
    return relative(this.options.root, path).split(sep).join('/')
  }

  #later(pause: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      action()
    }, pause)
    this.#timers.add(timer)
  }
}
