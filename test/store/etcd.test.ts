import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import { silentLog } from '../../src/meta/log.js'
import { EtcdClient } from '../../src/store/etcd/client.js'
import type { EtcdStore } from '../../src/store/etcd/etcd-store.js'
import { openEtcdStore } from '../../src/store/etcd/open-etcd-store.js'
import type { Store } from '../../src/store/store.js'
import { type EtcdCluster, startEtcd } from '../support/etcd.js'
import { whereEtcdIs } from '../support/where-etcd-is.js'
import { conformance } from './conformance.js'

let etcd: EtcdCluster | undefined
let client: EtcdClient

async function open(): Promise<EtcdStore> {
  const location = {
    servers: etcd?.servers ?? [],
    prefix: `/${randomUUID()}`,
    caFile: undefined,
    certFile: undefined,
    keyFile: undefined,
  }
  return openEtcdStore(location, silentLog)
}

/** Compacts etcd as it is written to, so that no more changes than that are remembered. */
function forgetting(store: EtcdStore, client: EtcdClient, limit: number): Store {
  const create: Store['create'] = async (...args) => {
    const stored = await store.create(...args)
    if (stored.revision % limit === 0) await client.compact(stored.revision - limit)
    return stored
  }
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'create') return create
      const value = Reflect.get(target, name) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

whereEtcdIs((binary) => {
  beforeAll(async () => {
    etcd = await startEtcd(binary)
    client = new EtcdClient(etcd)
  })
  afterAll(() => {
    client.close()
    return etcd?.stop()
  })

  conformance('etcd', {
    open: async ({ historyLimit }) => {
      const store = await open()
      return historyLimit === undefined ? store : forgetting(store, client, historyLimit)
    },
  })
})
