import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

/** A key that tokens are checked with; `kid` as upstream makes it of the key, `alg` as JWTs name it. */
export interface VerifyingKey {
  readonly kid: string
  readonly alg: string
  readonly key: KeyObject
}

export interface SigningKey extends VerifyingKey {
  /** The private key of `key`. */
  readonly privateKey: KeyObject
}

export interface TokenKeys {
  readonly signing: SigningKey
  /** The signing key is one of them. */
  readonly verifying: readonly VerifyingKey[]
}

/**
 * The keys in PEM texts: the private key that signs, and further ones, private or public, of tokens signed before.
 * @throws Error when one is no RSA or EC key
 */
export function readTokenKeys(signingPem: string, furtherPems: readonly string[]): TokenKeys {
  const privateKey = createPrivateKey(signingPem)
  const signing = { ...verifyingKey(createPublicKey(privateKey)), privateKey }
  const further = furtherPems.flatMap(publicKeysIn).map(verifyingKey)
  const known = new Map([signing, ...further].map(({ kid, alg, key }) => [kid, { kid, alg, key }]))
  return { signing, verifying: [...known.values()] }
}

/** @throws Error when there is none */
export function publicKeysIn(pem: string): KeyObject[] {
  const blocks = pem.match(/-----BEGIN ([^-]+)-----[^-]*-----END \1-----/g) ?? []
  const keys = blocks.filter((block) => !block.includes('BEGIN EC PARAMETERS')).map((block) => createPublicKey(block))
  if (keys.length === 0) throw new Error('it holds no PEM key')
  return keys
}

const curves: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' }

function verifyingKey(key: KeyObject): VerifyingKey {
  const curve = key.asymmetricKeyDetails?.namedCurve ?? ''
  const alg = key.asymmetricKeyType === 'rsa' ? 'RS256' : curves[curve]
  if (alg === undefined) throw new Error('it is no RSA key and no EC key of the curves P-256, P-384 and P-521')
  const kid = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64url')
  return { kid, alg, key }
}
