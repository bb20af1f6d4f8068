import { hostname } from 'node:os'
import type { Authorities } from '../auth/client-certificate.js'
import { ensureCertificates } from '../certs/certificates.js'
import type { ServerOptions } from '../server-options.js'
import type { PublishedFiles, TlsFiles } from './tls-files.js'

/** All addresses of the machine: none that a certificate could name. */
const wildcards = new Set(['0.0.0.0', '::'])

/** What HTTPS is served with. */
export interface ServerTls {
  readonly files: TlsFiles
  /** Where what the server's certificate is checked with is, PEM. */
  readonly rootCaFile: string
  /** Whose certificates are believed now. */
  authorities: Authorities
}

/** Without HTTPS nobody shows a certificate. */
export const noAuthorities: Authorities = { clients: new Set(), frontProxies: new Set() }

/** What HTTPS is served with, made where it is missing; undefined when there is no HTTPS. */
export async function prepareTls(
  options: ServerOptions,
  published: PublishedFiles | undefined,
): Promise<ServerTls | undefined> {
  const { secure, certDir, tlsCertFile, tlsPrivateKeyFile, clientCaFile, requestHeader, log } = options
  if (!secure) return undefined
  const addresses = wildcards.has(secure.address) ? [] : [secure.address]
  const { paths } = await ensureCertificates({ certDir, hostNames: [hostname()], addresses, log, now: new Date() })
  return {
    rootCaFile: tlsCertFile ?? paths.caCert,
    files: {
      cert: tlsCertFile ?? paths.serverCert,
      key: tlsPrivateKeyFile ?? paths.serverKey,
      clientCa: clientCaFile ?? paths.caCert,
      ...(requestHeader ? { requestHeaderCa: requestHeader.clientCaFile } : {}),
      ...(published ? { published } : {}),
    },
    authorities: noAuthorities,
  }
}
