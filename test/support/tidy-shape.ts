import type { Source } from './source-tree.js'

/** A path (or `path#name`) and why it may break the rule. An entry that is no longer needed is a problem too. */
export type Allowed = Readonly<Record<string, string>>

interface Finding {
  /** What an allow-list would name. */
  readonly subject: string
  readonly message: string
}

/** Messages of findings that are not allowed, and of allowances without a finding. */
function judge(findings: readonly Finding[], allowed: Allowed): string[] {
  const subjects = new Set(findings.map((finding) => finding.subject))
  return [
    ...findings.filter(({ subject }) => !Object.hasOwn(allowed, subject)).map(({ message }) => message),
    ...Object.keys(allowed)
      .filter((subject) => !subjects.has(subject))
      .map((subject) => `${subject} is allowed what it no longer does: take it off the list in test/tidy.test.ts`),
  ]
}

const orAllow = 'or give the reason in the allow-list of test/tidy.test.ts'

export function longFiles(sources: readonly Source[], limit: number, allowed: Allowed): string[] {
  const findings = sources
    .filter((source) => source.lines > limit)
    .map(({ path, lines }) => ({
      subject: path,
      message: `${path} has ${lines} lines, more than ${limit}: split it by idea, ${orAllow}`,
    }))
  return judge(findings, allowed)
}

/** Functions that only group tests may be as long as the file. */
export function longFunctions(sources: readonly Source[], limit: number, allowed: Allowed): string[] {
  const findings = sources.flatMap(({ path, functions }) =>
    functions
      .filter(({ lines, groupsTests }) => lines > limit && !groupsTests)
      .map(({ name, line, lines }) => ({
        subject: `${path}#${name}`,
        message: `${path}:${line}: ${name} has ${lines} lines, more than ${limit}: split it by step, ${orAllow}`,
      })),
  )
  return judge(findings, allowed)
}

/**
 * Exports that nothing else imports. A type that its own file goes on using is part of another export's shape and
 * may be exported for those who want to name it.
 */
export function deadExports(sources: readonly Source[], judged: RegExp, allowed: Allowed): string[] {
  const used = new Set<string>()
  const usedWhole = new Set<string>()
  for (const { target, names } of sources.flatMap((source) => source.imports)) {
    if (names === undefined) usedWhole.add(target)
    for (const name of names ?? []) used.add(`${target}#${name}`)
  }
  const findings = sources
    .filter(({ path }) => judged.test(path) && !usedWhole.has(path))
    .flatMap(({ path, exports, mentions }) =>
      exports
        .filter(({ name, isType }) => !used.has(`${path}#${name}`) && !(isType && (mentions.get(name) ?? 0) > 1))
        .map(({ name, line }) => ({
          subject: `${path}#${name}`,
          message: `${path}:${line}: nothing imports ${name}: take the export (or the code) away, ${orAllow}`,
        })),
    )
  return judge(findings, allowed)
}

export function barrels(sources: readonly Source[], allowed: Allowed): string[] {
  const findings = sources
    .filter((source) => source.onlyReexports)
    .map(({ path }) => ({ subject: path, message: `${path} only passes exports on: import from where they are made` }))
  return judge(findings, allowed)
}

/** Names that say nothing about what a file is for. */
export function emptyNames(paths: readonly string[], allowed: Allowed): string[] {
  const findings = paths
    .filter((path) => /(^|[-./])(manager|helper|util)s?([-./]|$)/i.test(path))
    .map((path) => ({ subject: path, message: `${path}: name it by what it does, not manager, helper or util` }))
  return judge(findings, allowed)
}

/**
 * Tests that override a fixture of others: the modules of a worker's test files are shared, so a file that runs later
 * would be given the overriding fixture too. `extend` makes one of their own.
 */
export function overriddenFixtures(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path, mentions }) => path.startsWith('test/') && mentions.has('override'))
    .map(({ path }) => `${path}: extend a fixture instead of overriding it for everybody`)
}

/** What users of the package can import from `faces` without a word on what it is. */
export function undocumented(sources: readonly Source[], faces: readonly string[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const found = new Set<string>()
  const look = (path: string, name: string): void => {
    const source = byPath.get(path)
    const own = source?.exports.find((one) => one.name === name)
    const from = source?.imports.find(({ names, isFile }) => isFile && names?.includes(name))
    if (!own) from && look(from.target, name)
    else if (!own.isDocumented) found.add(`${path}:${own.line}: ${name} is exported to users: say what it is`)
  }
  for (const face of faces) {
    const { exports = [], imports = [], onlyReexports } = byPath.get(face) ?? {}
    const names = onlyReexports ? imports.flatMap(({ names = [] }) => names) : exports.map(({ name }) => name)
    for (const name of names) look(face, name)
  }
  return [...found]
}
