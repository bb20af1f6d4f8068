/** Bytes that are not the protobuf message they should be. */
export class ProtobufError extends Error {}

export const wireType = { varint: 0, fixed64: 1, bytes: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const

/** Reads the wire format. Nothing is copied; every length is checked against what is there. @throws ProtobufError */
export class ProtobufReader {
  #at: number
  /** High and low half of the varint read last. */
  #high = 0
  #low = 0

  constructor(
    private readonly bytes: Buffer,
    start = 0,
    private readonly end = bytes.length,
  ) {
    this.#at = start
  }

  get done(): boolean {
    return this.#at >= this.end
  }

  /** The number and wire type of the next field. */
  tag(): { number: number; wire: number } {
    this.#varint()
    const [number, wire] = [this.#low >>> 3, this.#low & 7]
    if (number === 0 || this.#high !== 0) throw new ProtobufError(`proto: illegal tag ${number} (wire type ${wire})`)
    return { number, wire }
  }

  bool(): boolean {
    this.#varint()
    return this.#low !== 0 || this.#high !== 0
  }

  int32(): number {
    this.#varint()
    return this.#low | 0
  }

  /** A bigint where a double would not be exact. */
  int64(): number | bigint {
    this.#varint()
    const high = this.#high | 0
    const value = high * 2 ** 32 + this.#low
    return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(this.#low)
  }

  double(): number {
    return this.bytes.readDoubleLE(this.#take(8))
  }

  /** A view of the bytes of a text, a message or a list of packed numbers. */
  slice(): Buffer {
    const length = this.#length()
    const start = this.#take(length)
    return this.bytes.subarray(start, start + length)
  }

  /** The same, as a reader of its own. */
  message(): ProtobufReader {
    const length = this.#length()
    const start = this.#take(length)
    return new ProtobufReader(this.bytes, start, start + length)
  }

  skip(wire: number): void {
    if (wire === wireType.varint) this.#varint()
    else if (wire === wireType.fixed64) this.#take(8)
    else if (wire === wireType.bytes) this.#take(this.#length())
    else if (wire === wireType.fixed32) this.#take(4)
    else if (wire === wireType.groupStart) this.#skipGroup()
    else throw new ProtobufError(`proto: illegal wireType ${wire}`)
  }

  /** Groups may hold groups, to any depth. */
  #skipGroup(): void {
    for (let depth = 1; depth > 0; ) {
      if (this.done) throw new ProtobufError('unexpected EOF')
      const { wire } = this.tag()
      if (wire === wireType.groupStart) depth++
      else if (wire === wireType.groupEnd) depth--
      else this.skip(wire)
    }
  }

  #length(): number {
    this.#varint()
    if (this.#high >= 2 ** 31) throw new ProtobufError('proto: negative length found during unmarshaling')
    if (this.#high !== 0 || this.#low > 2 ** 31 - 1) throw new ProtobufError('unexpected EOF')
    return this.#low
  }

  #take(length: number): number {
    const start = this.#at
    if (length > this.end - start) throw new ProtobufError('unexpected EOF')
    this.#at = start + length
    return start
  }

  /** Seven bits a byte, the lowest first; ten bytes at most. */
  #varint(): void {
    let [low, high] = [0, 0]
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#at < this.end ? (this.bytes[this.#at++] ?? 0) : -1
      if (byte < 0) throw new ProtobufError('unexpected EOF')
      const bits = byte & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high |= bits >> 4
      } else high |= shift < 63 ? bits << (shift - 32) : (bits & 1) << 31
      if (byte < 0x80) {
        this.#low = low >>> 0
        this.#high = high >>> 0
        return
      }
    }
    throw new ProtobufError('proto: integer overflow')
  }
}
