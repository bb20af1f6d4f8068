import { readFile } from 'node:fs/promises'
import { StatusError } from '../meta/status.js'
import type { Backend } from '../registry/backend.js'
import { create } from '../registry/create.js'
import type { Resource } from '../registry/resource.js'
import { update } from '../registry/update.js'
import type { ServerOptions } from '../server-options.js'
import type { ServerTls } from './listeners.js'
import { ownCaller, ownWrite } from './own-objects.js'

/**
 * Tells API servers that stand behind this one whom to believe, in the ConfigMap they all read at their start
 * (API-SEMANTICS A05): who signs clients' certificates, where that is said by a flag or there is a front proxy, and what
 * holds of the proxy. Without either there is nothing to tell, and no ConfigMap.
 */
export async function publishAuthentication(
  requestHeader: ServerOptions['requestHeader'],
  backend: Backend,
  tls: ServerTls | undefined,
  clientCaFile?: string,
): Promise<void> {
  const resource = backend.registry.stored('', 'configmaps')
  if ((!requestHeader && !clientCaFile) || !tls || !resource) return
  const data = {
    'client-ca-file': await readFile(tls.files.clientCa, 'utf8'),
    ...(requestHeader ? await frontProxyData(requestHeader) : {}),
  }
  await write(backend, resource, data)
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

async function write(backend: Backend, resource: Resource, data: Record<string, string>): Promise<void> {
  const target = {
    resource,
    namespace: 'kube-system',
    name: 'extension-apiserver-authentication',
    subresource: '',
  } as const
  try {
    await update(backend, ownCaller, target, ownWrite, (current) => ({ ...current, data }))
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 404) throw error
    const { namespace, name } = target
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data }
    await create(backend, ownCaller, resource, namespace, object, ownWrite)
  }
}
