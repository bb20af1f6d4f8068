import * as net from 'node:net'

/** Sends a request on a connection of its own; answers with the lines of the answer's head as they came. */
export function rawHead(
  base: string,
  method: string,
  path: string,
  body = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const length = `Content-Length: ${Buffer.byteLength(body)}\r\n`
  const host = `Host: ${new URL(base).host}\r\n`
  const head = `${method} ${path} HTTP/1.1\r\n${host}Connection: close\r\n${length}${lines.join('')}\r\n`
  return rawExchange(base, head + body).then((text) => text.split('\r\n\r\n', 1)[0]?.split('\r\n') ?? [])
}

/** Sends this on a connection of its own; answers with all that comes until the server ends it. */
export function rawExchange(base: string, text: string): Promise<string> {
  const url = new URL(base)
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = net.connect(Number(url.port), url.hostname, () => socket.write(text))
    socket.setEncoding('utf8').on('data', (part: string) => {
      received += part
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(received))
  })
}
