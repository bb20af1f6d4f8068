import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { type CommitCursor, tellOfCommits } from '../controllers/after-commit.js'
import { ensure } from '../controllers/ensure.js'
import { expireGrace } from '../controllers/grace-expiry.js'
import { isJsonObject } from '../meta/object.js'
import type { Backend } from '../registry/backend.js'
import type { ServerOptions } from '../server-options.js'
import { decodeStored } from '../store/encode.js'
import { toldFile } from '../store/file/layout.js'
import type { Revision } from '../store/store.js'
import { ownCaller, ownWrite } from './own-objects.js'

/**
 * Begins what API groups' hooks promise beside requests: `afterCommit` is told of commits, the first time of those from now
 * on, and deletions end when their `graceSeconds` are over. Where others write to the store as well it is to be begun by one
 * server at a time. It answers with what ends it.
 */
export function groupHooks(options: ServerOptions, backend: Backend): () => Promise<() => Promise<void>> {
  const { secure, insecure, log } = options
  // Who listens nowhere works on a copy, or for a moment: what it writes is nobody's.
  if (!secure && !insecure) return async () => async () => {}
  const since = backend.cache.revision
  return async () => {
    const endTelling = await tellOfCommits(backend, cursorOf(options, backend), log, since)
    const endExpiry = expireGrace(backend, ownCaller, log)
    return async () => {
      await endExpiry()
      await endTelling()
    }
  }
}

function cursorOf({ backend: kind, fileRootpath }: ServerOptions, backend: Backend): CommitCursor {
  if (kind === 'file') return fileCursor(join(fileRootpath, toldFile))
  return kind === 'etcd' ? objectCursor(backend) : nowhere
}

/** Nothing outlives the process that there could be more to tell of. */
const nowhere: CommitCursor = { load: async () => undefined, save: async () => {} }

/** A file beside the journal, so that it goes where the journal goes. */
function fileCursor(path: string): CommitCursor {
  return {
    load: async () => {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return ''
        throw error
      })
      return revisionOf(text)
    },
    save: async (told) => {
      const unfinished = `${path}.new`
      const file = await open(unfinished, 'w', 0o600)
      try {
        await file.writeFile(`${told}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(unfinished, path)
    },
  }
}

/** A ConfigMap, for all servers of the store. */
function objectCursor(backend: Backend): CommitCursor {
  const [namespace, name] = ['kube-system', 'wukong-after-commit']
  const resource = configMaps(backend)
  return {
    load: async () => {
      const stored = await backend.store.get(resource.key(namespace, name))
      const data = stored && decodeStored(stored).data
      return isJsonObject(data) ? revisionOf(String(data.revision)) : undefined
    },
    save: async (told) => {
      const data = { revision: String(told) }
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data }
      await ensure({ backend, caller: ownCaller }, { resource, namespace, object, write: ownWrite })
    },
  }
}

function configMaps({ registry }: Backend) {
  const resource = registry.stored('', 'configmaps')
  if (!resource) throw new Error('ConfigMaps are not served')
  return resource
}

function revisionOf(text: string): Revision | undefined {
  return /^\d{1,15}\s*$/.test(text) ? Number(text) : undefined
}
