import type { ServerOptions } from '../server-options.js'
import type { FileStore } from '../store/file/file-store.js'
import { openFileStore } from '../store/file/open-file-store.js'
import { historyLimits } from '../store/history.js'
import { MemoryStore } from '../store/memory/memory-store.js'
import type { Store } from '../store/store.js'

/** `files` is the store itself where objects are files. */
export async function openStore(options: ServerOptions): Promise<{ store: Store; files: FileStore | undefined }> {
  const { fileRootpath: root, watchFiles, watchHistory, log } = options
  if (options.backend === 'memory') return { store: new MemoryStore(historyLimits(watchHistory)), files: undefined }
  const files = await openFileStore({ root, watchFiles, historyLimit: watchHistory, log })
  return { store: files, files }
}
