import * as net from 'node:net'

/** Sends a request on a connection of its own; answers with the lines of the answer's head as they came. */
export function rawHead(
  base: string,
  method: string,
  path: string,
  body = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const url = new URL(base)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const length = `Content-Length: ${Buffer.byteLength(body)}\r\n`
  const head = `${method} ${path} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: close\r\n${length}${lines.join('')}\r\n`
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = net.connect(Number(url.port), url.hostname, () => socket.write(head + body))
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(text.split('\r\n\r\n', 1)[0]?.split('\r\n') ?? []))
  })
}
