import { connect, createServer, type Socket } from 'node:net'

export interface RoundRobin {
  readonly url: string
  close(): void
}

/** Passes each new connection on to the next of `ports` that takes it, as a load balancer would. */
export async function roundRobin(ports: readonly number[]): Promise<RoundRobin> {
  let next = 0
  const open = new Set<Socket>()
  const pass = (client: Socket, attempts: number): void => {
    const target = connect(ports[next++ % ports.length] ?? 0, '127.0.0.1')
    open.add(target)
    let connected = false
    target.once('connect', () => {
      connected = true
      client.pipe(target).pipe(client)
    })
    target.once('error', () => {
      if (connected || attempts === 0) client.destroy()
      else pass(client, attempts - 1)
    })
    target.once('close', () => open.delete(target))
    client.on('error', () => target.destroy())
    client.on('close', () => target.destroy())
  }
  const server = createServer((client) => {
    open.add(client)
    client.once('close', () => open.delete(client))
    pass(client, ports.length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
