import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import type { Log } from '../meta/log.js'
import { prepareCertDir, writeOwnFile } from './cert-dir.js'
import { expires, isGood, lifetime, lifetimes, readPair } from './certificates.js'
import { type CertificatePair, issueAuthority, issueCertificate } from './issue.js'

/** What this server shows to others that are to believe it for whom it asks, and who signs that. */
export interface FrontProxyCertificates {
  /** Path, PEM. */
  readonly caFile: string
  readonly client: CertificatePair
}

/** As the certificate names it: what other servers may be told to expect. */
export const frontProxyName = 'front-proxy-client'

/**
 * The certificates in `certDir`, made where they are missing, and anew before they expire. Of an authority of their own:
 * who is believed for others must not be everybody who may call.
 */
export async function ensureFrontProxy(certDir: string, log: Log, now: Date): Promise<FrontProxyCertificates> {
  await prepareCertDir(certDir)
  const path = (name: string) => join(certDir, name)
  let authority = await readPair(path('front-proxy-ca.crt'), path('front-proxy-ca.key'))
  if (!authority || expires(new X509Certificate(authority.cert)) < now.getTime() + lifetimes.renewBefore) {
    authority = await issueAuthority('wukong-front-proxy-ca', lifetime(now, lifetimes.authority))
    await writePair(certDir, 'front-proxy-ca', authority)
    log.info('made a certificate authority for front proxies', { path: path('front-proxy-ca.crt') })
  }
  let client = await readPair(path('front-proxy-client.crt'), path('front-proxy-client.key'))
  const signer = { ...authority, certificate: new X509Certificate(authority.cert) }
  if (!client || !isGood(client, signer, now)) {
    const use = { client: { user: frontProxyName, groups: [] } }
    client = await issueCertificate(authority, use, lifetime(now, lifetimes.certificate))
    await writePair(certDir, 'front-proxy-client', client)
  }
  return { caFile: path('front-proxy-ca.crt'), client }
}

/** The key first: a crash between leaves a key without a certificate, that is, nothing anybody trusts. */
async function writePair(certDir: string, name: string, { cert, key }: CertificatePair): Promise<void> {
  await writeOwnFile(certDir, `${name}.key`, key)
  await writeOwnFile(certDir, `${name}.crt`, cert)
}
