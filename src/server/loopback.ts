import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { TokenAuthenticator } from '../auth/bearer-tokens.js'
import { ownCaller } from './own-objects.js'

/** A token of this run that is the server itself: how code in this process makes requests like any client. */
export interface LoopbackToken extends TokenAuthenticator {
  readonly token: string
}

export function newLoopbackToken(): LoopbackToken {
  const token = randomBytes(32).toString('base64url')
  const own = Buffer.from(token)
  return {
    token,
    authenticateToken: (text, audiences) => {
      const given = Buffer.from(text)
      const isOwn = given.length === own.length && timingSafeEqual(given, own)
      return isOwn ? { user: ownCaller.user, audiences } : undefined
    },
  }
}
