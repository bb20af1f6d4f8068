import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../meta/log.js'
import { loadGroups } from '../sdk/load.js'
import { createServer, type RunningServer } from '../server.js'
import { defaultServerOptions } from '../server-options.js'
import { restore } from '../store/file/backup.js'
import { packageVersion } from './package-folder.js'

export interface ServedCopy {
  readonly root: string
  readonly server: RunningServer
  /** Files that could not be copied, and why. */
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[]
}

/**
 * Starts a server that listens nowhere on a copy of the root: nobody else knows what is to be made of its files. The root
 * is only read, and may be served meanwhile. The copy is gone when `use` has ended.
 */
export async function onServedCopy<T>(
  root: string,
  apis: readonly string[] | undefined,
  folder: string,
  use: (copy: ServedCopy) => Promise<T>,
): Promise<T> {
  const groups = await loadGroups(apis, folder)
  const temporary = await mkdtemp(join(tmpdir(), 'wukong-copy-'))
  try {
    const copy = join(temporary, 'root')
    const { leftOut } = await restore(root, copy)
    const server = await createServer({
      ...defaultServerOptions,
      fileRootpath: copy,
      certDir: join(copy, 'cert'),
      watchFiles: false,
      groups,
      version: packageVersion(),
      log: silentLog,
    })
    try {
      return await use({ root: copy, server, leftOut })
    } finally {
      await server.close()
    }
  } finally {
    await rm(temporary, { recursive: true })
  }
}
