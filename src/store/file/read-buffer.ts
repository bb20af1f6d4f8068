import type { ReadableDisk } from './disk.js'

/**
 * Memory that one file is read into after the other: memory of its own for each costs more than the reading. What was
 * read is gone with the next one.
 */
export class ReadBuffer {
  #memory = Buffer.alloc(0)

  /** All of a file. */
  read(disk: ReadableDisk, path: string): Buffer {
    return this.readPart(disk, path, 0, disk.lstat(path)?.size ?? 0)
  }

  /** `size` bytes from `position` on, or fewer at the end of the file. */
  readPart(disk: ReadableDisk, path: string, position: number, size: number): Buffer {
    if (this.#memory.length < size) this.#memory = Buffer.allocUnsafeSlow(size)
    return this.#memory.subarray(0, disk.readPart(path, position, this.#memory.subarray(0, size)))
  }
}
