import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { WorkerPool } from '../controllers/worker-pool.js'
import type { Log } from '../meta/log.js'
import type { JsonObject, KubeObject } from '../meta/object.js'
import { StatusError } from '../meta/status.js'
import type { Backend } from '../registry/backend.js'
import { create } from '../registry/create.js'
import type { Resource } from '../registry/resource.js'
import { update } from '../registry/update.js'
import type { ServerOptions } from '../server-options.js'
import { ownCaller, ownWrite } from './own-objects.js'
import type { ServerTls } from './tls.js'

interface Surroundings {
  readonly backend: Backend
  readonly tls: ServerTls | undefined
  readonly log: Log
}

type Data = Readonly<Record<string, string>>

const namespace = 'kube-system'
const name = 'extension-apiserver-authentication'

/**
 * Tells API servers that stand behind this one whom to believe, in the ConfigMap they all read at their start
 * (API-SEMANTICS A05): who signs clients' certificates, where that is said by a flag or there is a front proxy, and what
 * holds of the proxy. Without either there is nothing to tell, and no ConfigMap. What others have said there stays, as
 * upstream: several servers over one store each have their say. What is taken away is put back, until `undo`.
 */
export async function publishAuthentication(
  requestHeader: ServerOptions['requestHeader'],
  { backend, tls, log }: Surroundings,
  undo: (() => Promise<void>)[],
  clientCaFile?: string,
): Promise<void> {
  const resource = backend.registry.stored('', 'configmaps')
  if ((!requestHeader && !clientCaFile) || !tls || !resource) return
  const data = {
    'client-ca-file': await readFile(tls.files.clientCa, 'utf8'),
    ...(requestHeader ? await frontProxyData(requestHeader) : {}),
  }
  await write(backend, resource, data)
  const queue = new WorkerPool({ name: 'published authentication', log, workers: 1 }, async () => {
    await write(backend, resource, data)
    return undefined
  })
  const stop = backend.cache.watch(resource.key(namespace, name), backend.cache.revision, () => queue.add(name))
  undo.push(async () => {
    stop()
    await queue.stop()
  })
}

async function frontProxyData(requestHeader: NonNullable<ServerOptions['requestHeader']>) {
  return {
    'requestheader-client-ca-file': await readFile(requestHeader.clientCaFile, 'utf8'),
    'requestheader-allowed-names': JSON.stringify(requestHeader.allowedNames),
    'requestheader-username-headers': JSON.stringify(requestHeader.usernameHeaders),
    'requestheader-uid-headers': JSON.stringify(requestHeader.uidHeaders),
    'requestheader-group-headers': JSON.stringify(requestHeader.groupHeaders),
    'requestheader-extra-headers-prefix': JSON.stringify(requestHeader.extraHeaderPrefixes),
  }
}

async function write(backend: Backend, resource: Resource, data: Data): Promise<void> {
  const target = { resource, namespace, name, subresource: '' } as const
  try {
    await update(backend, ownCaller, target, ownWrite, (current) => withOwn(current, data))
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 404) throw error
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { ...data } }
    await create(backend, ownCaller, { resource, namespace }, object, ownWrite).catch(async (error: unknown) => {
      // Another server over the same store was faster.
      if (!(error instanceof StatusError) || error.code !== 409) throw error
      await write(backend, resource, data)
    })
  }
}

function withOwn(current: KubeObject, own: Data): KubeObject {
  const known = (current.data ?? {}) as Data
  const both = Object.entries(own).map(([key, value]) => [key, united(key, known[key] ?? '', value)])
  return { ...current, data: { ...known, ...Object.fromEntries(both) } as JsonObject }
}

function united(key: string, known: string, own: string): string {
  if (known === own) return own
  if (!key.endsWith('-ca-file')) return JSON.stringify([...new Set([...namesIn(known), ...namesIn(own)])])
  return [...new Set([...certificatesIn(known).filter(isInTime), ...certificatesIn(own)])].join('')
}

function namesIn(json: string): unknown[] {
  try {
    const value: unknown = JSON.parse(json)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

function certificatesIn(pem: string): string[] {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  return found.map((text) => `${text.replaceAll('\r', '')}\n`)
}

function isInTime(pem: string): boolean {
  try {
    return Date.parse(new X509Certificate(pem).validTo) > Date.now()
  } catch {
    return false
  }
}
