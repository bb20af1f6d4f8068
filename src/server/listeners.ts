import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { ensureCertificates } from '../certs/certificates.js'
import type { App } from '../http/app.js'
import { type Listener, listen, type TlsOptions } from '../http/listeners.js'
import type { ListenAddress, ServerOptions } from '../server-options.js'

/** All addresses of the machine: none that a certificate could name. */
const wildcards = new Set(['0.0.0.0', '::'])

/** Open watches and requests get this long to end before their connections are closed, in milliseconds. */
const shutdownGrace = 5_000

export interface Listeners {
  insecure?: Listener
  secure?: Listener
}

/** What was opened before a failure is closed by `undo`. */
export async function openListeners(
  { insecure, secure, ...options }: ServerOptions,
  app: App,
  undo: (() => Promise<void>)[],
): Promise<Listeners> {
  const handler = app.koa.callback()
  const listeners: Listeners = {}
  const open = async (address: ListenAddress, tls?: TlsOptions) => {
    const listener = await listen(handler, address, tls)
    undo.push(async () => listener.destroy())
    return listener
  }
  // Plain HTTP last: who finds it ready finds everything ready.
  if (secure) listeners.secure = await open(secure, await tlsOptions(secure, options))
  if (insecure) listeners.insecure = await open(insecure)
  return listeners
}

async function tlsOptions(
  { address }: ListenAddress,
  options: Omit<ServerOptions, 'insecure' | 'secure'>,
): Promise<TlsOptions> {
  const { certDir, tlsCertFile, tlsPrivateKeyFile, clientCaFile, log } = options
  const addresses = wildcards.has(address) ? [] : [address]
  const own = await ensureCertificates({ certDir, hostNames: [hostname()], addresses, log, now: new Date() })
  return {
    cert: tlsCertFile ? await readFile(tlsCertFile, 'utf8') : own.serverCert,
    key: tlsPrivateKeyFile ? await readFile(tlsPrivateKeyFile, 'utf8') : own.serverKey,
    clientCa: clientCaFile ? await readAuthorities(clientCaFile) : own.caCert,
  }
}

/** @throws Error when there is no certificate in the file: then no client would ever be let in */
async function readAuthorities(path: string): Promise<string> {
  const text = await readFile(path, 'utf8')
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new Error(`${path} holds no PEM certificate`)
  return text
}

/** Takes no more connections, ends watches cleanly, finishes what is in flight. */
export async function shutDown(app: App, listeners: readonly Listener[]): Promise<void> {
  const closed = Promise.all(listeners.map((listener) => listener.close()))
  app.endWatches()
  const timer = setTimeout(() => {
    for (const listener of listeners) listener.destroy()
  }, shutdownGrace)
  await closed
  clearTimeout(timer)
}

export function urls({ insecure, secure }: ServerOptions, listeners: Listeners) {
  const url = (scheme: string, address: ListenAddress | undefined, listener: Listener | undefined) => {
    if (!address || !listener) return undefined
    const host = address.address.includes(':') ? `[${address.address}]` : address.address
    return `${scheme}://${host}:${listener.port}`
  }
  return {
    insecureUrl: url('http', insecure, listeners.insecure),
    secureUrl: url('https', secure, listeners.secure),
  }
}
