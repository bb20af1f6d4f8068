import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { findProgram, type Program } from './client-programs.js'
import { projectFolder } from './project-folder.js'

/** Go with the dependencies of the module in that folder, or why there is none. */
export function findGo(module: string): Program {
  const go = findProgram('go')
  if (!('path' in go)) return go
  const download = spawnSync(go.path, ['mod', 'download'], { cwd: module, encoding: 'utf8', timeout: 240_000 })
  if (download.status === 0) return go
  return { missing: `go can't get the modules of ${basename(module)}: ${download.stderr.split('\n')[0]}` }
}

/** The program that the module in that folder makes. @throws when it does not compile: that is no reason to skip */
export function buildGoProgram(module: string): Program {
  const go = findGo(module)
  if (!('path' in go)) return go
  const folder = join(projectFolder, '.cache', 'clients')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, basename(module))
  const build = spawnSync(go.path, ['build', '-o', path, '.'], { cwd: module, encoding: 'utf8' })
  if (build.status !== 0) throw new Error(`go build of ${basename(module)} failed:\n${build.stdout}${build.stderr}`)
  return { path }
}
