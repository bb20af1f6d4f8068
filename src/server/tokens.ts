import { readFile } from 'node:fs/promises'
import type { TokenAuthenticator } from '../auth/bearer-tokens.js'
import { ephemeralTokens, isEphemeral, signEphemeral } from '../auth/tokens/ephemeral-tokens.js'
import { type CoreLookup, serviceAccountTokens } from '../auth/tokens/service-account-tokens.js'
import { type SignedTokens, signedTokens } from '../auth/tokens/signed-tokens.js'
import { publicKeysIn, readTokenKeys, type TokenKeys } from '../auth/tokens/token-keys.js'
import { tokenRequests } from '../auth/tokens/token-request.js'
import type { WatchCache } from '../cache/watch-cache.js'
import { ensureTokenKey } from '../certs/token-key.js'
import { errors } from '../meta/status.js'
import type { UserInfo } from '../meta/user.js'
import type { ComputedVerbs } from '../registry/computed-verbs.js'
import type { ServerOptions } from '../server-options.js'
import { decodeStored } from '../store/encode.js'
import { storeKey } from '../store/keys.js'

/** Tokens that the server signs itself. */
export interface Tokens {
  readonly signed: SignedTokens
  /** For whom tokens are that do not say it. */
  readonly audiences: readonly string[]
  readonly serviceAccounts: TokenAuthenticator
  readonly requests: ComputedVerbs
  readonly ephemeral: TokenAuthenticator
  /** See ExtensionContext. */
  issue(user: UserInfo, duration: number | undefined): Promise<{ token: string; expires: Date }>
}

/** Keys of files are read at once, the server's own when a token is first asked for. @throws Error naming the file */
export async function newTokens(options: ServerOptions, cache: WatchCache): Promise<Tokens> {
  const { serviceAccountIssuers: issuers, serviceAccountSigningKeyFile: signingFile, serviceAccountKeyFiles } = options
  const further = await Promise.all(serviceAccountKeyFiles.map(readKeyFile))
  const read = async () => readTokenKeys(await ensureTokenKey(options.certDir), further)
  let keys: () => Promise<TokenKeys> = read
  if (signingFile !== undefined || further.length > 0) {
    const known = signingFile === undefined ? await read() : readTokenKeys(await readKeyFile(signingFile), further)
    keys = async () => known
  }
  const signed = signedTokens(issuers, keys)
  const audiences = options.apiAudiences.length > 0 ? options.apiAudiences : issuers
  const lookup: CoreLookup = async (plural, namespace, name) => {
    const key = storeKey('', plural, namespace, name)
    // What is missing may only not have been seen yet.
    const stored = cache.peek(key) ?? (await cache.get(key))
    return stored && decodeStored(stored)
  }
  const now = () => new Date()
  return {
    signed,
    audiences,
    serviceAccounts: serviceAccountTokens(signed, lookup, now),
    requests: tokenRequests(signed, audiences, lookup, now),
    ephemeral: ephemeralTokens(signed, now),
    async issue(user, duration = options.kubectlEphemeralDuration) {
      if (isEphemeral(user)) throw errors.forbiddenPath('a token made for the moment makes no other')
      const longest = options.kubectlEphemeralDuration
      if (duration > longest) {
        throw errors.badRequest(`duration may be at most ${longest / 1000}s (--kubectl-ephemeral-duration)`)
      }
      return signEphemeral(signed, user, Math.max(1, Math.floor(duration / 1000)), now())
    },
  }
}

async function readKeyFile(path: string): Promise<string> {
  try {
    const pem = await readFile(path, 'utf8')
    // Said at once, and not when the first token is asked for.
    publicKeysIn(pem)
    return pem
  } catch (error) {
    throw new Error(`${path} can't be used as a key for tokens: ${(error as Error).message}`, { cause: error })
  }
}
