import type { ServerOptions } from '../server-options.js'
import type { EtcdStore } from '../store/etcd/etcd-store.js'
import type { FileStore } from '../store/file/file-store.js'
import { openFileStore } from '../store/file/open-file-store.js'
import { historyLimits } from '../store/history.js'
import { MemoryStore } from '../store/memory/memory-store.js'
import type { Store } from '../store/store.js'

/** A store, and again under what it has more than others. */
export interface OpenStore {
  readonly store: Store
  /** Objects are files. */
  readonly files?: FileStore
  /** Objects are in etcd, and others write there too. */
  readonly etcd?: EtcdStore
}

export async function openStore(options: ServerOptions): Promise<OpenStore> {
  const { fileRootpath: root, watchFiles, watchHistory, eventTtl, etcdCompactionInterval, log } = options
  if (options.backend === 'memory') return { store: new MemoryStore(historyLimits(watchHistory)) }
  if (options.etcd) {
    // Loaded only here: half of a server's start is what its client of etcd needs.
    const { openEtcdStore } = await import('../store/etcd/open-etcd-store.js')
    const etcd = await openEtcdStore(options.etcd, log, {
      eventTtl,
      compactionInterval: etcdCompactionInterval,
      ...(watchHistory === undefined ? {} : { history: watchHistory }),
    })
    return { store: etcd, etcd }
  }
  const files = await openFileStore({ root, watchFiles, historyLimit: watchHistory, log })
  return { store: files, files }
}
