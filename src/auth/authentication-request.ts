import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { type Authorities, type ClientCertificate, readClientCertificate } from './client-certificate.js'

/** What authentication looks at. */
export interface AuthenticationRequest {
  /** Names in lower case, as Node gives them; HTTP/2 adds `:authority`. */
  readonly headers: Readonly<IncomingHttpHeaders>
  /** As they came, name and value in turn: here a header that was sent twice is there twice. */
  readonly rawHeaders: readonly string[]
  /** The peer's IP address; undefined once the connection is gone. */
  readonly remoteAddress: string | undefined
  readonly clientCertificate: ClientCertificate | undefined
  /** Came over TLS. */
  readonly secure: boolean
}

/** Asking the TLS library for a certificate costs more than the rest of authentication: once a connection is enough. */
const certificates = new WeakMap<object, ClientCertificate | 'none'>()

/** Over TLS the server must ask for client certificates without requiring them (`requestCert`, `rejectUnauthorized: false`). */
export function readAuthenticationRequest(
  message: IncomingMessage | Http2ServerRequest,
  authorities: Authorities,
): AuthenticationRequest {
  const { socket } = message
  const secure = 'encrypted' in socket && socket.encrypted === true
  return {
    headers: message.headers,
    rawHeaders: message.rawHeaders,
    remoteAddress: socket.remoteAddress,
    clientCertificate: secure ? certificateOf(message, socket as TLSSocket, authorities) : undefined,
    secure,
  }
}

function certificateOf(
  message: IncomingMessage | Http2ServerRequest,
  socket: TLSSocket,
  authorities: Authorities,
): ClientCertificate | undefined {
  // HTTP/2 hands out a new wrapper of the socket each time; its session lives as long as the connection.
  const connection = ('stream' in message ? message.stream.session : undefined) ?? socket
  let known = certificates.get(connection)
  if (known === undefined) {
    known = readClientCertificate(socket, authorities) ?? 'none'
    certificates.set(connection, known)
  }
  return known === 'none' ? undefined : known
}
