import { randomUUID } from 'node:crypto'
import { accessSync, constants, existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { codeOf, type Disk, type ReadableDisk, reasonOf } from './disk.js'
import {
  asideFolder,
  formatFile,
  journalFolder,
  registryFolder,
  snapshotFile,
  stateFolder,
  tmpFolder,
} from './layout.js'

/** Of what lies in `.wukong/`. */
const format = 1
/** Instead of a format, while a copy is made. */
const unfinished = 'unfinished copy'

const suggestedIgnores = `# Written by the server when it made this folder; yours to change.
/.wukong/
/cert/
# These change all the time; remove the lines to keep them in git too.
/registry/coordination.k8s.io/leases/
/registry/core/events/
/registry/events.k8s.io/events/
# These are made again where they are missing, and say something of this machine only.
/registry/core/configmaps/*/kube-root-ca.crt.yaml
/registry/core/endpoints/default/kubernetes.yaml
/registry/discovery.k8s.io/endpointslices/default/kubernetes.yaml
`

/** The real path of a root that can be used, made durably. @throws Error with one line that says why not */
export async function prepareRoot(disk: Disk, path: string): Promise<string> {
  try {
    await makeDirectories(disk, path)
    return realpathSync(path)
  } catch (error) {
    const reason = codeOf(error) === 'ENOENT' ? 'no folder can be made there' : reasonOf(error)
    throw new Error(`${path} can't be made: ${reason}`)
  }
}

/** One by one: where none can be made and none is said to be there, as in /proc, Node's own recursion never ends. */
async function makeDirectories(disk: Disk, path: string): Promise<void> {
  if (existsSync(path)) return
  await makeDirectories(disk, dirname(path))
  disk.mkdir(path)
  await disk.syncDirectory(dirname(path))
}

/** Refuses what is somebody else's or not writable. @throws Error with one line */
export function checkRoot(disk: Disk, root: string): void {
  const stat = disk.lstat(root)
  if (stat?.kind !== 'directory') throw new Error(`${root} is not a directory`)
  const uid = process.getuid?.()
  if (uid !== undefined && stat.uid !== uid) {
    throw new Error(`${root} belongs to the user with id ${stat.uid}, and the server runs as ${uid}`)
  }
  try {
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new Error(`${root} is not writable: ${reasonOf(error)}`)
  }
}

/** Makes the folders of a root, durably. Answers whether it had a registry. */
export async function makeFolders(disk: Disk, root: string): Promise<boolean> {
  const hadRegistry = disk.lstat(join(root, registryFolder)) !== undefined
  const isNew = !hadRegistry && !disk.lstat(join(root, stateFolder))
  for (const folder of [registryFolder, stateFolder, journalFolder, tmpFolder, asideFolder]) {
    const stat = disk.lstat(join(root, folder))
    if (!stat) disk.mkdir(join(root, folder))
    else if (stat.kind !== 'directory') throw new Error(`${join(root, folder)} is not a directory`)
  }
  createIfMissing(disk, join(root, stateFolder, '.gitignore'), '*\n')
  if (isNew) createIfMissing(disk, join(root, '.gitignore'), suggestedIgnores)
  await disk.syncDirectory(root)
  await disk.syncDirectory(join(root, stateFolder))
  return hadRegistry
}

/** @throws Error when a newer server has written there, or when it is a copy that was never finished */
export async function checkFormat(disk: Disk, root: string): Promise<void> {
  const problem = formatProblem(disk, root)
  if (problem !== undefined) throw new Error(problem)
  if (!disk.lstat(join(root, formatFile))) await writeFormat(disk, root)
}

/** Why this server can't read what lies in `.wukong/`. */
export function formatProblem(disk: ReadableDisk, root: string): string | undefined {
  const path = join(root, formatFile)
  const text = disk.lstat(path) ? disk.read(path).toString().trim() : String(format)
  if (text === unfinished) return `${root} is an unfinished copy: remove it, and copy again`
  if (text === String(format)) return undefined
  return `${root} has format ${JSON.stringify(text)}, which this server does not know; it knows ${format}`
}

export async function writeFormat(disk: Disk, root: string): Promise<void> {
  // Never seen half written, or the next start would take it for one that it does not know.
  const temporary = join(root, tmpFolder, `format-${randomUUID()}`)
  disk.create(temporary, Buffer.from(`${format}\n`))
  await disk.syncFile(temporary)
  disk.rename(temporary, join(root, formatFile))
  await disk.syncDirectory(join(root, stateFolder))
}

/** Makes a root that no server takes until writeFormat() says that it is complete. */
export async function makeUnfinishedRoot(disk: Disk, path: string): Promise<string> {
  const root = await prepareRoot(disk, path)
  checkRoot(disk, root)
  disk.mkdir(join(root, stateFolder))
  disk.create(join(root, formatFile), Buffer.from(`${unfinished}\n`))
  await makeFolders(disk, root)
  return root
}

/** Removes what a run that was killed left half done. */
export function clearTemporaries(disk: Disk, root: string): void {
  for (const name of disk.readdir(join(root, tmpFolder))) {
    if (!name.startsWith('holder-')) disk.unlink(join(root, tmpFolder, name))
  }
  const unfinished = join(root, `${snapshotFile}.new`)
  if (disk.lstat(unfinished)) disk.unlink(unfinished)
}

function createIfMissing(disk: Disk, path: string, text: string): void {
  try {
    disk.create(path, Buffer.from(text))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}
