import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { localAdmin } from '../auth/localhost.js'
import { signEphemeral } from '../auth/tokens/ephemeral-tokens.js'
import { signedTokens } from '../auth/tokens/signed-tokens.js'
import { readTokenKeys } from '../auth/tokens/token-keys.js'
import { ensureTokenKey } from '../certs/token-key.js'
import { defaultIssuer } from '../server-options.js'

export interface TokenFlags {
  readonly fileRootpath: string
  readonly certDir?: string
  readonly duration: number
  readonly user?: string
  readonly groups?: string[]
  readonly serviceAccountIssuer?: string[]
  readonly serviceAccountSigningKeyFile?: string
}

/** A folder that is misspelt would get a key that no server knows. */
async function rootsKey(folder: string, below: string): Promise<string> {
  if (existsSync(folder)) return ensureTokenKey(join(folder, below))
  throw new Error(
    `${folder} does not exist: start the server once, or name its folder with --file-rootpath or --cert-dir`,
  )
}

/**
 * A token for a server on this root, signed with the root's key, so no server need run: the local admin's, or another
 * user's. @throws Error when the folder does not exist, or the key can't be read
 */
export async function createToken(flags: TokenFlags, folder: string): Promise<string> {
  const { fileRootpath, certDir, duration, user, groups = [], serviceAccountSigningKeyFile: keyFile } = flags
  const pem = keyFile
    ? await readFile(resolve(folder, keyFile), 'utf8')
    : await rootsKey(resolve(folder, certDir || fileRootpath), certDir ? '' : 'cert')
  const issuers = flags.serviceAccountIssuer?.length ? flags.serviceAccountIssuer : [defaultIssuer]
  const tokens = signedTokens(issuers, async () => readTokenKeys(pem, []))
  const whose = user === undefined && groups.length === 0 ? localAdmin : { name: user ?? localAdmin.name, groups }
  const { token } = await signEphemeral(tokens, whose, Math.max(1, Math.floor(duration / 1000)), new Date())
  return `${token}\n`
}
