import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram, type Program } from './client-programs.js'
import { projectFolder } from './project-folder.js'

const module = join(projectFolder, 'test', 'codec', 'proto-go')

/** What test/codec/proto-go is asked, one of seed, json and protobuf (base64) beside the kind. */
export interface GoQuestion {
  readonly apiVersion: string
  readonly kind: string
  readonly seed?: number
  readonly json?: string
  readonly protobuf?: string
}

/** The object in both forms, or what Go's codec said of the input. */
export interface GoAnswer {
  readonly json?: string
  readonly protobuf?: string
  readonly error?: string
}

/** The program in test/codec/proto-go, built, or why it can't be. */
export function buildProtoGo(): Program {
  const go = findProgram('go')
  if (!('path' in go)) return go
  const folder = join(projectFolder, '.cache', 'proto-go')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'protogo')
  const build = spawnSync(go.path, ['build', '-o', path, '.'], { cwd: module, encoding: 'utf8', timeout: 600_000 })
  if (build.status === 0 && existsSync(path)) return { path }
  return { missing: `go can't build ${module}: ${build.stderr.split('\n')[0]}` }
}

export function askGo(program: string, questions: readonly GoQuestion[]): GoAnswer[] {
  const input = questions.map((question) => JSON.stringify(question)).join('\n')
  const run = spawnSync(program, { input, encoding: 'utf8', maxBuffer: 1 << 30, timeout: 120_000 })
  if (run.status !== 0) throw new Error(`protogo: ${run.stderr}`)
  return run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as GoAnswer)
}
