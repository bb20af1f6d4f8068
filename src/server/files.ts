import type { Backend } from '../registry/backend.js'
import { ingest } from '../registry/ingest.js'
import { OwnerSuccessors } from '../registry/owner-successors.js'
import type { ServerOptions } from '../server-options.js'
import type { FileStore } from '../store/file/file-store.js'
import { comesFirst } from '../store/file/order.js'
import { storeKey } from '../store/keys.js'

/**
 * Edits by hand go through the registry; files that wait for a namespace or a kind are looked at again when one appears.
 * What definitions of kinds define is served, and `prepare` makes what the server itself has to (namespaces, definitions),
 * behind those that files tell of, which keep their uids, and before what is in them.
 */
export async function followFiles(
  files: FileStore,
  backend: Backend,
  definitions: { settled(): Promise<void> },
  prepare: () => Promise<void>,
  log: ServerOptions['log'],
  undo: (() => Promise<void>)[],
): Promise<OwnerSuccessors> {
  const successors = new OwnerSuccessors()
  const judge = ingest(backend, log, successors)
  await files.start(async (changes) => {
    const split = changes.findLastIndex(comesFirst) + 1
    const verdicts = await judge(changes.slice(0, split))
    if (split > 0) await definitions.settled()
    if (split === changes.length) return verdicts
    await prepare()
    return [...verdicts, ...(await judge(changes.slice(split)))]
  })
  const stop = backend.cache.watch(storeKey('', 'namespaces', ''), backend.cache.revision, (event) => {
    if (event.type === 'create') files.reconsider()
  })
  // A file may wait for the end of an object that it is the successor of.
  const stopDeletions = backend.cache.watch('', backend.cache.revision, ({ type, stored }) => {
    if (type === 'delete' && files.isRefused(stored.key)) files.reconsider()
  })
  const stopListening = backend.registry.onChange(() => files.reconsider())
  undo.push(async () => {
    stop()
    stopDeletions()
    stopListening()
  })
  return successors
}
