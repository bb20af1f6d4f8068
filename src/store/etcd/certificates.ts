import { readFileSync } from 'node:fs'
import { createSecureContext, rootCertificates } from 'node:tls'
import { type ChannelCredentials, credentials, experimental } from '@grpc/grpc-js'

/** Paths of PEM files. `certFile` and `keyFile`, both or neither: who this server is. */
export interface CertificateFiles {
  /** Whom to trust instead of the authorities that Node knows. */
  readonly caFile: string | undefined
  readonly certFile: string | undefined
  readonly keyFile: string | undefined
}

/** Milliseconds; as other certificate files are. */
const readAgainAfter = 2_000

/**
 * For connections to etcd: each one that is made is made with what the files say then. While they do not fit together,
 * none can be made, and those that there are go on. @throws Error when they can't be used now
 */
export function credentialsOf({ caFile, certFile, keyFile }: CertificateFiles): ChannelCredentials {
  if (caFile === undefined && certFile === undefined) return credentials.createSsl()
  // What is wrong with them is told here only.
  const [ca, cert, key] = [caFile, certFile, keyFile].map((path) =>
    path === undefined ? undefined : readFileSync(path),
  )
  createSecureContext({ ca, cert, key })
  const files = new experimental.FileWatcherCertificateProvider({
    ...{ certificateFile: certFile, privateKeyFile: keyFile, caCertificateFile: caFile },
    refreshIntervalMs: readAgainAfter,
  })
  return experimental.createCertificateProviderChannelCredentials(
    caFile === undefined ? knownAuthorities : files,
    certFile === undefined ? null : files,
  )
}

const knownAuthorities: experimental.CertificateProvider = {
  addCaCertificateListener: (listener) =>
    process.nextTick(listener, { caCertificate: Buffer.from(rootCertificates.join('\n')) }),
  removeCaCertificateListener: () => {},
  addIdentityCertificateListener: () => {},
  removeIdentityCertificateListener: () => {},
}
