import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { PassedRequest } from '../http/aggregation.js'
import { upgradeOf } from '../http/upgrade.js'

/**
 * Both have agreed to speak another protocol: from here on each gets every byte that the other sends. `rawHeaders`: of the
 * answer that said so, name and value in turn.
 */
export function joinUpgraded(
  { request, response }: PassedRequest,
  rawHeaders: readonly Buffer[],
  remote: Duplex,
): void {
  const upgrade = upgradeOf(request)
  if (!upgrade) throw new Error('a server changed the protocol without being asked to')
  const near = upgrade.socket as Socket
  const far = remote as Socket
  response.detachSocket(near)
  // Whoever waits for the end of the answer waits for that of the connection.
  near.once('close', () => response.emit('close'))
  for (const socket of [near, far]) socket.setTimeout(0)
  near.write(headOf(rawHeaders))
  if (upgrade.head.length > 0) far.write(upgrade.head)
  join(near, far)
  join(far, near)
}

function headOf(rawHeaders: readonly Buffer[]): Buffer {
  const text = rawHeaders.map((bytes) => bytes.toString('latin1'))
  const lines = text.flatMap((name, i) => (i % 2 === 0 ? `${name}: ${text[i + 1]}` : []))
  return Buffer.from(['HTTP/1.1 101 Switching Protocols', ...lines, '', ''].join('\r\n'), 'latin1')
}

function join(from: Socket, to: Socket): void {
  from.pipe(to)
  from.on('error', () => to.destroy())
  from.once('close', () => to.destroy())
}
