import { createPrivateKey, KeyObject, randomBytes, webcrypto } from 'node:crypto'
import type { Extension, JsonGeneralNames, JsonName } from '@peculiar/x509'

/** A certificate and its private key (PKCS #8), both PEM. */
export interface CertificatePair {
  readonly cert: string
  readonly key: string
}

export interface Validity {
  readonly notBefore: Date
  readonly notAfter: Date
}

/**
 * The library is 200 ms of loading: only who makes a certificate pays for it. `selfsigned`, which wraps it, can't add
 * key identifiers, without which OpenSSL's strict mode, Python 3.13's default, refuses a chain.
 */
export const loadX509 = () => import('@peculiar/x509')

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const

async function generateKeys() {
  return webcrypto.subtle.generateKey(curve, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>
}

function privateKeyPem(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** 127 random bits: positive in DER and never zero. */
export function serialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString('hex')
}

/** A self-signed certificate authority, EC P-256 with SHA-256. */
export async function issueAuthority(commonName: string, validity: Validity): Promise<CertificatePair> {
  const x509 = await loadX509()
  const keys = await generateKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [commonName] }],
    ...validity,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert: `${certificate.toString('pem')}\n`, key: privateKeyPem(keys.privateKey) }
}

/** What a certificate is for: to be a server under these names, or to be this user with these groups. */
export type CertificateUse =
  | {
      readonly server: {
        readonly commonName: string
        readonly dnsNames: readonly string[]
        readonly addresses: readonly string[]
      }
    }
  | { readonly client: { readonly user: string; readonly groups: readonly string[] } }

/** A certificate signed by `authority`, EC P-256; it does not outlive its authority. */
export async function issueCertificate(
  authority: CertificatePair,
  use: CertificateUse,
  validity: Validity,
): Promise<CertificatePair> {
  const x509 = await loadX509()
  const issuer = new x509.X509Certificate(authority.cert)
  const signer = await importSigner(authority.key)
  const keys = await generateKeys()
  const extensions: Extension[] = [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
  ]
  let subject: JsonName
  if ('server' in use) {
    const { commonName, dnsNames, addresses } = use.server
    subject = [{ CN: [commonName] }]
    const names: JsonGeneralNames = [
      ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
      ...addresses.map((value) => ({ type: 'ip' as const, value })),
    ]
    extensions.push(
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names),
    )
  } else {
    // A group each: kube-apiserver reads every O of the subject.
    subject = [...use.client.groups.map((group) => ({ O: [group] })), { CN: [use.client.user] }]
    extensions.push(new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]))
  }
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject,
    issuer: issuer.subjectName,
    notBefore: validity.notBefore,
    notAfter: new Date(Math.min(validity.notAfter.getTime(), issuer.notAfter.getTime())),
    signingAlgorithm: signer.algorithm,
    signingKey: signer.key,
    publicKey: keys.publicKey,
    extensions,
  })
  return { cert: `${certificate.toString('pem')}\n`, key: privateKeyPem(keys.privateKey) }
}

/** A CA somebody put in place may be of another curve, or RSA. */
export async function importSigner(pem: string) {
  const key = createPrivateKey(pem)
  const der = key.export({ type: 'pkcs8', format: 'der' })
  if (key.asymmetricKeyType === 'rsa') {
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
    return { algorithm, key: await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']) }
  }
  const curves: Record<string, string> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }
  const namedCurve = curves[key.asymmetricKeyDetails?.namedCurve ?? '']
  if (namedCurve === undefined) throw new Error('the key of the certificate authority is neither EC nor RSA')
  const algorithm = { name: 'ECDSA', namedCurve, hash: 'SHA-256' }
  return { algorithm, key: await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']) }
}
