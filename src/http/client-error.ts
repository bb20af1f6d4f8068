import type { Duplex } from 'node:stream'

/** How long what a client still sends is read and thrown away, in milliseconds: so that it gets to read the answer. */
const lingering = 500

const answers: Readonly<Record<string, readonly [code: number, reason: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Payload Too Large'],
  HPE_INVALID_TRANSFER_ENCODING: [501, 'Unsupported transfer encoding'],
}

/** Answers what is no request that can be read, as Go's server does, and closes the connection. */
export function answerClientError(error: Error & { code?: string }, socket: Duplex): void {
  const [code, reason] = answers[error.code ?? ''] ?? [400, 'Bad Request']
  refuse(socket, code, reason)
}

/** Nobody is tunnelled anywhere. */
export function refuseTunnel(_: unknown, socket: Duplex): void {
  refuse(socket, 405, 'Method Not Allowed')
}

/** What follows on such a connection is no request either. */
const refused = new WeakSet<Duplex>()

function refuse(socket: Duplex, code: number, reason: string): void {
  if (refused.has(socket)) return
  refused.add(socket)
  if (socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const head = `HTTP/1.1 ${code} ${reason}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n`
  socket.on('error', () => socket.destroy())
  socket.end(`${head}${code} ${reason}`)
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), lingering)
  socket.once('close', () => clearTimeout(timer))
}
