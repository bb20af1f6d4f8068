/** Reads one HTTP/1.1 response after the other off a connection, keeping nothing but the status. */
export class ResponseReader {
  private state: 'head' | 'body' | 'chunk' = 'head'
  private pending = ''
  private left = 0
  private status = 0

  constructor(private readonly done: (status: number) => void) {}

  push(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length) {
      if (this.state === 'head') at = this.readHead(bytes, at)
      else if (this.state === 'chunk') at = this.readChunkLine(bytes, at)
      else at = this.skipBody(bytes, at)
    }
  }

  private readHead(bytes: Buffer, at: number): number {
    const [line, next] = this.upTo('\r\n\r\n', bytes, at)
    if (line === undefined) return next
    this.status = Number(line.slice(9, 12))
    const length = /\r\ncontent-length: *(\d+)/i.exec(line)?.[1]
    if (length !== undefined) {
      this.left = Number(length)
      this.chunked = false
      this.state = 'body'
      if (this.left === 0) this.finish()
    } else if (/\r\ntransfer-encoding: *chunked/i.test(line)) {
      this.chunked = true
      this.state = 'chunk'
    } else this.finish()
    return next
  }

  private chunked = false
  private lastChunk = false

  private readChunkLine(bytes: Buffer, at: number): number {
    const [line, next] = this.upTo('\r\n', bytes, at)
    if (line === undefined) return next
    const size = Number.parseInt(line, 16)
    this.lastChunk = size === 0
    this.left = size + 2
    this.state = 'body'
    return next
  }

  private skipBody(bytes: Buffer, at: number): number {
    const taken = Math.min(this.left, bytes.length - at)
    this.left -= taken
    if (this.left === 0) {
      if (this.chunked && !this.lastChunk) this.state = 'chunk'
      else this.finish()
    }
    return at + taken
  }

  /** Text before `mark`, which may come in several pieces, and where to go on; undefined while it is not complete. */
  private upTo(mark: string, bytes: Buffer, at: number): [string | undefined, number] {
    const rest = this.pending + bytes.toString('latin1', at, Math.min(bytes.length, at + 4096))
    const found = rest.indexOf(mark)
    if (found < 0) {
      this.pending = rest
      return [undefined, bytes.length]
    }
    const next = at + found + mark.length - this.pending.length
    this.pending = ''
    return [rest.slice(0, found), next]
  }

  private finish(): void {
    this.state = 'head'
    this.done(this.status)
  }
}
