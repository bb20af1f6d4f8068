import type { ControllerContext } from '../controllers/controller.js'
import { ownEvents } from '../controllers/event-writer.js'
import { decodeStored } from '../store/encode.js'
import type { FileStore } from '../store/file/file-store.js'
import { parseFilePath } from '../store/file/layout.js'

/**
 * A Warning Event for each file that is refused: about its object, whether there is one or it was to be. Who watches
 * Events hears of it without reading the log or `/wukong/files`. Answers with what ends it.
 */
export function tellOfRefusedFiles(files: FileStore, context: ControllerContext): () => Promise<void> {
  const { cache, registry } = context.backend
  const events = ownEvents(context, 'wukong-files')
  let ended = false
  files.followProblems(({ outcome, path, reason, line }) => {
    const parsed = parseFilePath(path)
    if (ended || outcome !== 'refused' || !('target' in parsed)) return
    const { group, resource: plural, namespace, name } = parsed.target
    const resource = registry.stored(group, plural)
    if (!resource || name === undefined) return
    const stored = cache.peek(resource.key(namespace, name))
    const uid = stored && decodeStored(stored).metadata.uid
    const { storageApiVersion: apiVersion, kind } = resource
    const where = line === undefined ? path : `${path}, line ${line}`
    const subject = { apiVersion, kind, metadata: { name, namespace, ...(uid === undefined ? {} : { uid }) } }
    events.record(subject, 'Warning', 'FileRefused', `${where}: ${reason}`)
  })
  return async () => {
    ended = true
    await events.flush()
  }
}
