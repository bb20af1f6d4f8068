import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { projectFolder } from '../support/project-folder.js'

/** What is expected of one file; hand-edits/README.md says what the fields mean. */
export interface FileExpectation {
  readonly says?: object
  readonly saysOwnUid?: boolean
  readonly has?: readonly string[]
  readonly lacks?: readonly string[]
  readonly text?: string
  /** Lines that differ from those after the step before, as `diff` has them. */
  readonly changed?: readonly string[]
}

export interface Step {
  readonly what?: string
  readonly sh?: string
  readonly api?: readonly [method: string, path: string, body?: unknown]
  readonly objects?: Readonly<Record<string, object | null>>
  readonly same?: readonly string[]
  readonly other?: readonly string[]
  readonly events: readonly string[]
  readonly anyOrder?: boolean
  readonly files?: Readonly<Record<string, FileExpectation | null>>
  readonly problems?: Readonly<Record<string, { readonly reason?: string } | null>>
  readonly log?: string
}

export interface EditCase extends Step {
  readonly what: string
  readonly given?: readonly string[]
  readonly finalizers?: readonly string[]
  readonly user?: 'not root'
  readonly then?: readonly Step[]
}

export function readCases(theme: string): EditCase[] {
  return parse(readFileSync(join(projectFolder, 'test/files/hand-edits', `${theme}.yaml`), 'utf8')) as EditCase[]
}

/** The steps of a case, with `$NAME` put in where no shell does it. */
export function stepsOf(one: EditCase, names: Readonly<Record<string, string>>): Step[] {
  return [one, ...(one.then ?? [])].map(({ sh, ...rest }) => {
    const text = JSON.stringify(rest).replace(/\$([A-Z]+2?)/g, (found, name: string) => names[name] ?? found)
    return { ...(JSON.parse(text) as Step), ...(sh === undefined ? {} : { sh }) }
  })
}
