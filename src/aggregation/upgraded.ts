import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { PassedRequest } from '../http/aggregation.js'
import { upgradeOf } from '../http/web-socket.js'

/** Both have agreed to speak another protocol: from here on each gets every byte that the other sends. */
export function joinUpgraded(
  { request, response }: PassedRequest,
  incoming: IncomingMessage,
  remote: { readonly socket: Duplex; readonly head: Buffer | undefined },
): void {
  const upgrade = upgradeOf(request)
  if (!upgrade) throw new Error('a server changed the protocol without being asked to')
  const near = upgrade.socket as Socket
  const far = remote.socket as Socket
  response.detachSocket(near)
  // Whoever waits for the end of the answer waits for that of the connection.
  near.once('close', () => response.emit('close'))
  for (const socket of [near, far]) socket.setTimeout(0)
  near.write(headOf(incoming))
  if (remote.head?.length) near.write(remote.head)
  if (upgrade.head.length > 0) far.write(upgrade.head)
  join(near, far)
  join(far, near)
}

function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`]
  for (let i = 0; i < rawHeaders.length; i += 2) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`)
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

function join(from: Socket, to: Socket): void {
  from.pipe(to)
  from.on('error', () => to.destroy())
  from.once('close', () => to.destroy())
}
