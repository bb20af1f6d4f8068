import { readFile, stat } from 'node:fs/promises'
import { type Authorities, fingerprintsOf } from '../auth/client-certificate.js'
import type { Certificates } from '../http/listeners.js'
import type { Log } from '../meta/log.js'

/** Where certificate, key and the authorities for clients are; PEM. */
export interface TlsFiles {
  readonly cert: string
  readonly key: string
  readonly clientCa: string
  /** Who signs certificates of front proxies. */
  readonly requestHeaderCa?: string
  /** Further ones of both kinds. */
  readonly published?: PublishedFiles
}

/** Certificates that a server in front tells of; files that are empty or missing name nobody. */
export interface PublishedFiles {
  readonly clientCa: string
  readonly frontProxyCa: string
}

/** How often the files are looked at, in milliseconds: a renewed certificate is used within two of these. */
const interval = 1_000

/** What the files held, and a text that changes when they do. */
export interface TlsFilesRead {
  /** Clients may show a certificate of either authority. */
  readonly certificates: Certificates
  readonly authorities: Authorities
  readonly version: string
}

/** @throws Error when a file can't be read, or the authorities' holds no certificate: then no client would be let in */
export async function readTlsFiles(files: TlsFiles): Promise<TlsFilesRead> {
  const version = await versionOf(files)
  const [cert, key, clientCa] = await Promise.all([read(files.cert), read(files.key), read(files.clientCa)])
  const requestHeaderCa = files.requestHeaderCa === undefined ? '' : await read(files.requestHeaderCa)
  const readPublished = (path: string | undefined) => (path === undefined ? '' : read(path).catch(() => ''))
  const published = {
    clientCa: await readPublished(files.published?.clientCa),
    frontProxyCa: await readPublished(files.published?.frontProxyCa),
  }
  const proxies = files.requestHeaderCa === undefined ? [] : authoritiesOf(files.requestHeaderCa, requestHeaderCa)
  const authorities = {
    clients: new Set([...authoritiesOf(files.clientCa, clientCa), ...fingerprintsOf(published.clientCa)]),
    frontProxies: new Set([...proxies, ...fingerprintsOf(published.frontProxyCa)]),
  }
  const believed = [clientCa, requestHeaderCa, published.clientCa, published.frontProxyCa].join('\n')
  return { certificates: { cert, key, clientCa: believed }, authorities, version }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new Error(`${path} can't be read for HTTPS: ${(error as Error).message}`, { cause: error })
  }
}

function authoritiesOf(path: string, pem: string): ReadonlySet<string> {
  const found = fingerprintsOf(pem)
  if (found.size === 0) throw new Error(`${path} holds no PEM certificate`)
  return found
}

/**
 * Hands the files' certificates to `use` whenever they have changed since `version` and fit together. Certificate and key
 * are seldom replaced at the same moment: while they don't fit, or can't be read, what was used before is kept.
 * @returns what ends it
 */
export function followTlsFiles(
  files: TlsFiles,
  version: string,
  use: (read: TlsFilesRead) => void,
  log: Log,
): () => void {
  let known = version
  let told: string | undefined
  const look = async () => {
    if ((await versionOf(files)) === known) return
    try {
      const now = await readTlsFiles(files)
      use(now)
      known = now.version
      told = undefined
      log.info('certificates read anew', { ...files })
    } catch (error) {
      const { message } = error as Error
      if (message !== told) log.warn('changed certificates are not used yet', { ...files, error: message })
      told = message
    }
  }
  const timer = setInterval(() => void look(), interval)
  timer.unref()
  return () => clearInterval(timer)
}

function pathsOf({ published, ...files }: TlsFiles): string[] {
  return [...Object.values<string>(files), ...(published ? [published.clientCa, published.frontProxyCa] : [])]
}

/** Symbolic links are followed: orchestrators replace a whole folder of files by turning one. */
async function versionOf(files: TlsFiles): Promise<string> {
  const stats = await Promise.all(pathsOf(files).map((path) => stat(path).catch(() => undefined)))
  return stats.map((found) => (found ? `${found.ino} ${found.mtimeMs} ${found.size}` : 'none')).join()
}
