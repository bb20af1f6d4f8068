import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import type { Log } from '../meta/log.js'
import type { TokenAuthenticator, TokenUser } from './bearer-tokens.js'
import { parseTokenCsv, type TokenRecord } from './token-csv.js'

/** How often the file is looked at, in milliseconds: a change counts within two of these. */
const interval = 400

/** Knows the tokens of a file as it is now. `stop` ends looking at it. */
export interface TokenFile extends TokenAuthenticator {
  stop(): void
}

/**
 * Reads a token file (see token-csv.ts) and reads it again whenever it changes. What is wrong with a changed file is
 * logged, and the tokens it held before stay good until it is right.
 * @throws Error naming the file, and the line where one is wrong
 */
export async function openTokenFile(path: string, log: Log): Promise<TokenFile> {
  let version = await versionOf(path)
  let table = await readTable(path, log)
  let told: string | undefined
  let looking = false
  const look = async () => {
    const now = await versionOf(path)
    if (now === version) return
    try {
      table = await readTable(path, log)
      version = now
      told = undefined
      log.info('token file read anew', { path })
    } catch (error) {
      const { message } = error as Error
      if (message !== told)
        log.error('the changed token file is not used, the tokens before it stay', { error: message })
      told = message
    }
  }
  const timer = setInterval(() => {
    if (looking) return
    looking = true
    void look().finally(() => {
      looking = false
    })
  }, interval)
  timer.unref()
  return {
    authenticateToken: (token) => table(token),
    stop: () => clearInterval(timer),
  }
}

/** Symbolic links are followed: orchestrators replace files by turning one. */
async function versionOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  return found ? `${found.ino} ${found.mtimeMs} ${found.ctimeMs} ${found.size}` : 'none'
}

async function readTable(path: string, log: Log): Promise<(token: string) => TokenUser | undefined> {
  let text: string
  let stats: Stats
  try {
    text = await readFile(path, 'utf8')
    stats = await stat(path)
  } catch (error) {
    throw new Error(`token file ${path} can't be read: ${(error as Error).message}`, { cause: error })
  }
  const records = parseTokenCsv(text, path)
  if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
    const mode = (stats.mode & 0o777).toString(8)
    log.warn('others on this machine can read or change the token file: chmod 600', { path, mode })
  }
  return tokenTable(records, path, log)
}

/**
 * Tokens in memory as salted hashes only, so that a memory dump holds none. The look-up goes by the hash, of which a
 * caller can foresee nothing, and the comparison takes the same time for every token: nothing tells how close a guess is.
 */
function tokenTable(records: readonly TokenRecord[], path: string, log: Log) {
  const salt = randomBytes(32).toString('latin1')
  const digestOf = (token: string) => hash('sha256', salt + token, 'buffer')
  const users = new Map<string, { digest: Buffer; found: TokenUser }>()
  for (const { token, user, uid, groups, line } of records) {
    const digest = digestOf(token)
    const key = digest.toString('latin1')
    if (users.has(key)) log.warn('duplicate token in the token file: the last one counts', { path, line })
    users.set(key, { digest, found: { user: { name: user, ...(uid === '' ? {} : { uid }), groups } } })
  }
  return (token: string) => {
    const digest = digestOf(token)
    const known = users.get(digest.toString('latin1'))
    return known && timingSafeEqual(known.digest, digest) ? known.found : undefined
  }
}
