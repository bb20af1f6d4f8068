const connectTexts: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
  UND_ERR_CONNECT_TIMEOUT: 'i/o timeout',
}
const unknownAuthority = new Set([
  ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_GET_ISSUER_CERT', 'CERT_SIGNATURE_FAILURE'],
])

/** Whom a connection was to reach; `servername` as its certificate should have it. */
interface Peer {
  readonly host: string
  readonly port: number | string
  readonly servername: string
}

/** What Go's client says of the same failure to reach a server over TLS. */
export function goNetworkError(error: unknown, { host, port, servername }: Peer): string {
  const { name, message, code = '' } = error as Error & { code?: string }
  if (name === 'AbortError' || name === 'TimeoutError') return 'context deadline exceeded'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `dial tcp: lookup ${host}: no such host`
  const connect = connectTexts[code]
  if (connect) return `dial tcp ${host}:${port}: ${connect}`
  const tls = 'tls: failed to verify certificate: x509: '
  if (unknownAuthority.has(code)) return `${tls}certificate signed by unknown authority`
  if (code === 'CERT_HAS_EXPIRED') return `${tls}certificate has expired or is not yet valid`
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `${tls}certificate is not valid for ${servername}`
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') return 'EOF'
  if (code.startsWith('HPE_')) return 'net/http: HTTP/1.x transport connection broken: malformed HTTP response'
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return 'http: server gave HTTP response to HTTPS client'
  return message
}
