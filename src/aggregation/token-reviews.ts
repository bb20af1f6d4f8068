import type { TokenAuthenticator, TokenUser } from '../auth/bearer-tokens.js'
import type { Log } from '../meta/log.js'
import type { Client } from '../reconcile/client.js'
import { KeptAnswers } from './kept-answers.js'

/** Milliseconds. */
export const questionTimeout = 10_000

interface Review {
  readonly status?: {
    readonly authenticated?: boolean
    readonly user?: {
      readonly username?: string
      readonly uid?: string
      readonly groups?: readonly string[]
      readonly extra?: Readonly<Record<string, readonly string[]>>
    }
  }
}

/** Asks another server whose a token is, by a TokenReview (API-SEMANTICS A07). */
export function tokenReviews(client: Client, log: Log): TokenAuthenticator {
  const answers = new KeptAnswers<TokenUser | undefined>()
  return {
    async authenticateToken(token) {
      try {
        return await answers.get(token, () => review(client, token))
      } catch (error) {
        // Nobody is let in whom nobody knows.
        log.error('a token could not be reviewed', { reason: (error as Error).message })
        return undefined
      }
    },
  }
}

async function review(client: Client, token: string): Promise<TokenUser | undefined> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } }
  const signal = AbortSignal.timeout(questionTimeout)
  const path = '/apis/authentication.k8s.io/v1/tokenreviews'
  const { status = {} } = await client.request<Review>('POST', path, { body, signal })
  const { username: name = '', uid, groups = [], extra } = status.user ?? {}
  if (status.authenticated !== true || name === '') return undefined
  return { user: { name, groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) } }
}
