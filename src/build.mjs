/**
 * `npm run build`: bundles the code into dist, puts beside it the files that it reads at run time, and keeps what V8 has
 * made of it; the compiler adds the types. `node src/build.mjs <folder> <entry point>...` bundles what a test runs as a
 * process of its own.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeDescriptions } from './apis/data/descriptions.mjs'
import { bundleAlone, bundleTogether, root } from './bundle.mjs'

/** The commands, what users of the package import, and the API groups of the examples. */
function published() {
  const groups = readdirSync(join(root, 'examples')).map((name) => `examples/${name}/index.ts`)
  const commands = ['src/cli/main.ts', 'src/cli/controller-manager.ts']
  const faces = ['index', 'register-typescript', 'round-trips'].map((name) => `src/sdk/${name}.ts`)
  return [...commands, ...faces, 'src/reconcile/index.ts', ...groups.filter((path) => existsSync(join(root, path)))]
}

/** What the code starts by its path: threads. */
function startedByPath() {
  return filesBelow('src')
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => {
      const starts = readFileSync(join(root, path), 'utf8').matchAll(/new URL\('(\.\/[^']+)\.js', import\.meta\.url\)/g)
      return [...starts].map(([, name]) => join(dirname(path), `${name}.ts`))
    })
}

/** Files in folders named `data`, but not what made them. */
function copyData(out) {
  const isData = (path) => /\/data\/(?!generate\/)/.test(path) && !/\.(ts|mjs|md)$/.test(path)
  return filesBelow('src')
    .filter(isData)
    .map((path) => {
      const target = resolve(root, out, path)
      mkdirSync(dirname(target), { recursive: true })
      copyFileSync(join(root, path), target)
      return target
    })
}

/** What is said of built-in kinds for people lies beside the data. */
function addDescriptions(out) {
  const path = resolve(root, out, 'src/apis/data/descriptions.txt')
  writeDescriptions(path)
  return path
}

/** The terms under which packages in the bundle are passed on. */
function writeLicenses(modules, out) {
  const folders = modules.map((path) => /^(?!commonjs:)(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0])
  const texts = [...new Set(folders.filter((folder) => folder !== undefined))].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    const file = readdirSync(join(root, folder)).find((file) => /^licen[cs]e/i.test(file))
    const text = file ? readFileSync(join(root, folder, file), 'utf8').trim() : ''
    return `${name} ${version} (${license})\n\n${text}\n`
  })
  const path = resolve(root, out, 'licenses.txt')
  writeFileSync(path, texts.join(`\n${'-'.repeat(80)}\n\n`))
  return path
}

/** Paths from the package's folder on. */
const filesBelow = (folder) =>
  readdirSync(resolve(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))

/** See compile-code.mjs. A process of its own begins with nothing compiled. */
function keepCompiled(out) {
  const compiled = execFileSync(process.execPath, [join(import.meta.dirname, 'compile-code.mjs'), resolve(root, out)])
  return fileURLToPath(String(compiled))
}

const [out = 'dist', ...given] = process.argv.slice(2)
const alone = await bundleAlone([...given, ...startedByPath()], out)
const together = given.length > 0 ? { written: [], modules: [] } : await bundleTogether(published(), out)
const licenses = writeLicenses([...alone.modules, ...together.modules], out)
const kept = new Set([...alone.written, ...together.written, ...copyData(out), addDescriptions(out), licenses])
if (given.length === 0) kept.add(keepCompiled(out))
for (const path of filesBelow(out).map((path) => resolve(root, path))) {
  if (!kept.has(path) && !path.endsWith('.d.ts')) rmSync(path)
}
