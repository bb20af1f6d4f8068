import { connect, type Socket } from 'node:net'
import { ResponseReader } from './response-reader.js'

/** One keep-alive connection that asks one thing at a time. */
export class Connection {
  private waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined
  private readonly reader = new ResponseReader((status) => this.waiting?.resolve(status))

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true)
    socket.on('data', (bytes) => this.reader.push(bytes))
    socket.on('error', (error) => this.waiting?.reject(error))
    socket.on('close', () => this.waiting?.reject(new Error('the server closed the connection')))
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' })
      socket.once('error', reject)
      socket.once('connect', () => resolve(new Connection(socket)))
    })
  }

  /** Sends a whole request; answers with the status once the last byte of the response is read. */
  ask(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject }
      this.socket.write(request)
    })
  }

  close(): void {
    this.waiting = undefined
    this.socket.destroy()
  }
}

export function request(method: string, path: string, body?: string, type = 'application/json'): Buffer {
  const head = `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nUser-Agent: bench\r\n`
  if (body === undefined) return Buffer.from(`${head}\r\n`)
  return Buffer.from(`${head}Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}
