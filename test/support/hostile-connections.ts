import { connect, type Socket } from 'node:net'

/** What the connections do, each kind as many times. */
export const hostileKinds: Readonly<Record<string, (socket: Socket, head: (line: string) => string) => void>> = {
  'says nothing': () => {},
  'never ends its headers': (socket, head) => drip(socket, head('GET /api HTTP/1.1').slice(0, -2), 'X-More: 1\r\n'),
  'sends its body a byte at a time': (socket, head) => {
    const begin = head('POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nContent-Length: 3000000')
    drip(socket, begin, '{')
  },
  'reads no answers': (socket, head) => {
    socket.pause()
    socket.write(head('GET /apis HTTP/1.1').repeat(20))
  },
  'watches and reads nothing': (socket, head) => {
    socket.pause()
    socket.write(head('GET /api/v1/configmaps?watch=1 HTTP/1.1'))
  },
  'speaks no HTTP': (socket) => drip(socket, '\u0000'.repeat(1000), 'x'.repeat(1000)),
  'has endless headers': (socket, head) =>
    drip(socket, head('GET /api HTTP/1.1').slice(0, -2), `X: ${'y'.repeat(4000)}\r\n`),
  'asks for what takes long to read': (socket, head) =>
    socket.write(head(`GET /api/v1/pods?labelSelector=${'a,'.repeat(30_000)} HTTP/1.1`)),
}
/** Goes on with `more` as long as the server takes it. */
function drip(socket: Socket, begin: string, more: string): void {
  socket.write(begin)
  const timer = setInterval(() => socket.write(more), 50)
  socket.on('close', () => clearInterval(timer))
}

/** Opens as many connections of each kind, with a user's token. Answers with what ends them. */
export async function attack(port: number, token: string, each: number): Promise<() => void> {
  const head = (line: string) => `${line}\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`
  const sockets = await Promise.all(
    Object.values(hostileKinds).flatMap((act) =>
      Array.from({ length: each }, async () => {
        const socket = connect(port, '127.0.0.1')
        socket.on('error', () => {})
        await new Promise((resolve) => socket.once('connect', resolve))
        act(socket, head)
        return socket
      }),
    ),
  )
  return () => {
    for (const socket of sockets) socket.destroy()
  }
}
