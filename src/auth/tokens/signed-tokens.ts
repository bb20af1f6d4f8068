import { hash, type KeyObject, randomUUID } from 'node:crypto'
import type { SigningKey, TokenKeys, VerifyingKey } from './token-keys.js'

/** What a token says (RFC 7519); times are seconds since 1970. */
export interface TokenClaims {
  readonly iss: string
  readonly sub: string
  readonly aud: readonly string[]
  readonly iat: number
  readonly nbf: number
  readonly exp: number
  readonly jti: string
  readonly [claim: string]: unknown
}

/** What is to be said beside the issuer, the id and the times. */
export interface NewToken {
  readonly subject: string
  readonly audiences: readonly string[]
  /** Seconds. */
  readonly duration: number
  readonly claims: Readonly<Record<string, unknown>>
}

export interface SignedTokens {
  /** The first one signs. */
  readonly issuers: readonly string[]
  keys(): Promise<TokenKeys>
  sign(token: NewToken, now: Date): Promise<{ token: string; claims: TokenClaims }>
  /**
   * The claims of a token of one of the issuers, its signature checked, nothing else; undefined when it is none of
   * theirs.
   * @throws Error with what is wrong with it
   */
  verify(token: string): Promise<TokenClaims> | undefined
}

/** Signatures that were found good are not checked again; so many are remembered. */
const rememberedTokens = 1_000
const longestToken = 32 * 1024

/** Tokens signed with keys that are read, or made, when the first one is asked for. */
export function signedTokens(issuers: readonly string[], readKeys: () => Promise<TokenKeys>): SignedTokens {
  let read: Promise<TokenKeys> | undefined
  const keys = () => {
    read ??= readKeys().catch((error: unknown) => {
      read = undefined
      throw error
    })
    return read
  }
  const verified = new Map<string, TokenClaims>()
  return {
    issuers,
    keys,
    async sign(token, now) {
      const claims = claimsOf(issuers[0] ?? '', token, now)
      return { token: await sign((await keys()).signing, claims), claims }
    },
    verify(token) {
      const claims = token.length > longestToken ? undefined : readClaims(token)
      if (!claims || !issuers.includes(claims.iss)) return undefined
      // Not the token itself: a memory dump should hold none.
      const digest = hash('sha256', token, 'base64')
      const known = verified.get(digest)
      if (known) return Promise.resolve(known)
      return keys()
        .then(({ verifying }) => checkSignature(token, verifying))
        .then(() => {
          if (verified.size >= rememberedTokens) verified.delete(verified.keys().next().value ?? '')
          verified.set(digest, claims)
          return claims
        })
    },
  }
}

function claimsOf(iss: string, { subject, audiences, duration, claims }: NewToken, now: Date): TokenClaims {
  const iat = Math.floor(now.getTime() / 1000)
  return { aud: audiences, exp: iat + duration, iat, iss, jti: randomUUID(), ...claims, nbf: iat, sub: subject }
}

async function sign({ privateKey, alg, kid }: SigningKey, claims: TokenClaims): Promise<string> {
  const { CompactSign } = await import('jose')
  const payload = new TextEncoder().encode(JSON.stringify(claims))
  return new CompactSign(payload).setProtectedHeader({ alg, kid }).sign(privateKey)
}

/** What a token says of itself, before anything of it is believed; undefined when it is no JWT with what we need. */
function readClaims(token: string): TokenClaims | undefined {
  const parts = token.split('.')
  if (parts.length !== 3) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] as string, 'base64url').toString('utf8'))
    return isClaims(claims) ? claims : undefined
  } catch {
    return undefined
  }
}

function isClaims(value: unknown): value is TokenClaims {
  if (typeof value !== 'object' || value === null) return false
  const { iss, sub, aud, iat, nbf, exp, jti } = value as Record<string, unknown>
  const texts = [iss, sub, jti].every((text) => typeof text === 'string')
  const times = [iat, nbf, exp].every((time) => typeof time === 'number')
  return texts && times && Array.isArray(aud) && aud.every((one) => typeof one === 'string')
}

async function checkSignature(token: string, keys: readonly VerifyingKey[]): Promise<void> {
  const { compactVerify, decodeProtectedHeader } = await import('jose')
  const { kid, alg } = decodeProtectedHeader(token)
  // An unknown kid may be of a key under another name: all are tried, as upstream does.
  const named = keys.filter((key) => key.kid === kid)
  for (const key of named.length > 0 ? named : keys) {
    if (key.alg === alg && (await isSignedBy(compactVerify(token, key.key as KeyObject, { algorithms: [key.alg] }))))
      return
  }
  throw new Error('go-jose/go-jose: error in cryptographic primitive')
}

async function isSignedBy(verification: Promise<unknown>): Promise<boolean> {
  try {
    await verification
    return true
  } catch {
    return false
  }
}
