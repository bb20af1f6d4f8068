/**
 * How the code is bundled. Some 300 modules of ours and as many of packages take a start longer to load than all else it
 * does; one script loads faster than modules, and most of all when V8 is given what it compiled of it before.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

/** The package's folder. */
export const root = join(import.meta.dirname, '..')
/** Stands for the folder that is written to, in code that does not know yet how deep below it it will lie. */
const outFolder = '@out/'

/** What both kinds of bundles have in common. */
const common = {
  ...{ absWorkingDir: root, bundle: true, platform: 'node', target: 'node20', metafile: true },
  // The less text, the sooner it is read; names stay for stack traces.
  ...{ minifyWhitespace: true, minifySyntax: true, mainFields: ['module', 'main'], legalComments: 'none' },
  plugins: [{ name: 'as without a bundle', setup: asWithoutBundle }],
  // Tests of users bring their own.
  external: ['fast-check'],
  ...{ write: false, logLevel: 'warning' },
}

/**
 * Bundles entry points (paths from the package's folder on) and all they import into one script, `code-<hash>.cjs`, which
 * `load-code.js` beside it loads. Each entry point becomes a module where it lies in the package that has the names it
 * exports: what two of them need is there once, so that a class of one is the class of the other. What is imported by
 * `import()` is run when that is reached. Answers with the files that were written and the modules in them.
 */
export async function bundleTogether(entryPoints, out) {
  const entries = entryPoints.map((path) => `${JSON.stringify(withoutEnding(path))}: () => require('./${path}')`)
  const { metafile, outputFiles } = await build({
    ...common,
    stdin: { contents: `module.exports = { ${entries.join(',\n')} }`, resolveDir: root },
    // In a script, that V8 can keep the compiled form of, `import()` is `require()`, a little later.
    ...{ format: 'cjs', supported: { 'dynamic-import': false } },
    banner: { js: '(function (module, require, base$, import$) {' },
    footer: { js: '})' },
  })
  // Regular expressions keep letters that are not ASCII; without them a character of the script takes one byte in memory.
  const escaped = (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  const text = outputFiles[0].text.replaceAll(outFolder, './').replace(/[^\0-\x7f]/g, escaped)
  const name = `code-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`
  const loader = readFileSync(join(import.meta.dirname, 'load-code.mjs'), 'utf8').replaceAll('@code', name)
  const faces = await Promise.all(entryPoints.map(async (path) => [withoutEnding(path), await face(path)]))
  const files = [[`${name}.cjs`, text], ['load-code.js', loader], ...faces.map(([path, face]) => [`${path}.js`, face])]
  return { written: files.map(([path, text]) => writeBelow(out, path, text)), modules: Object.keys(metafile.inputs) }
}

/** The module that stands for an entry point. */
async function face(path) {
  const { metafile } = await build({
    ...{ absWorkingDir: root, entryPoints: [path], outdir: 'dist', format: 'esm', metafile: true, write: false },
  })
  const [{ exports }] = Object.values(metafile.outputs)
  const above = '../'.repeat(path.split('/').length - 1)
  const names = exports.map((name) => (name === 'default' ? 'default: whole' : name))
  const run = `code[${JSON.stringify(withoutEnding(path))}]()`
  return [
    `import { code } from '${above}load-code.js'`,
    names.length > 0 ? `export const { ${names.join(', ')} } = ${run}` : run,
    ...(exports.includes('default') ? ['export { whole as default }'] : []),
  ].join('\n')
}

/** Bundles each entry point with all it imports into one module: a thread, or what a test runs as a process of its own. */
export async function bundleAlone(entryPoints, out) {
  const { metafile, outputFiles } = await build({
    ...{ ...common, entryPoints, outbase: '.', outdir: out, format: 'esm' },
    // Packages that are no ES modules ask for Node's own modules in this way.
    banner: {
      js: "import { createRequire as of$ } from 'node:module'; const base$ = import.meta.url, require = of$(base$), import$ = (url) => import(url);",
    },
  })
  const written = outputFiles.map(({ path, text }) => {
    const place = relative(resolve(root, out), path)
    return writeBelow(out, place, text.replaceAll(outFolder, `${relative(dirname(place), '') || '.'}/`))
  })
  return { written, modules: Object.keys(metafile.inputs) }
}

const withoutEnding = (path) => path.replace(/\.ts$/, '')

function writeBelow(out, place, text) {
  const path = resolve(root, out, place)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

function asWithoutBundle(esbuild) {
  esbuild.onLoad({ filter: /\.ts$/ }, load)
  // It finds a WebAssembly module beside itself.
  esbuild.onResolve({ filter: /^amaro$/ }, () => ({ external: true }))
  namedExports(esbuild)
  typesWhenNeeded(esbuild)
}

/** Koa asks for types of files, which nothing here does: their list is 150 KB, and sorted when it is loaded. */
function typesWhenNeeded(esbuild) {
  const [name, namespace] = ['mime-types', 'when-needed']
  const asked = ['contentType', 'lookup'].map((method) => `${method}: (type) => require('${name}').${method}(type)`)
  const real = ({ importer }) => (importer === name ? undefined : { path: name, namespace })
  esbuild.onResolve({ filter: /^mime-types$/ }, real)
  const contents = `module.exports = { ${asked.join(', ')} }`
  esbuild.onLoad({ filter: /.*/, namespace }, () => ({ contents, resolveDir: root }))
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
  if (!/import(\.meta\.url|\((?=\w))/.test(text)) return undefined
  const place = JSON.stringify(outFolder + relative(root, path).replace(/\.ts$/, '.js'))
  const contents = text.replaceAll('import.meta.url', `new URL(${place}, base$).href`)
  // Modules of users are not in the bundle.
  return { contents: contents.replace(/\bimport\((?=\w)/g, 'import$('), loader: 'ts' }
}
