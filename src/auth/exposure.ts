import { readFile } from 'node:fs/promises'
import { isLoopback } from './localhost.js'
import { parseTokenCsv } from './token-csv.js'

export interface Exposure {
  /** Where plain HTTP and HTTPS listen; undefined: nowhere. */
  readonly insecureAddress: string | undefined
  readonly secureAddress: string | undefined
  readonly allowLocalhost: boolean
  readonly tokenAuthFile: string | undefined
  /** The sample that comes with the package: its tokens are known to everybody. */
  readonly sampleTokenFile: string
}

/**
 * Why the server must not start: it can be reached from other machines with what everybody has. Undefined: nothing.
 * Local admin counts on plain HTTP only, where proxies and port mappings of containers make others look local.
 * @throws Error when the token file can't be read
 */
export async function exposureProblem(exposure: Exposure): Promise<string | undefined> {
  const { insecureAddress, secureAddress, allowLocalhost, tokenAuthFile, sampleTokenFile } = exposure
  const beyond = (address: string | undefined) => address !== undefined && !isLoopback(address)
  if (beyond(insecureAddress) && allowLocalhost) {
    return `--insecure-bind-address=${insecureAddress} opens plain HTTP to other machines while requests without credentials can be the local admin: add --authn-allow-localhost=false, or --insecure-port=0 and use HTTPS`
  }
  if (tokenAuthFile === undefined || !(beyond(insecureAddress) || beyond(secureAddress))) return undefined
  const known = new Set((await records(sampleTokenFile)).map(({ token }) => token))
  const sample = (await records(tokenAuthFile)).find(({ token }) => known.has(token))
  if (!sample) return undefined
  const flag = beyond(secureAddress) ? `--bind-address=${secureAddress}` : `--insecure-bind-address=${insecureAddress}`
  return `${flag} opens the server to other machines while ${tokenAuthFile}, line ${sample.line}, has a token of the sample file, which everybody knows: put tokens of your own there, such as from \`openssl rand -hex 32\``
}

async function records(path: string) {
  return parseTokenCsv(await readFile(path, 'utf8'), path)
}
