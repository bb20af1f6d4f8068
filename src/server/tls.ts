import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Authorities } from '../auth/client-certificate.js'
import { ensureCertificates } from '../certs/certificates.js'
import type { ServerOptions } from '../server-options.js'
import { type PublishedFiles, readTlsFiles, type TlsFiles, type TlsFilesRead } from './tls-files.js'

/** All addresses of the machine: none that a certificate could name. */
const wildcards = new Set(['0.0.0.0', '::'])

/** What HTTPS is served with. */
export interface ServerTls {
  readonly files: TlsFiles
  /** What they held at the start. */
  readonly first: TlsFilesRead
  /** Where what the server's certificate is checked with is, PEM. */
  readonly rootCaFile: string
  /** The server's own authority; undefined: its key is not there. */
  readonly authority: AuthorityFiles | undefined
  /** Whose certificates are believed now. */
  authorities: Authorities
}

/** A certificate and its key, PEM. */
export interface AuthorityFiles {
  readonly cert: string
  readonly key: string
}

/** Without HTTPS nobody shows a certificate. */
export const noAuthorities: Authorities = { clients: new Set(), frontProxies: new Set() }

/**
 * What HTTPS is served with, made where it is missing; undefined when there is no HTTPS.
 * @throws Error naming the file that can't be read or holds no certificate
 */
export async function prepareTls(
  options: ServerOptions,
  published: PublishedFiles | undefined,
): Promise<ServerTls | undefined> {
  const { secure, certDir, tlsCertFile, tlsPrivateKeyFile, clientCaFile, requestHeader, log } = options
  if (!secure) return undefined
  const addresses = wildcards.has(secure.address) ? [] : [secure.address]
  const { paths } = await ensureCertificates({ certDir, hostNames: [hostname()], addresses, log, now: new Date() })
  const files = {
    cert: tlsCertFile ?? paths.serverCert,
    key: tlsPrivateKeyFile ?? paths.serverKey,
    clientCa: clientCaFile ?? paths.caCert,
    ...(requestHeader ? { requestHeaderCa: requestHeader.clientCaFile } : {}),
    ...(published ? { published } : {}),
  }
  const first = await readTlsFiles(files)
  return {
    files,
    first,
    authorities: first.authorities,
    rootCaFile: tlsCertFile ?? paths.caCert,
    authority: existsSync(paths.caKey) ? { cert: paths.caCert, key: paths.caKey } : undefined,
  }
}
