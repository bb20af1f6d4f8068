import { wireType } from './reader.js'

/**
 * Writes the wire format from its end to its beginning: a message's length is known when it is to be written, and
 * nothing is copied.
 */
export class ProtobufWriter {
  private buffer = Buffer.allocUnsafe(1024)
  private start = this.buffer.length

  /** How much is written so far. */
  get length(): number {
    return this.buffer.length - this.start
  }

  /** What is written; a view, good until more is. */
  get bytes(): Buffer {
    return this.buffer.subarray(this.start)
  }

  /** A field that is a text or a message: what `write` writes, with its length and tag before it. */
  field(number: number, write: () => void): void {
    const before = this.length
    write()
    this.unsigned(this.length - before)
    this.tag(number, wireType.bytes)
  }

  /** To be called when the value is written: the tag stands before it. */
  tag(number: number, wire: number): void {
    this.unsigned(number * 8 + wire)
  }

  /** Of a whole number from 0 to 2^53. */
  unsigned(value: number): void {
    let size = 1
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++
    this.room(size)
    const last = this.start + size - 1
    let rest = value
    for (let at = this.start; at < last; at++, rest = Math.floor(rest / 128)) this.buffer[at] = (rest % 128) + 128
    this.buffer[last] = rest
  }

  /** Negative numbers take ten bytes, as in Go. */
  integer(value: number | bigint): void {
    if (typeof value === 'number' && value >= 0 && Number.isSafeInteger(value)) {
      this.unsigned(value)
      return
    }
    let rest = BigInt.asUintN(64, BigInt(value))
    const digits: number[] = []
    for (; rest >= 128n; rest >>= 7n) digits.push(Number(rest & 127n) + 128)
    digits.push(Number(rest))
    this.room(digits.length)
    for (const [i, digit] of digits.entries()) this.buffer[this.start + i] = digit
  }

  double(value: number): void {
    this.room(8)
    this.buffer.writeDoubleLE(value, this.start)
  }

  text(value: string): void {
    this.room(Buffer.byteLength(value))
    this.buffer.write(value, this.start)
  }

  raw(value: Uint8Array): void {
    this.room(value.length)
    this.buffer.set(value, this.start)
  }

  private room(size: number): void {
    if (size > this.start) {
      const used = this.length
      const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, used + size))
      this.buffer.copy(larger, larger.length - used, this.start)
      this.buffer = larger
      this.start = larger.length - used
    }
    this.start -= size
  }
}
