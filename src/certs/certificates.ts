import { createPrivateKey, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import type { Log } from '../meta/log.js'
import { groupMasters } from '../meta/user.js'
import { prepareCertDir, readOwnFile, writeOwnFile } from './cert-dir.js'
import { type CertificatePair, issueAuthority, issueCertificate, type Validity } from './issue.js'

export interface CertificateOptions {
  readonly certDir: string
  /** Names the server is reached under, beside localhost. */
  readonly hostNames: readonly string[]
  /** IP addresses the server is reached under, beside 127.0.0.1 and ::1. */
  readonly addresses: readonly string[]
  readonly log: Log
  readonly now: Date
}

/** Everything in PEM. */
export interface Certificates {
  /** Signs the server's certificate, and the client certificates that the server accepts by default. */
  readonly caCert: string
  readonly serverCert: string
  readonly serverKey: string
  readonly clientCert: string
  readonly clientKey: string
  readonly paths: CertificatePaths
}

export interface CertificatePaths {
  readonly caCert: string
  readonly caKey: string
  readonly serverCert: string
  readonly serverKey: string
  readonly clientCert: string
  readonly clientKey: string
  readonly clientPkcs12: string
}

const day = 86_400_000
/** Milliseconds. */
export const lifetimes = {
  renewBefore: 30 * day,
  authority: 3650 * day,
  /** A year: browsers refuse server certificates that are good for more than about two. */
  certificate: 365 * day,
}
/** Clocks of containers and virtual machines are often a little apart. */
const clockSkew = 3_600_000
/** Not a secret: the file's mode guards it, but curl and browsers ask for a password. */
const pkcs12Password = 'P@ssw0rd'

export function certificatePaths(certDir: string): CertificatePaths {
  return {
    caCert: join(certDir, 'ca.crt'),
    caKey: join(certDir, 'ca.key'),
    serverCert: join(certDir, 'server.crt'),
    serverKey: join(certDir, 'server.key'),
    clientCert: join(certDir, 'client.crt'),
    clientKey: join(certDir, 'client.key'),
    clientPkcs12: join(certDir, 'client.p12'),
  }
}

/**
 * The certificates in `certDir`, made where they are missing, and renewed when they are about to expire, don't fit
 * together or lack a name. The authority is replaced only when it expires: clients trust it. Where nothing has to be
 * made nothing heavy is loaded.
 * @throws when the authority's key is needed and missing, or a file can't be read or written
 */
export async function ensureCertificates(options: CertificateOptions): Promise<Certificates> {
  const { certDir, now } = options
  const paths = certificatePaths(certDir)
  await prepareCertDir(certDir)
  const authority = await ensureAuthority(options, paths)
  const validity = lifetime(now, lifetimes.certificate)
  const server = await ensureServer(options, paths, authority, validity)
  const client = await ensureClient(options, paths, authority, validity)
  return {
    caCert: authority.cert,
    serverCert: server.cert,
    serverKey: server.key,
    clientCert: client.cert,
    clientKey: client.key,
    paths,
  }
}

/** `key` is undefined where somebody keeps it elsewhere; that does until a certificate has to be signed. */
interface Authority {
  readonly cert: string
  readonly key: string | undefined
  readonly certificate: X509Certificate
}

async function ensureAuthority({ certDir, log, now }: CertificateOptions, paths: CertificatePaths): Promise<Authority> {
  const cert = await readOwnFile(paths.caCert)
  const key = await readOwnFile(paths.caKey)
  if (cert !== undefined) {
    const certificate = parseCertificate(cert, paths.caCert)
    if (!certificate.ca) throw new Error(`${paths.caCert} is not the certificate of an authority`)
    if (key !== undefined && !keyFits(certificate, key)) {
      throw new Error(`${paths.caKey} is not the key of ${paths.caCert}; put the right one back, or delete both`)
    }
    // One that starts in the future means a clock gone wrong, which must not cost the clients' trust.
    if (expires(certificate) > now.getTime() + lifetimes.renewBefore) return { cert, key, certificate }
    log.warn('the certificate authority expires: made a new one, clients have to be given it', { path: paths.caCert })
  }
  const pair = await issueAuthority('wukong-apiserver-ca', lifetime(now, lifetimes.authority))
  // The key first: a crash between leaves a key without a certificate, that is, nothing anybody trusts.
  await writeOwnFile(certDir, 'ca.key', pair.key)
  await writeOwnFile(certDir, 'ca.crt', pair.cert)
  if (cert === undefined) log.info('made a certificate authority', { path: paths.caCert })
  return { ...pair, certificate: new X509Certificate(pair.cert) }
}

async function ensureServer(
  options: CertificateOptions,
  paths: CertificatePaths,
  authority: Authority,
  validity: Validity,
): Promise<CertificatePair> {
  const dnsNames = [...new Set(['localhost', ...options.hostNames.filter(isDnsName)])]
  const addresses = [...new Set(['127.0.0.1', '::1', ...options.addresses])]
  const covers = (certificate: X509Certificate) =>
    dnsNames.every((name) => certificate.checkHost(name, { subject: 'never' }) !== undefined) &&
    addresses.every((address) => certificate.checkIP(address) !== undefined)
  const present = await readPair(paths.serverCert, paths.serverKey)
  if (present && isGood(present, authority, options.now) && covers(new X509Certificate(present.cert))) return present
  const use = { server: { commonName: 'wukong-apiserver', dnsNames, addresses } }
  const pair = await issueCertificate(signing(authority, paths), use, validity)
  await writeOwnFile(options.certDir, 'server.key', pair.key)
  await writeOwnFile(options.certDir, 'server.crt', pair.cert)
  options.log.info(`${present ? 'renewed' : 'made'} the server certificate`, { path: paths.serverCert })
  return pair
}

async function ensureClient(
  { certDir, log, now }: CertificateOptions,
  paths: CertificatePaths,
  authority: Authority,
  validity: Validity,
): Promise<CertificatePair> {
  const present = await readPair(paths.clientCert, paths.clientKey)
  const pkcs12 = await readOwnFile(paths.clientPkcs12)
  if (present && pkcs12 !== undefined && isGood(present, authority, now)) return present
  const use = { client: { user: 'admin', groups: [groupMasters] } }
  const pair = await issueCertificate(signing(authority, paths), use, validity)
  const { makePkcs12 } = await import('./pkcs12.js')
  // The certificate last: once it fits its key, the other two are from the same issue.
  await writeOwnFile(certDir, 'client.p12', await makePkcs12(pair, authority.cert, pkcs12Password))
  await writeOwnFile(certDir, 'client.key', pair.key)
  await writeOwnFile(certDir, 'client.crt', pair.cert)
  log.info(`${present ? 'renewed' : 'made'} the client certificate`, { path: paths.clientCert })
  return pair
}

/** From now on; milliseconds. */
export function lifetime(now: Date, milliseconds: number): Validity {
  return { notBefore: new Date(now.getTime() - clockSkew), notAfter: new Date(now.getTime() + milliseconds) }
}

/** Milliseconds since 1970. */
export function expires(certificate: X509Certificate): number {
  return Date.parse(certificate.validTo)
}

/** IA5 text that can stand in a certificate; a host may be called otherwise. */
function isDnsName(name: string): boolean {
  return /^[a-z0-9_]([a-z0-9._-]{0,252})$/i.test(name)
}

function signing(authority: Authority, paths: CertificatePaths): CertificatePair {
  if (authority.key !== undefined) return { cert: authority.cert, key: authority.key }
  throw new Error(
    `${paths.caKey} is missing, and certificates have to be made; put it back, or delete ${paths.caCert} too`,
  )
}

/** Undefined: one of the two is missing. */
export async function readPair(certPath: string, keyPath: string): Promise<CertificatePair | undefined> {
  const cert = await readOwnFile(certPath)
  const key = await readOwnFile(keyPath)
  return cert === undefined || key === undefined ? undefined : { cert, key }
}

/** The key fits, the authority signed it, and it lasts. Text that is no certificate is not good: it is made anew. */
export function isGood(pair: CertificatePair, authority: Authority, now: Date): boolean {
  try {
    const certificate = new X509Certificate(pair.cert)
    return (
      keyFits(certificate, pair.key) &&
      certificate.checkIssued(authority.certificate) &&
      certificate.verify(authority.certificate.publicKey) &&
      expires(certificate) > now.getTime() + lifetimes.renewBefore
    )
  } catch {
    return false
  }
}

function keyFits(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}

function parseCertificate(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw new Error(`${path} is not a PEM certificate`)
  }
}
