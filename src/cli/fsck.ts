import { resolve } from 'node:path'
import { fsck as examine, type FsckReport, repair } from '../store/file/fsck.js'
import { onServedCopy } from './served-copy.js'

export interface FsckFlags {
  readonly fileRootpath: string
  readonly repair: boolean
  readonly files: boolean
  readonly apis?: string[]
}

/** So many paths of one sort are shown. */
const shown = 20

/** Answers with what to print, and whether something is wrong. @throws Error with one line */
export async function fsck(flags: FsckFlags, folder: string): Promise<{ text: string; failed: boolean }> {
  const root = resolve(folder, flags.fileRootpath)
  const done = flags.repair ? await repair(root) : []
  const report = examine(root)
  const lines = [...done.map((line) => `repaired: ${line}`), ...describe(root, report)]
  let failed = report.damage.length > 0
  if (flags.files && failed) lines.push('files: not looked at, since no server starts on this root')
  else if (flags.files) {
    const refused = await refusedFiles(root, flags.apis, folder)
    lines.push(...refused, `files that would be refused: ${refused.length}`)
    failed = refused.length > 0
  }
  return { text: `${lines.join('\n')}\n`, failed }
}

function describe(root: string, report: FsckReport): string[] {
  const { state, holder, records, damage, differing, temporary, kept, openToOthers } = report
  const summary = state
    ? `${state.objects} objects, revision ${state.revision}`
    : damage.length > 0
      ? 'damaged'
      : 'no state: the next start reads every file'
  const some = (title: string, all: readonly string[]) => {
    const more = all.length > shown ? [`  and ${all.length - shown} more`] : []
    return all.length === 0
      ? []
      : [`${title}: ${all.length}`, ...all.slice(0, shown).map((line) => `  ${line}`), ...more]
  }
  return [
    `${root}: ${summary}`,
    ...(holder === undefined ? [] : [`served by ${holder}`]),
    ...records.map(({ path, bytes, wholeBytes, batches, records, revisions }) => {
      const range = revisions ? `, revisions ${revisions.first} to ${revisions.last}` : ''
      const [r, b] = [records === 1 ? 'record' : 'records', batches === 1 ? 'batch' : 'batches']
      return `${path}: ${records} ${r} in ${batches} ${b}${range}, ${wholeBytes} of ${bytes} bytes`
    }),
    ...damage.map((line) => `damage: ${line}`),
    ...(damage.length > 0
      ? ['to mend it: restore a backup into another folder, or fsck --repair and see what it kept aside']
      : []),
    ...some(
      'files the next start judges or writes',
      differing.map(({ path, how }) => `${path}: ${how}`),
    ),
    ...some('temporary files', temporary),
    ...some('kept for you to look at', kept),
    ...some(
      'open to other users',
      openToOthers.map(({ path, mode }) => `${path}: ${mode.toString(8).padStart(4, '0')}`),
    ),
  ]
}

/** Asks a server that starts on a copy: nobody else knows all that may be wrong with a file. */
function refusedFiles(root: string, apis: readonly string[] | undefined, folder: string): Promise<string[]> {
  return onServedCopy(root, apis, folder, async ({ server, leftOut }) => {
    const problems = server.fileProblems().map(({ path, outcome, reason, line }) => {
      const where = line === undefined ? path : `${path}:${line}`
      return `${where}: ${outcome}: ${reason}`
    })
    return [...leftOut.map(({ path, reason }) => `${path}: refused: ${reason}`), ...problems].sort()
  })
}
