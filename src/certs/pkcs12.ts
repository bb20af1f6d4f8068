import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import type { CertificatePair } from './issue.js'

/**
 * OpenSSL's default for the key; for the seal one, since each costs a call and the first start waits for it. More would
 * protect nothing: the password is in the documentation, the file's mode is the guard.
 */
const iterations = { key: 2048, seal: 1 }
const aes256 = { name: 'AES-CBC', length: 256 }

/** DER of a SEQUENCE, SET, OCTET STRING, … shorter than 128 bytes. */
function der(tag: number, ...content: Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag, body.length]), body])
}

/** Attribute localKeyID (1.2.840.113549.1.9.21): browsers and NSS pair certificate and key by it. */
function localKeyId(certificate: X509Certificate): Buffer {
  const oid = Buffer.from('06092a864886f70d010915', 'hex')
  return der(0x30, oid, der(0x31, der(0x04, createHash('sha1').update(certificate.raw).digest())))
}

/**
 * A PKCS #12 file with certificate, key and CA, for curl, browsers and Java. Encrypted with AES-256 and PBKDF2, sealed
 * with HMAC-SHA-256: OpenSSL 3 opens it without the legacy provider, which RC2 or 3DES would need.
 */
export async function makePkcs12(pair: CertificatePair, caCert: string, password: string): Promise<Uint8Array> {
  const pkijs = await import('pkijs')
  const certificate = new X509Certificate(pair.cert)
  const attribute = () => pkijs.Attribute.fromBER(localKeyId(certificate))
  const secret = new TextEncoder().encode(password).buffer
  const keyDer = createPrivateKey(pair.key).export({ type: 'pkcs8', format: 'der' })
  const keyBag = new pkijs.PKCS8ShroudedKeyBag({ parsedValue: pkijs.PrivateKeyInfo.fromBER(keyDer) })
  const encryption = {
    password: secret,
    contentEncryptionAlgorithm: aes256,
    hmacHashAlgorithm: 'SHA-256',
    iterationCount: iterations.key,
  }
  await keyBag.makeInternalValues(encryption)
  const certBag = (cert: X509Certificate) => new pkijs.CertBag({ parsedValue: pkijs.Certificate.fromBER(cert.raw) })
  const contents = (safeBags: InstanceType<typeof pkijs.SafeBag>[]) => new pkijs.SafeContents({ safeBags })
  const safe = new pkijs.AuthenticatedSafe({
    parsedValue: {
      safeContents: [
        {
          privacyMode: 1,
          value: contents([
            new pkijs.SafeBag({
              bagId: '1.2.840.113549.1.12.10.1.3',
              bagValue: certBag(certificate),
              bagAttributes: [attribute()],
            }),
            new pkijs.SafeBag({ bagId: '1.2.840.113549.1.12.10.1.3', bagValue: certBag(new X509Certificate(caCert)) }),
          ]),
        },
        {
          privacyMode: 0, // the key bag is encrypted itself
          value: contents([
            new pkijs.SafeBag({ bagId: '1.2.840.113549.1.12.10.1.2', bagValue: keyBag, bagAttributes: [attribute()] }),
          ]),
        },
      ],
    },
  })
  await safe.makeInternalValues({ safeContents: [encryption, {}] })
  const file = new pkijs.PFX({ parsedValue: { integrityMode: 0, authenticatedSafe: safe } })
  await file.makeInternalValues({
    password: secret,
    iterations: iterations.seal,
    pbkdf2HashAlgorithm: 'SHA-256',
    hmacHashAlgorithm: 'SHA-256',
  })
  return new Uint8Array(file.toSchema().toBER(false))
}
