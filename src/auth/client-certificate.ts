import { X509Certificate } from 'node:crypto'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import type { UserInfo } from '../meta/user.js'

/** The certificate a client showed, as far as its user depends on it. */
export interface ClientCertificate {
  readonly commonName: string
  readonly organizations: readonly string[]
  /** Values of upstream's attribute for the UID. */
  readonly uids: readonly string[]
  /** SHA-256 of the certificate, hexadecimal in lower case. */
  readonly fingerprint: string
  /** Milliseconds since 1970. */
  readonly validFrom: number
  readonly validTo: number
  /** The TLS library found it signed by the client CA, for use by clients, and valid when the connection was made. */
  readonly authorized: boolean
  /** Whose authorities signed it; the TLS library knows only that one of all of them did. */
  readonly authorities: ReadonlySet<'clients' | 'front proxy'>
}

/** SHA-256 of the certificates of those who sign certificates, as `fingerprint256` has it. */
export interface Authorities {
  readonly clients: ReadonlySet<string>
  readonly frontProxies: ReadonlySet<string>
}

/** The fingerprints of all certificates in a PEM text. @throws Error when one can't be read */
export function fingerprintsOf(pem: string): Set<string> {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  return new Set(certificates.map((text) => new X509Certificate(text).fingerprint256))
}

const uidAttribute = '1.3.6.1.4.1.57683.2'

/** What the peer showed; undefined when it showed nothing. */
export function readClientCertificate(socket: TLSSocket, authorities: Authorities): ClientCertificate | undefined {
  const certificate = socket.getPeerCertificate(true)
  // Without a certificate the answer is an empty object.
  if (!certificate?.raw) return undefined
  const subject = (certificate.subject ?? {}) as unknown as Readonly<Record<string, string | string[] | undefined>>
  const values = (attribute: string) => [subject[attribute] ?? []].flat()
  return {
    commonName: values('CN').at(-1) ?? '',
    organizations: values('O'),
    uids: values(uidAttribute),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    validFrom: Date.parse(certificate.valid_from),
    validTo: Date.parse(certificate.valid_to),
    authorized: socket.authorized,
    authorities: signers(certificate, authorities),
  }
}

function signers(certificate: DetailedPeerCertificate, { clients, frontProxies }: Authorities) {
  const found = new Set<'clients' | 'front proxy'>()
  // A root is its own issuer.
  for (let one = certificate, seen = 0; one && seen < longestChain; one = one.issuerCertificate, seen++) {
    if (clients.has(one.fingerprint256)) found.add('clients')
    if (frontProxies.has(one.fingerprint256)) found.add('front proxy')
    if (one.issuerCertificate === one) break
  }
  return found
}

const longestChain = 20

/**
 * The user of a certificate: CN and every O (API-SEMANTICS A03). `refused` when it proves nothing, or no longer: a
 * connection may outlive it. Neither when it is good but names nobody; upstream then goes on as if there were none.
 */
export function authenticateCertificate(
  certificate: ClientCertificate,
  now: number,
): { readonly user?: UserInfo; readonly refused?: true } {
  const { commonName, organizations, uids, validFrom, validTo, authorities } = certificate
  if (!certificate.authorized || !authorities.has('clients') || now < validFrom || now > validTo)
    return { refused: true }
  if (commonName === '') return {}
  const [uid] = uids
  if (uids.length > 1 || uid === '') return { refused: true }
  return {
    user: {
      name: commonName,
      ...(uid === undefined ? {} : { uid }),
      groups: organizations,
      extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${certificate.fingerprint}`] },
    },
  }
}
