import { createServer, type RequestListener, type Server } from 'node:http'
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { SecureContextOptions, SecureVersion } from 'node:tls'
import { answerClientError, refuseTunnel } from './client-error.js'
import { onUpgrade } from './upgrade.js'

/** One open port. */
export interface Listener {
  readonly port: number
  /** Takes no more connections, and resolves when the last one is closed; idle ones are closed at once. */
  close(): Promise<void>
  /** Closes what is still open, whatever it does. */
  destroy(): void
  /** For handshakes from now on; open connections keep what they have. @throws Error for a key that does not fit */
  setCertificates(certificates: Certificates): void
}

export interface ListenOptions {
  readonly address: string
  readonly port: number
  /** How long a request may take to arrive, body included, in milliseconds: slow senders must not pile up. */
  readonly arrivalTimeout: number
  /** How long its head may take, in milliseconds. */
  readonly headTimeout: number
  /** Streams a client may have open on one HTTP/2 connection; of one that has more, the latest wait. */
  readonly maxStreams: number
}

/** PEM. */
export interface Certificates {
  readonly cert: string
  readonly key: string
  /** Client certificates are checked against it; they are asked for, never required. */
  readonly clientCa: string
}

export interface TlsOptions extends Certificates {
  readonly minVersion: SecureVersion
  /** OpenSSL's names, `:` between them. */
  readonly ciphers: string
}

/** client-go keeps idle connections for 90 s: the server must not close them first (API-SEMANTICS Q46). */
const keepAlive = 120_000

/** How long a TLS handshake may take, in milliseconds. */
const handshakeTimeout = 30_000

/** Bytes of a request's line and headers: label selectors can be long, but what is in them costs time to read. */
const maxHeaderSize = 64 * 1024

/** Megabytes one HTTP/2 connection may take; enough for as many watches as it may have. */
const maxSessionMemory = 64

/** @throws Error with code EADDRINUSE, EACCES, … */
export function listen(handler: RequestListener, options: ListenOptions, tls?: TlsOptions): Promise<Listener> {
  const server = tls ? secureServer(handler, options, tls) : createServer({ noDelay: true }, handler)
  const { address, port } = options
  // Node's own types do not know that a server of HTTP/2 can do all that one of HTTP/1.1 can.
  const common = server as Server
  common.keepAliveTimeout = keepAlive
  common.headersTimeout = options.headTimeout
  common.requestTimeout = options.arrivalTimeout
  const connectionsCheckingInterval = Math.min(longestCheckingInterval, options.headTimeout)
  Object.assign(common, { maxHeaderSize, connectionsCheckingInterval, requireHostHeader: true })
  common.on('clientError', answerClientError)
  common.on('connect', refuseTunnel)
  common.on(
    'upgrade',
    onUpgrade(handler, (socket) => common.emit(tls ? 'secureConnection' : 'connection', socket)),
  )
  return new Promise((resolve, reject) => {
    common.once('error', reject)
    common.listen(port, address, () => {
      common.off('error', reject)
      resolve(new OpenListener(server))
    })
  })
}

/** How often, at least, what is late is looked for, in milliseconds. */
const longestCheckingInterval = 5_000

/** HTTP/2 for who offers it, as all Go clients do: all their watches share one connection. Else HTTP/1.1. */
function secureServer(handler: RequestListener, { maxStreams }: ListenOptions, tls: TlsOptions): Http2SecureServer {
  const { cert, key, clientCa, minVersion, ciphers } = tls
  return createSecureServer(
    {
      allowHTTP1: true,
      noDelay: true,
      handshakeTimeout,
      maxSessionMemory,
      cert,
      key,
      ca: clientCa,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion,
      ciphers,
      settings: { maxConcurrentStreams: maxStreams, maxHeaderListSize: maxHeaderSize },
    } as Parameters<typeof createSecureServer>[0],
    handler as unknown as (request: Http2ServerRequest, response: Http2ServerResponse) => void,
  )
}

class OpenListener implements Listener {
  readonly #sockets = new Set<Socket>()
  readonly #sessions = new Set<ServerHttp2Session>()
  readonly #server: Server | Http2SecureServer

  constructor(server: Server | Http2SecureServer) {
    this.#server = server
    const common = server as Server & Http2SecureServer
    common.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    common.on('session', (session: ServerHttp2Session) => this.#follow(session))
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      ;(this.#server as Server).closeIdleConnections()
      for (const session of this.#sessions) session.close()
    })
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  setCertificates({ cert, key, clientCa }: Certificates): void {
    const context: SecureContextOptions = { cert, key, ca: clientCa }
    if ('setSecureContext' in this.#server) this.#server.setSecureContext(context)
  }

  /** A connection without a stream is closed after a while, as one of HTTP/1.1 is. */
  #follow(session: ServerHttp2Session): void {
    this.#sessions.add(session)
    let streams = 0
    session.on('stream', (stream) => {
      streams++
      stream.once('close', () => streams--)
    })
    session.setTimeout(keepAlive, () => {
      if (streams === 0) session.close()
    })
    session.on('error', () => session.destroy())
    session.once('close', () => this.#sessions.delete(session))
  }
}
