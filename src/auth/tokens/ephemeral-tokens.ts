import type { UserInfo } from '../../meta/user.js'
import type { TokenAuthenticator, TokenRefusal, TokenUser } from '../bearer-tokens.js'
import type { SignedTokens, TokenClaims } from './signed-tokens.js'

const claim = 'wukong'
/** For this server, whatever its other tokens are for. */
const audience = 'wukong'
const extraKey = 'wukong/ephemeral-token'

/** A token that is a user for a while, and when it ends. `duration`: seconds. */
export async function signEphemeral(
  tokens: SignedTokens,
  user: UserInfo,
  duration: number,
  now: Date,
): Promise<{ token: string; expires: Date }> {
  const made = { subject: user.name, audiences: [audience], duration, claims: { [claim]: user } }
  const { token, claims } = await tokens.sign(made, now)
  return { token, expires: new Date(claims.exp * 1000) }
}

/** Knows tokens made for the moment. */
export function ephemeralTokens(tokens: SignedTokens, now: () => Date): TokenAuthenticator {
  return {
    authenticateToken(token) {
      const verified = tokens.verify(token)
      if (!verified) return undefined
      return verified.then(
        (claims) => userOf(claims, now().getTime() / 1000),
        (error: Error) => ({ refused: error.message }),
      )
    },
  }
}

function userOf(claims: TokenClaims, now: number): TokenUser | TokenRefusal | undefined {
  const user = claims[claim] as UserInfo | undefined
  if (!user || !claims.aud.includes(audience)) return undefined
  if (now >= claims.exp || now + 60 < claims.nbf) return { refused: 'the token made for the moment has expired' }
  return { user: { ...user, extra: { ...user.extra, [extraKey]: [claims.jti] } } }
}

/** Whether a user came in by such a token. */
export function isEphemeral({ extra = {} }: UserInfo): boolean {
  return Object.hasOwn(extra, extraKey)
}
