import { renderFile } from './file-text.js'

/** What a disk writes as a whole. */
const sector = 512

interface Possible {
  readonly hash: string
  /** The object this content told, to tell torn content by. */
  readonly json: Buffer | undefined
}

/**
 * What a power cut may have left of files the server wrote since they were last durable: any of those contents, whole
 * or torn, or nothing. Only at a start.
 */
export class Remnants {
  readonly #possible = new Map<string, Possible[]>()

  has(path: string): boolean {
    return this.#possible.has(path)
  }

  add(path: string, hash: string, json: Buffer | undefined): void {
    const possible = this.#possible.get(path)
    if (possible) possible.push({ hash, json })
    else this.#possible.set(path, [{ hash, json }])
  }

  /** Whether this content is the server's own. */
  explains(path: string, hash: string, content: Buffer): boolean {
    const possible = this.#possible.get(path)
    if (!possible) return false
    if (content.length === 0 || possible.some((p) => p.hash === hash)) return true
    return possible.some(({ json }) => json !== undefined && isTorn(content, Buffer.from(renderFile(json))))
  }

  clear(): void {
    this.#possible.clear()
  }
}

/** Whether `content` is what is left of `whole` when some sectors never reached the disk. */
function isTorn(content: Buffer, whole: Buffer): boolean {
  if (content.length > whole.length) return false
  for (let at = 0; at < content.length; at += sector) {
    const part = content.subarray(at, at + sector)
    if (!part.equals(whole.subarray(at, at + part.length)) && !part.every((byte) => byte === 0)) return false
  }
  return true
}
