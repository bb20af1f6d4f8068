import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageVersion } from './package-folder.js'

export interface InitFlags {
  readonly group: string
  readonly kind: string
  /** Default: the kind in lower case with an s. */
  readonly plural?: string
  /** What package.json asks for; default: this version. */
  readonly package?: string
}

const templates = fileURLToPath(new URL('./data/init', import.meta.url))

/**
 * Writes a project that serves one kind of an API group of its own, with a test, into `directory`, which is empty or not
 * there yet. Answers with what to do next.
 * @throws Error naming what is wrong; nothing has been written then
 */
export function init(directory: string, flags: InitFlags, folder: string): string {
  const target = resolve(folder, directory)
  if (existsSync(target) && readdirSync(target).length > 0) throw new Error(`${target} is not empty`)
  const words = wordsOf(flags)
  const files = readdirSync(templates).map((name) => ({
    path: join(target, pathOf(name, words)),
    text: filled(readFileSync(join(templates, name), 'utf8'), words),
  }))
  for (const { path, text } of files) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { flag: 'wx' })
  }
  return `${target} serves ${words.plural}.${words.group}. Next:\n  cd ${directory} && npm install && npm test && npm start\n`
}

type Words = Readonly<Record<'group' | 'Kind' | 'singular' | 'plural' | 'package', string>>

function wordsOf({ group, kind, plural = `${kind.toLowerCase()}s`, package: wanted }: InitFlags): Words {
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/.test(group)) {
    throw new Error(`--group ${group}: must be a domain such as example.com`)
  }
  if (!/^[A-Z][A-Za-z0-9]{0,62}$/.test(kind)) throw new Error(`--kind ${kind}: must be a name such as Pizza`)
  // It names a file and a variable too.
  if (!/^[a-z][a-z0-9]{0,62}$/.test(plural))
    throw new Error(`--plural ${plural}: must be lower case letters and digits`)
  return { group, Kind: kind, singular: kind.toLowerCase(), plural, package: wanted ?? `^${packageVersion()}` }
}

/** `src.plural.test.ts.template` is src/pizzas.test.ts. */
function pathOf(template: string, { plural, singular }: Words): string {
  const name = template
    .replace(/\.template$/, '')
    .replace(/^src\./, 'src/')
    .replace(/^gitignore$/, '.gitignore')
  return name.replace(/\bplural\b/, plural).replace(/\bsingular\b/, singular)
}

function filled(text: string, words: Words): string {
  return text.replace(/{{(\w+)}}/g, (_, word: keyof Words) => words[word])
}
