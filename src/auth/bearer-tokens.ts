import { groupAuthenticated, groupUnauthenticated, type UserInfo } from '../meta/user.js'

/** Whose a token is; `audiences`: for whom it was made, absent where that is not said: then for this server. */
export interface TokenUser {
  readonly user: UserInfo
  readonly audiences?: readonly string[]
}

/** The token is of a kind that is known, and not good; `refused` says why, for TokenReview only. */
export interface TokenRefusal {
  readonly refused: string
}

/** Knows some bearer tokens; undefined: this may be another one's. Never throws. */
export interface TokenAuthenticator {
  /** `audiences`: the token must be for one of them. */
  authenticateToken(
    token: string,
    audiences: readonly string[],
  ): TokenUser | TokenRefusal | undefined | Promise<TokenUser | TokenRefusal | undefined>
}

/** `audiences`: those the token is good for, of those asked for. */
export type TokenAnswer =
  | { readonly user: UserInfo; readonly audiences: readonly string[] }
  | { readonly error: string }

export interface TokenAuthentication {
  /** No audiences: this server's own. */
  authenticate(token: string, audiences?: readonly string[]): TokenAnswer | Promise<TokenAnswer>
}

const unknownToken = 'invalid bearer token'

/** Asks the sources in order; the first that knows the token decides. Waits only for a source that makes it wait. */
export function createTokenAuthentication(
  sources: readonly TokenAuthenticator[],
  ownAudiences: readonly string[],
): TokenAuthentication {
  const ask = (token: string, audiences: readonly string[], from: number): TokenAnswer | Promise<TokenAnswer> => {
    for (let i = from; i < sources.length; i++) {
      const found = (sources[i] as TokenAuthenticator).authenticateToken(token, audiences)
      if (found instanceof Promise) {
        return found.then((answer) => judge(answer, audiences) ?? ask(token, audiences, i + 1))
      }
      const answer = judge(found, audiences)
      if (answer) return answer
    }
    return { error: unknownToken }
  }
  const judge = (found: TokenUser | TokenRefusal | undefined, wanted: readonly string[]): TokenAnswer | undefined => {
    if (!found) return undefined
    if ('refused' in found) return { error: `[${unknownToken}, ${found.refused}]` }
    const good = wanted.filter((audience) => (found.audiences ?? ownAudiences).includes(audience))
    return good.length === 0 ? undefined : { user: authenticated(found.user), audiences: good }
  }
  return {
    authenticate: (token, audiences = []) => ask(token, audiences.length === 0 ? ownAudiences : audiences, 0),
  }
}

/** Everybody who is known is in the group of those (API-SEMANTICS A01). */
export function authenticated(user: UserInfo): UserInfo {
  const { groups } = user
  if (groups.includes(groupAuthenticated) || groups.includes(groupUnauthenticated)) return user
  return { ...user, groups: [...groups, groupAuthenticated] }
}
