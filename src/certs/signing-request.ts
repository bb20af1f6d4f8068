import type { Extension, GeneralName, Pkcs10CertificateRequest, SubjectAlternativeNameExtension } from '@peculiar/x509'
import type { RequestedNames } from '../meta/requested-names.js'
import { type CertificatePair, importSigner, loadX509, serialNumber, type Validity } from './issue.js'

/**
 * The organizations (O) of the subject that a PKCS #10 request, PEM, asks a certificate for. The library is loaded when
 * there is something to read.
 * @throws Error when it is no such request
 */
export async function organizationsOf(pem: string): Promise<string[]> {
  const x509 = await loadX509()
  return new x509.Pkcs10CertificateRequest(pem).subjectName.getField('O')
}

/** @throws Error when it is no PKCS #10 request, PEM */
export async function namesOf(pem: string): Promise<RequestedNames> {
  const x509 = await loadX509()
  const request = new x509.Pkcs10CertificateRequest(pem)
  const names = alternativeNames(request)
  const of = (type: string) => names.filter((name) => name.type === type).map(({ value }) => value)
  return {
    commonName: request.subjectName.getField('CN').at(-1) ?? '',
    organizations: request.subjectName.getField('O'),
    dnsNames: of('dns'),
    addresses: of('ip'),
    emails: of('email'),
    uris: of('url'),
  }
}

/** RFC 5280, 4.2.1.6. */
const alternativeNamesId = '2.5.29.17'

function alternativeNames(request: Pkcs10CertificateRequest): readonly GeneralName[] {
  const found = request.getExtension(alternativeNamesId) as SubjectAlternativeNameExtension | null
  return found?.names.items ?? []
}

const usageFlags: Readonly<Record<string, number>> = {
  signing: 1,
  'digital signature': 1,
  'content commitment': 2,
  'key encipherment': 4,
  'data encipherment': 8,
  'key agreement': 16,
  'cert sign': 32,
  'crl sign': 64,
  'encipher only': 128,
  'decipher only': 256,
}

/** In the order they come in a certificate. */
const extendedUsages: readonly [name: string, id: string][] = [
  ['any', '2.5.29.37.0'],
  ['server auth', '1.3.6.1.5.5.7.3.1'],
  ['client auth', '1.3.6.1.5.5.7.3.2'],
  ['code signing', '1.3.6.1.5.5.7.3.3'],
  ['email protection', '1.3.6.1.5.5.7.3.4'],
  ['s/mime', '1.3.6.1.5.5.7.3.4'],
  ['ipsec end system', '1.3.6.1.5.5.7.3.5'],
  ['ipsec tunnel', '1.3.6.1.5.5.7.3.6'],
  ['ipsec user', '1.3.6.1.5.5.7.3.7'],
  ['timestamping', '1.3.6.1.5.5.7.3.8'],
  ['ocsp signing', '1.3.6.1.5.5.7.3.9'],
  ['microsoft sgc', '1.3.6.1.4.1.311.10.3.3'],
  ['netscape sgc', '2.16.840.1.113730.4.1'],
]

/** What a certificate is asked for: the request, PEM, the usages as certificates.k8s.io names them, and when it is good. */
export interface Signing {
  readonly request: string
  readonly usages: readonly string[]
  readonly validity: Validity
}

/**
 * A certificate, PEM, with the subject, the alternative names and the key of the request and nothing else of it; it does
 * not outlive its authority.
 * @throws Error when the request is not signed by its own key, or the authority has expired
 */
export async function signRequest(authority: CertificatePair, { request, usages, validity }: Signing): Promise<string> {
  const x509 = await loadX509()
  const asked = new x509.Pkcs10CertificateRequest(request)
  if (!(await asked.verify())) throw new Error('the certificate request is not signed by its own key')
  const issuer = new x509.X509Certificate(authority.cert)
  if (issuer.notAfter <= validity.notBefore) throw new Error('the certificate authority has expired')
  const signer = await importSigner(authority.key)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: asked.subjectName,
    issuer: issuer.subjectName,
    notBefore: validity.notBefore,
    notAfter: new Date(Math.min(validity.notAfter.getTime(), issuer.notAfter.getTime())),
    signingAlgorithm: signer.algorithm,
    signingKey: signer.key,
    publicKey: asked.publicKey,
    extensions: await extensionsOf(asked, usages, issuer.publicKey),
  })
  return `${certificate.toString('pem')}\n`
}

const subjectNames = new Set(['dns', 'ip', 'email', 'url'])

async function extensionsOf(
  asked: Pkcs10CertificateRequest,
  usages: readonly string[],
  issuer: Pkcs10CertificateRequest['publicKey'],
): Promise<Extension[]> {
  const x509 = await loadX509()
  const flags = usages.reduce((all, usage) => all | (usageFlags[usage] ?? 0), 0)
  const extended = [...new Set(extendedUsages.filter(([name]) => usages.includes(name)).map(([, id]) => id))]
  const names = alternativeNames(asked).filter(({ type }) => subjectNames.has(type))
  return [
    ...(flags === 0 ? [] : [new x509.KeyUsagesExtension(flags, true)]),
    ...(extended.length === 0 ? [] : [new x509.ExtendedKeyUsageExtension(extended)]),
    new x509.BasicConstraintsExtension(false, undefined, true),
    await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension([...names])]),
  ]
}
