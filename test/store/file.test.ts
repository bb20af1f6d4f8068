import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/meta/log.js'
import { openFileStore } from '../../src/store/file/open-file-store.js'
import { conformance } from './conformance.js'

const roots: string[] = []

conformance('file', {
  open: async (options) => {
    const root = await mkdtemp(join(tmpdir(), 'wukong-store-'))
    roots.push(root)
    return openFileStore({ root, watchFiles: false, log: silentLog, ...options })
  },
  cleanUp: async () => {
    for (const root of roots.splice(0)) await rm(root, { recursive: true })
  },
})
