// `npm start`: a server to try things on, with its root in ./wukong-data and tokens everybody knows. Flags behind
// `npm start --` come last, so they win.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const given = process.argv.slice(2)
const flags = ['--file-rootpath=./wukong-data', `--token-auth-file=${here('../configs/token.csv')}`, ...given]

seed(rootOf(flags))
process.argv.splice(2, given.length, ...flags)
await import('../dist/src/cli/main.js')

/** The last one counts. */
function rootOf(flags) {
  const at = flags.findLastIndex((flag) => /^--file-rootpath(=|$)/.test(flag))
  return flags[at].split('=').slice(1).join('=') || (flags[at + 1] ?? '.')
}

/** Example pizzas and toppings for a root that has no objects yet; whole or not at all. */
function seed(root) {
  const registry = join(root, 'registry')
  if (existsSync(registry)) return
  const begun = join(root, `.seed-${process.pid}`)
  try {
    copy(here('manifests/restaurant/registry'), begun)
    renameSync(begun, registry)
  } finally {
    rmSync(begun, { recursive: true, force: true })
  }
}

/** With the modes of a root: nobody else's to read. */
function copy(from, to) {
  mkdirSync(to, { recursive: true, mode: 0o700 })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) copy(source, target)
    else writeFileSync(target, readFileSync(source), { mode: 0o600 })
  }
}
