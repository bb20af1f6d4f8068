import type { Source } from './source-tree.js'

/** What the composition root puts together. */
const parts: readonly string[] = [
  'server-options.ts',
  ...['codec', 'certs', 'schema', 'store', 'apply', 'conversion', 'cache', 'registry', 'auth', 'admission'],
  ...['controllers', 'apis', 'http', 'apiexts', 'reconcile', 'aggregation', 'work'],
]

/**
 * Who may import whom, besides itself and meta (docs/ARCHITECTURE.md has the same table). server.ts and
 * server-options.ts are the only files at the top of src; the files of src/server are parts of server.ts.
 */
const layers: Readonly<Record<string, readonly string[]>> = {
  meta: [],
  codec: [],
  certs: [],
  schema: ['codec'],
  store: ['codec'],
  apply: ['schema'],
  conversion: ['schema'],
  cache: ['store'],
  registry: ['cache', 'store', 'schema', 'apply', 'conversion', 'codec'],
  auth: ['registry', 'schema', 'codec'],
  admission: ['registry', 'cache', 'store', 'schema', 'apply', 'codec'],
  work: [],
  controllers: ['registry', 'cache', 'store', 'schema', 'codec', 'apis', 'work'],
  apis: ['registry', 'schema', 'codec'],
  http: ['registry', 'auth', 'schema', 'codec'],
  apiexts: ['registry', 'http', 'store', 'schema', 'codec', 'reconcile'],
  aggregation: [
    'registry',
    'admission',
    'cache',
    'store',
    'apis',
    'auth',
    'certs',
    'controllers',
    'http',
    'reconcile',
    'schema',
    'codec',
  ],
  reconcile: ['codec', 'work'],
  'server-options.ts': ['registry', 'store', 'apiexts'],
  server: parts,
  'server.ts': ['server', ...parts],
  sdk: ['server.ts', 'server-options.ts', 'registry', 'schema', 'reconcile', 'apiexts', 'controllers'],
  cli: [
    'sdk',
    'reconcile',
    'apiexts',
    'server.ts',
    'server-options.ts',
    'store',
    'auth',
    'certs',
    'controllers',
    'codec',
  ],
}

/** `http` for src/http/list.ts, `server.ts` for src/server.ts; undefined outside src. */
function layerOf(path: string): string | undefined {
  return path.startsWith('src/') ? path.split('/')[1] : undefined
}

export function unknownFolders(sources: readonly Source[]): string[] {
  const found = new Set(sources.map((source) => layerOf(source.path)).filter((layer) => layer !== undefined))
  return [...found]
    .filter((layer) => !Object.hasOwn(layers, layer))
    .map((layer) => `src/${layer} is not in the import table: say in test/support/tidy-layers.ts who may import what`)
}

export function forbiddenImports(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    source.imports
      .filter(({ isFile, target }) => isFile && !mayImport(source.path, target))
      .map(({ target, line }) => {
        const [from, to] = [layerOf(source.path) ?? 'examples', layerOf(target) ?? 'code outside src']
        const advice = 'declare what is needed as an interface where it is used and let server.ts pass it in'
        return `${source.path}:${line}: ${from} may not import ${to} (${target}): ${advice}`
      }),
  )
}

/** What a user of the package imports, and so do the examples. */
const publicFaces = ['src/sdk/index.ts', 'src/reconcile/index.ts']

function mayImport(path: string, target: string): boolean {
  const [from, to] = [layerOf(path), layerOf(target)]
  if (from === undefined) return to === undefined || publicFaces.includes(target)
  if (to === undefined) return false
  return from === to || to === 'meta' || (layers[from] ?? []).includes(to)
}

/** The backends of the store are apart: what two of them need is a file of src/store itself. */
export function backendsApart(sources: readonly Source[]): string[] {
  const backend = (path: string) => /^src\/store\/([^/]+)\//.exec(path)?.[1]
  return sources.flatMap((source) => {
    const own = backend(source.path)
    return source.imports
      .filter(({ target }) => own !== undefined && backend(target) !== undefined && backend(target) !== own)
      .map(({ target, line }) => `${source.path}:${line}: imports another backend (${target}): move it to src/store`)
  })
}

interface PackageRule {
  readonly packages: RegExp
  readonly allowed: RegExp
  readonly advice: string
}

const packageRules: readonly PackageRule[] = [
  {
    packages: /^(koa|@koa\/.*)$/,
    allowed: /^src\/(http|apiexts)\//,
    advice: 'Koa belongs in src/http and src/apiexts',
  },
  {
    packages: /^(node:)?(fs|net|tls|dgram|dns|http|https|http2|child_process|worker_threads|cluster|timers)(\/.*)?$/,
    allowed: /^(?!src\/(meta|codec|schema|apply)\/)/,
    advice: 'meta, codec, schema and apply are pure: take what it gives as an argument',
  },
]

export function misplacedPackages(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    source.imports.flatMap(({ target, isFile, line }) =>
      packageRules
        .filter((rule) => !isFile && rule.packages.test(target) && !rule.allowed.test(source.path))
        .map((rule) => `${source.path}:${line}: imports ${target}: ${rule.advice}`),
    ),
  )
}

export function clockReads(sources: readonly Source[]): string[] {
  return sources
    .filter((source) => /^src\/(meta|codec|schema|apply)\//.test(source.path))
    .flatMap((source) =>
      source.clock.map(({ text, line }) => `${source.path}:${line}: ${text}: take the time as an argument`),
    )
}

/** Each chain of files that import each other, once. Type imports count: they tie the files together as well. */
export function importCycles(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const done = new Set<string>()
  const found: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) {
      found.push(`${[...trail.slice(start), path].join(' → ')}: move what both need into a file of its own`)
      return
    }
    if (done.has(path)) return
    for (const { target, isFile } of byPath.get(path)?.imports ?? []) if (isFile) visit(target, [...trail, path])
    done.add(path)
  }
  for (const path of byPath.keys()) visit(path, [])
  return found
}
