import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { link, lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Makes the directory (0700) and keeps it out of git. A directory that is there keeps its mode. */
export async function prepareCertDir(certDir: string): Promise<void> {
  await mkdir(certDir, { recursive: true, mode: 0o700 })
  // A link in a folder somebody cloned must not send private keys elsewhere.
  if ((await lstat(certDir)).isSymbolicLink())
    throw new Error(`${certDir} is a symbolic link; certificates need a real directory`)
  const ignore = join(certDir, '.gitignore')
  if ((await readOwnFile(ignore)) === undefined) await writeOwnFile(certDir, '.gitignore', '*\n')
}

// Links are refused, and a pipe somebody put there does not make the start wait.
const readFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** The file's text; undefined when there is none. */
export async function readOwnFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, { encoding: 'utf8', flag: readFlags })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    if (code === 'ELOOP') throw new Error(`${path} is a symbolic link; certificates need real files`)
    throw error
  }
}

/**
 * Makes a file, mode 0600, whole or not at all, unless there is one. Answers with what is there then: of two who make it
 * at the same time both get what one of them gave.
 */
export async function makeOwnFile(certDir: string, name: string, content: string): Promise<string> {
  const path = join(certDir, name)
  const found = await readOwnFile(path)
  if (found !== undefined) return found
  const temporary = `.${name}.${randomBytes(6).toString('hex')}`
  await writeOwnFile(certDir, temporary, content)
  try {
    await link(join(certDir, temporary), path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(join(certDir, temporary), { force: true })
  }
  await syncDirectory(certDir)
  return (await readOwnFile(path)) ?? content
}

/** Replaces a file, mode 0600, so that after a crash the old or the new content is there, whole. */
export async function writeOwnFile(certDir: string, name: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(certDir, `.${name}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, join(certDir, name))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncDirectory(certDir)
}

async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return // directories can't be opened there
  const directory = await open(path, constants.O_RDONLY)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
