import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Log } from '../../meta/log.js'

export interface AuditLogOptions {
  /** `-`: standard output. */
  readonly path: string
  /** Megabytes after which a file is put aside; 0: never. */
  readonly maxSize: number
  /** Days that files put aside are kept; 0: for ever. */
  readonly maxAge: number
  /** How many of them are kept; 0: all. */
  readonly maxBackups: number
}

/** Takes lines and returns at once. */
export interface AuditLog {
  write(line: string): void
  /** Resolves when everything is written. */
  close(): Promise<void>
}

/** What may wait to be written, in bytes; what comes when so much waits is counted and left out. */
const queueLimit = 64 * 1024 * 1024
const day = 86_400_000

/**
 * A file of lines, made for its owner only, put aside when it has grown (`audit-2026-01-02T03-04-05.678.log`, as
 * upstream's). Requests never wait for it: when the disk can't keep up, lines are left out, and the log says how many.
 */
export function openAuditLog(options: AuditLogOptions, log: Log): AuditLog {
  const { path } = options
  const output = path === '-' ? standardOutput() : new RotatingFile(options)
  let queue: string[] = []
  let queued = 0
  let left = 0
  let writing: Promise<void> | undefined
  const work = async () => {
    while (queue.length > 0) {
      const lines = queue
      queue = []
      queued = 0
      try {
        await output.write(lines.join(''))
      } catch (error) {
        const { message } = error as Error
        log.error('audit events could not be written', { path, events: lines.length, reason: message })
      }
      if (left === 0) continue
      log.error('audit events were left out: they came faster than they could be written', { path, events: left })
      left = 0
    }
    writing = undefined
  }
  return {
    write(line) {
      if (queued > queueLimit) {
        left++
        return
      }
      queue.push(line)
      queued += line.length
      writing ??= new Promise<void>((resolve) => setImmediate(resolve)).then(work)
    },
    async close() {
      while (writing) await writing
      await output.close().catch(() => {})
    },
  }
}

interface Output {
  write(text: string): Promise<void>
  close(): Promise<void>
}

/** Who reads it may be gone (`| head -1`); the server stays. */
function standardOutput(): Output {
  process.stdout.on('error', () => {})
  return {
    write: (text) => new Promise((resolve) => process.stdout.write(text, () => resolve())),
    close: async () => {},
  }
}

/** Opened when there is something to write, again after a failure. */
class RotatingFile implements Output {
  private file: FileHandle | undefined
  private size = 0

  constructor(private readonly options: AuditLogOptions) {}

  async write(text: string): Promise<void> {
    const { path, maxSize } = this.options
    const bytes = Buffer.from(text)
    const limit = maxSize * 1024 * 1024
    try {
      await this.open(path)
      if (limit > 0 && this.size > 0 && this.size + bytes.length > limit) {
        await this.close()
        await putAside(this.options, new Date())
        await this.open(path)
      }
      await this.file?.appendFile(bytes)
      this.size += bytes.length
    } catch (error) {
      await this.close().catch(() => {})
      throw error
    }
  }

  async close(): Promise<void> {
    const { file } = this
    this.file = undefined
    await file?.close()
  }

  private async open(path: string): Promise<void> {
    if (this.file) return
    this.file = await open(path, 'a', 0o600)
    this.size = (await this.file.stat()).size
  }
}

async function putAside({ path, maxAge, maxBackups }: AuditLogOptions, now: Date): Promise<void> {
  const [folder, name] = [dirname(path), basename(path)]
  const dot = name.lastIndexOf('.')
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, '']
  const stamp = now.toISOString().replace(/[:]/g, '-').replace('Z', '')
  await rename(path, join(folder, `${stem}-${stamp}${ending}`))
  const aside = (await readdir(folder))
    .filter(
      (file) =>
        file.startsWith(`${stem}-`) &&
        file.endsWith(ending) &&
        /-\d{4}-\d\d-\d\dT[\d.-]+$/.test(file.slice(0, file.length - ending.length)),
    )
    .sort()
    .reverse()
  for (const [i, file] of aside.entries()) {
    const old = join(folder, file)
    const tooMany = maxBackups > 0 && i >= maxBackups
    const tooOld = maxAge > 0 && now.getTime() - ((await stat(old).catch(() => undefined))?.mtimeMs ?? 0) > maxAge * day
    if (tooMany || tooOld) await rm(old, { force: true })
  }
}
