import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Log } from '../meta/log.js'
import type { TokenAuthenticator, TokenUser } from './bearer-tokens.js'
import { parseTokenCsv, type TokenRecord } from './token-csv.js'

/** Reads a token file (see token-csv.ts). @throws Error naming the file, and the line where one is wrong */
export async function readTokenFile(path: string, log: Log): Promise<TokenAuthenticator> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new Error(`token file ${path} can't be read: ${(error as Error).message}`, { cause: error })
  }
  return createTokenTable(parseTokenCsv(text, path), path, log)
}

/**
 * Tokens in memory as salted hashes only, so that a memory dump holds none. The look-up goes by the hash, of which a
 * caller can foresee nothing, and the comparison takes the same time for every token: nothing tells how close a guess is.
 */
function createTokenTable(records: readonly TokenRecord[], path: string, log: Log): TokenAuthenticator {
  const salt = randomBytes(32).toString('latin1')
  const digestOf = (token: string) => hash('sha256', salt + token, 'buffer')
  const users = new Map<string, { digest: Buffer; found: TokenUser }>()
  for (const { token, user, uid, groups, line } of records) {
    const digest = digestOf(token)
    const key = digest.toString('latin1')
    if (users.has(key)) log.warn('duplicate token in the token file: the last one counts', { path, line })
    users.set(key, { digest, found: { user: { name: user, ...(uid === '' ? {} : { uid }), groups } } })
  }
  return {
    authenticateToken(token) {
      const digest = digestOf(token)
      const known = users.get(digest.toString('latin1'))
      return known && timingSafeEqual(known.digest, digest) ? known.found : undefined
    },
  }
}
