import { join } from 'node:path'
import type { Log } from '../../meta/log.js'
import { type Disk, reasonOf } from './disk.js'
import { hashOf } from './file-text.js'
import { type FileWork, putBack, type SetAside } from './file-work.js'
import { asideFolder } from './layout.js'
import type { Recovered } from './recovery.js'

/** An editor that had the old file open may write to it for a while. */
const lookAgainAfter = 2_000
const interval = 500

interface Waiting extends SetAside {
  readonly path: string
  readonly base: Buffer | undefined
  readonly at: number
}

export interface AsideOptions {
  readonly disk: Disk
  readonly root: string
  readonly work: FileWork
  readonly log: Log
  /** Somebody wrote `content` to a file that told `base` when it was set aside. */
  edited(path: string, content: Buffer, base: Buffer | undefined): void
}

/** Old files that were replaced: looked at once more before they go. What can't be taken in stays here, reported. */
export class Aside {
  #waiting: Waiting[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(private readonly options: AsideOptions) {}

  add(path: string, aside: SetAside, base: Buffer | undefined): void {
    this.#waiting.push({ ...aside, path, base, at: performance.now() })
    this.#timer ??= setInterval(() => void this.#recheck(performance.now() - lookAgainAfter), interval)
    this.#timer.unref()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#recheck(Number.POSITIVE_INFINITY)
  }

  /** Takes a file out of the way whose text can't be taken in. */
  keepFile(path: string): void {
    const kept = this.#keptName()
    this.options.disk.rename(join(this.options.root, path), join(this.options.root, kept))
    this.options.log.warn('a file was edited while its object was deleted; its text is kept', { path, kept })
  }

  keepText(path: string, content: Buffer): void {
    const kept = this.#keptName()
    this.options.disk.create(join(this.options.root, kept), content)
    this.options.log.warn("text written to a replaced file can't be taken in; it is kept", { path, kept })
  }

  /**
   * At a start: files set aside by a run that was killed. One whose successor was never put into place goes back, the
   * newest one if there are several. Where nothing was to take the place, only a person's text does: of what the server
   * wrote there itself a snapshot made since knows nothing any more.
   */
  recover({ image, intents, remnants }: Pick<Recovered, 'image' | 'intents' | 'remnants'>): void {
    const { disk, root, log } = this.options
    const names = disk.readdir(join(root, asideFolder)).filter((name) => /^\d+-/.test(name))
    for (const name of names.sort((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10))) {
      const aside = join(root, asideFolder, name)
      const [order, expected = ''] = [Number.parseInt(name, 10), name.slice(name.indexOf('-') + 1)]
      const intent = intents.get(order)
      const path = intent?.path
      const isOpen = path !== undefined && (image.files.get(path)?.order ?? 0) < order
      try {
        const content = disk.read(aside)
        const hash = hashOf(content)
        const isOurs = hash === expected || intent?.replaces.includes(hash) || isTorn(content)
        const isRemoved = isOurs && intent?.hash === ''
        if (isOpen && !isRemoved && !disk.lstat(join(root, path))) putBack(disk, aside, join(root, path))
        else if (isOurs || (path !== undefined && remnants.explains(path, hash, content))) disk.unlink(aside)
        else {
          const kept = this.#keptName()
          disk.rename(aside, join(root, kept))
          log.warn('a file that was set aside is kept', { path: path ?? 'unknown', kept })
        }
      } catch (error) {
        log.warn("a file that was set aside can't be put back", { path: aside, reason: reasonOf(error) })
      }
    }
  }

  #keptName(): string {
    const time = new Date().toISOString().replaceAll(/[-:]/g, '')
    return `${asideFolder}/kept-${time}-${Math.random().toString(36).slice(2, 8)}.yaml`
  }

  async #recheck(before: number): Promise<void> {
    const ripe = this.#waiting.filter((w) => w.at <= before)
    if (ripe.length === 0) return
    this.#waiting = this.#waiting.filter((w) => w.at > before)
    const found = await this.options.work.recheck(ripe.map(({ name, hash }) => ({ name, hash })))
    for (const [i, { path, base }] of ripe.entries()) {
      const edit = found[i]
      if (edit) this.options.edited(path, edit.content, base)
    }
  }
}

/** Sectors that never reached the disk read as zeros, which no text has. */
const isTorn = (content: Buffer): boolean => content.length === 0 || content.includes(0)
