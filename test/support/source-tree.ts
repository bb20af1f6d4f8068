import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import {
  isCallExpression,
  isExportDeclaration,
  isIdentifier,
  isImportDeclaration,
  isNewExpression,
  isPropertyAccessExpression,
  type Node,
  type SourceFile as Parsed,
} from 'typescript/unstable/ast'
import { createVirtualFileSystem } from 'typescript/unstable/fs'
import { API } from 'typescript/unstable/sync'
import { exportsOf, functionOf, importOf } from './source-facts.js'

/** What the tidy rules need to know of one file. Paths begin at the project, with `/`. */
export interface Source {
  readonly path: string
  readonly lines: number
  readonly imports: readonly Import[]
  readonly exports: readonly Export[]
  readonly functions: readonly FunctionSpan[]
  /** Nothing but `export … from`. */
  readonly onlyReexports: boolean
  /** Reads of the clock and uses of timers. */
  readonly clock: readonly { readonly text: string; readonly line: number }[]
  /** How often each identifier is written. */
  readonly mentions: ReadonlyMap<string, number>
}

export interface Import {
  /** The file meant, or the package: `koa`, `node:fs`. */
  readonly target: string
  readonly isFile: boolean
  /** Names as the target exports them; undefined: all of them. */
  readonly names: readonly string[] | undefined
  readonly line: number
}

export interface Export {
  readonly name: string
  readonly isType: boolean
  readonly line: number
  /** A docstring stands before it. */
  readonly isDocumented: boolean
}

export interface FunctionSpan {
  readonly name: string
  readonly line: number
  readonly lines: number
  /** It calls `it`, `test` or `describe`, so its length is that of the tests in it. */
  readonly groupsTests: boolean
}

/** Every .ts file below `folders`, as path → text. */
export function readSources(root: string, folders: readonly string[]): Record<string, string> {
  const texts: Record<string, string> = {}
  const visit = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) visit(path)
      else if (entry.name.endsWith('.ts')) texts[path] = readFileSync(join(root, path), 'utf8')
    }
  }
  for (const folder of folders) visit(folder)
  return texts
}

/** Parses each file on its own, with the compiler's own parser; nothing is read from the disk. */
export function parseSources(texts: Readonly<Record<string, string>>): Source[] {
  const paths = Object.keys(texts)
  const config = { compilerOptions: { noLib: true, noResolve: true, types: [] }, files: paths }
  const files = Object.fromEntries(paths.map((path) => [`/p/${path}`, texts[path] ?? '']))
  const fs = createVirtualFileSystem({ ...files, '/p/tsconfig.json': JSON.stringify(config) })
  const api = new API({ cwd: '/p', fs })
  try {
    const project = api.updateSnapshot({ openProjects: ['/p/tsconfig.json'] }).getProjects()[0]
    return paths.map((path) => {
      const parsed = project?.program.getSourceFile(`/p/${path}`)
      if (!parsed) throw new Error(`${path} was not parsed`)
      return describe(path, parsed)
    })
  } finally {
    api.close()
  }
}

function describe(path: string, parsed: Parsed): Source {
  const imports: Import[] = []
  const functions: FunctionSpan[] = []
  const clock: { text: string; line: number }[] = []
  const mentions = new Map<string, number>()
  const lineOf = (position: number) => parsed.getLineAndCharacterOfPosition(position).line + 1
  const visit = (node: Node): void => {
    const line = lineOf(node.getStart(parsed))
    const found = importOf(node)
    if (found) imports.push({ ...resolve(path, found.specifier), names: found.names, line })
    const callable = functionOf(node, parsed)
    if (callable) functions.push({ ...callable, line, lines: lineOf(node.end) - line + 1 })
    const time = clockUse(node, parsed)
    if (time) clock.push({ text: time, line })
    if (isIdentifier(node)) mentions.set(node.text, (mentions.get(node.text) ?? 0) + 1)
    node.forEachChild(visit)
  }
  visit(parsed)
  return {
    path,
    lines: parsed.text.split('\n').length - (parsed.text.endsWith('\n') ? 1 : 0),
    imports,
    exports: exportsOf(parsed).map(({ node, ...rest }) => {
      const line = lineOf(node.getStart(parsed))
      return { ...rest, line, isDocumented: endsInComment(parsed.text.split('\n').slice(0, line - 1)) }
    }),
    functions,
    onlyReexports: parsed.statements.length > 0 && parsed.statements.every((s) => isReexport(s)),
    clock,
    mentions,
  }
}

/** Whether a comment is the last of these lines; what linters are told does not count. */
function endsInComment(lines: readonly string[]): boolean {
  return lines.findLast((text) => !text.startsWith('// biome-ignore'))?.endsWith('*/') === true
}

function isReexport(statement: Node): boolean {
  return isImportDeclaration(statement) || isExportDeclaration(statement)
}

function resolve(from: string, specifier: string): { target: string; isFile: boolean } {
  if (!specifier.startsWith('.')) return { target: specifier, isFile: false }
  return { target: posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts'), isFile: true }
}

const timers = new Set(['setTimeout', 'setInterval', 'setImmediate'])
const clocks = new Set(['Date.now', 'performance.now', 'process.hrtime'])

function clockUse(node: Node, parsed: Parsed): string | undefined {
  if (isPropertyAccessExpression(node) && clocks.has(node.getText(parsed))) return node.getText(parsed)
  if (isNewExpression(node) && !node.arguments?.length && node.expression.getText(parsed) === 'Date')
    return 'new Date()'
  if (isCallExpression(node) && timers.has(node.expression.getText(parsed))) return node.expression.getText(parsed)
  return undefined
}
