import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** One open port. */
export interface Listener {
  readonly port: number
  /** Takes no more connections, and resolves when the last one is closed; idle ones are closed at once. */
  close(): Promise<void>
  /** Closes what is still open, whatever it does. */
  destroy(): void
}

export interface ListenOptions {
  readonly address: string
  readonly port: number
}

export interface TlsOptions {
  readonly cert: string
  readonly key: string
  /** Client certificates are checked against it; they are asked for, never required. */
  readonly clientCa: string
}

/** client-go keeps idle connections for 90 s: the server must not close them first (API-SEMANTICS Q46). */
const keepAlive = 120_000

/** @throws Error with code EADDRINUSE, EACCES, … */
export function listen(
  handler: RequestListener,
  { address, port }: ListenOptions,
  tls?: TlsOptions,
): Promise<Listener> {
  const common = { keepAliveTimeout: keepAlive, requestTimeout: 0, headersTimeout: 30_000, noDelay: true }
  const server = tls
    ? createSecureServer(
        {
          ...common,
          cert: tls.cert,
          key: tls.key,
          ca: tls.clientCa,
          requestCert: true,
          rejectUnauthorized: false,
          minVersion: 'TLSv1.2',
        },
        handler,
      )
    : createServer(common, handler)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, () => {
      server.off('error', reject)
      resolve(listener(server as Server))
    })
  })
}

function listener(server: Server): Listener {
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
    destroy: () => server.closeAllConnections(),
  }
}
