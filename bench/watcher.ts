import { connect, type Socket } from 'node:net'

/** A watch on a bare connection that counts the events it is sent, and can be asked when the nth came. */
export class Watcher {
  private last = 0
  count = 0
  private target = Number.POSITIVE_INFINITY
  private reached = () => {}

  private constructor(private readonly socket: Socket) {
    socket.on('data', (bytes) => this.take(bytes))
    socket.on('error', () => {})
  }

  static open(port: number, path: string): Promise<Watcher> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' })
      socket.once('error', reject)
      socket.once('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`))
      socket.once('data', (bytes) => {
        const head = bytes.toString('latin1', 0, 12)
        if (head !== 'HTTP/1.1 200') return reject(new Error(`watch: ${bytes.toString('latin1')}`))
        const watcher = new Watcher(socket)
        watcher.take(bytes)
        resolve(watcher)
      })
    })
  }

  /** Resolves when `count` events have come since the watch began. */
  until(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.target = count
      this.reached = resolve
      if (this.count >= count) resolve()
    })
  }

  close(): void {
    this.socket.destroy()
  }

  /** An event ends with `}` and a line feed; the framing of chunks has a carriage return before its line feeds. */
  private take(bytes: Buffer): void {
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
      if ((at > 0 ? bytes[at - 1] : this.last) === 125) this.count++
    }
    this.last = bytes[bytes.length - 1] ?? 0
    if (this.count >= this.target) {
      this.target = Number.POSITIVE_INFINITY
      this.reached()
    }
  }
}
