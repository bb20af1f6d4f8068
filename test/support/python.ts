import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram, type Program } from './client-programs.js'
import { projectFolder } from './project-folder.js'

/** A python that has the packages of a requirements file, in an environment of its own below .cache; or why there is none. */
export function pythonWith(requirements: string): Program {
  const python = findProgram('python3')
  if (!('path' in python)) return python
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
  const folder = join(projectFolder, '.cache', 'clients', `python-${hash}`)
  const found = { path: join(folder, 'bin', 'python') }
  if (existsSync(join(folder, 'complete'))) return found
  const run = (command: string, args: readonly string[]) =>
    execFileSync(command, args, { timeout: 240_000, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
  try {
    mkdirSync(join(projectFolder, '.cache', 'clients'), { recursive: true })
    run(python.path, ['-m', 'venv', '--clear', folder])
    run(found.path, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements])
    // Last, so that what was interrupted is done again.
    writeFileSync(join(folder, 'complete'), '')
    return found
  } catch (error) {
    return { missing: `python can't get its packages: ${String(error).split('\n')[0]}` }
  }
}
