/**
 * `npm run build`: bundles the code into dist, and puts beside it the files that it reads at run time; the compiler adds
 * the types. Some 300 modules of ours and as many of packages take a start longer to load than all else it does.
 * `node src/build.mjs <folder> <entry point>...` does so for what a test runs as a process of its own.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { writeDescriptions } from './apis/data/descriptions.mjs'

const root = join(import.meta.dirname, '..')
/** Stands for the folder that is written to, in code that does not know yet how deep below it it will lie. */
const outFolder = '@out/'

/**
 * Bundles entry points (paths from the package's folder on) and all they import: each comes to lie in `out` where it lies
 * in the package, and what two of them need is there once, so that a class of one is the class of the other.
 * `import.meta.url` says where a module would lie had it not been bundled: files and threads are found beside it.
 * Answers with the files that were written and the modules in them.
 */
async function bundle(entryPoints, out) {
  const { metafile, outputFiles } = await build({
    ...{ absWorkingDir: root, outbase: '.', outdir: out, chunkNames: 'chunks/[name]-[hash]', entryPoints },
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', metafile: true },
    // Half of the time of a start goes into reading code: the less text, the sooner; names stay for stack traces.
    ...{ minifyWhitespace: true, minifySyntax: true, mainFields: ['module', 'main'] },
    // Packages that are no ES modules ask for Node's own modules in this way.
    banner: { js: "import { createRequire as $of } from 'node:module'; const require = $of(import.meta.url);" },
    plugins: [{ name: 'as without a bundle', setup: asWithoutBundle }],
    // Koa's packages want two versions of this list, each 200 KB and set up at the start; the newer one does for both.
    alias: { 'mime-types': 'mime-types' },
    // Tests of users bring their own.
    external: ['fast-check'],
    ...{ write: false, logLevel: 'warning' },
  })
  for (const { path, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text.replaceAll(outFolder, `${relative(dirname(path), resolve(root, out)) || '.'}/`))
  }
  return {
    written: outputFiles.map(({ path }) => path),
    modules: Object.keys(metafile.inputs).filter((path) => !path.startsWith('commonjs:')),
  }
}

function asWithoutBundle(esbuild) {
  esbuild.onLoad({ filter: /\.ts$/ }, load)
  // It finds a WebAssembly module beside itself.
  esbuild.onResolve({ filter: /^amaro$/ }, () => ({ external: true }))
  namedExports(esbuild)
}

/**
 * `import()` of a package that is no ES module has in Node the names that it exports; bundled it would have its default
 * alone.
 */
function namedExports(esbuild) {
  const namespace = 'commonjs'
  esbuild.onResolve({ filter: /^[^.]/ }, async ({ kind, path, resolveDir, pluginData }) => {
    if (kind !== 'dynamic-import' || pluginData === namespace) return undefined
    const found = await esbuild.resolve(path, { kind, resolveDir, pluginData: namespace })
    if (found.external || found.errors.length > 0 || found.path === path) return undefined
    const isModule = /^(?:export|import)\b/m.test(readFileSync(found.path, 'utf8'))
    return isModule ? undefined : { path: found.path, namespace }
  })
  esbuild.onLoad({ filter: /.*/, namespace }, async ({ path }) => {
    const names = Object.keys(await import(pathToFileURL(path).href)).filter((name) => /^(?!default$)\w+$/.test(name))
    const contents = `import whole from ${JSON.stringify(path)}\nexport default whole\nexport const { ${names.join(', ')} } = whole`
    return { contents, resolveDir: dirname(path) }
  })
}

function load({ path }) {
  const text = readFileSync(path, 'utf8')
  if (!text.includes('import.meta.url')) return undefined
  const place = JSON.stringify(outFolder + relative(root, path).replace(/\.ts$/, '.js'))
  return { contents: text.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`), loader: 'ts' }
}

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
  const folders = modules.map((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0])
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

const [out = 'dist', ...given] = process.argv.slice(2)
const { written, modules } = await bundle([...(given.length > 0 ? given : published()), ...startedByPath()], out)
const kept = new Set([...written, ...copyData(out), addDescriptions(out), writeLicenses(modules, out)])
for (const path of filesBelow(out).map((path) => resolve(root, path))) {
  if (!kept.has(path) && !path.endsWith('.d.ts')) rmSync(path)
}
