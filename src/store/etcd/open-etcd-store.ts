import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../../meta/log.js'
import type { CertificateFiles } from './certificates.js'
import { EtcdClient } from './client.js'
import { EtcdStore, type EtcdStoreOptions } from './etcd-store.js'
import { EtcdKeys } from './keys.js'
import { Objects } from './objects.js'

/** How etcd is found; paths are absolute. */
export interface EtcdLocation extends CertificateFiles {
  /** URLs of its members, all of http or all of https. */
  readonly servers: readonly string[]
  /** What all keys begin with, such as `/registry`. */
  readonly prefix: string
}

/** As many changes as the file backend remembers; Events live an hour, as with kube-apiserver. Who serves compacts. */
const defaults: EtcdStoreOptions = { history: 10_000, eventTtl: 3_600_000, compactionInterval: 0 }
/** How long a start waits for an etcd that is not there yet, in milliseconds. */
const startPatience = 20_000
const retryInterval = 500

/**
 * Resolves when etcd answers.
 * @throws Error when it has not for 20 seconds, or at once when waiting is no use: a certificate is wrong
 */
export async function openEtcdStore(
  location: EtcdLocation,
  log: Log,
  options: Partial<EtcdStoreOptions> = {},
): Promise<EtcdStore> {
  const { servers } = location
  const client = new EtcdClient(servers[0]?.startsWith('https:') ? { servers, certificates: location } : { servers })
  const objects = new Objects(new EtcdKeys(location.prefix), log)
  const store = new EtcdStore(client, objects, { ...defaults, ...options }, log)
  try {
    await answers(store, location, log)
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

async function answers(store: EtcdStore, { servers }: EtcdLocation, log: Log): Promise<void> {
  const until = Date.now() + startPatience
  for (let told = false; ; told = true) {
    try {
      await store.currentRevision()
      return
    } catch (error) {
      const { message } = error as Error
      if (/certificate|TLS|SSL/i.test(message) || Date.now() > until) throw new Error(message)
      if (!told) log.warn('waiting for etcd', { servers: servers.join(), reason: message })
      await pause(retryInterval)
    }
  }
}
