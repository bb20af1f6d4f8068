/**
 * `node src/compile-code.mjs <folder>`: runs the server that is built there, and keeps V8's compiled form of what it used,
 * for `load-code.js`. Answers on stdout with the path.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const folder = resolve(process.argv[2])
const root = mkdtempSync(join(tmpdir(), 'wukong-build-'))
const loader = JSON.stringify(pathToFileURL(join(folder, 'load-code.js')).href)
/** V8 keeps its settings with the code; the server changes one when it serves (`cli/heap.ts`), a start has it not yet. */
const startSettings = "setFlagsFromString('--heap-growing-percent=0');"
const atExit = `import { compiledPlace, script } from ${loader}; import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
process.on('exit', () => { ${startSettings} writeFileSync(compiledPlace, script.createCachedData()) })`

try {
  await run([], async () => {})
  // Most starts find objects and certificates there.
  await run([`--import=data:text/javascript,${encodeURIComponent(atExit)}`], useIt)
  const { compiledPlace } = await import(pathToFileURL(join(folder, 'load-code.js')).href)
  process.stdout.write(compiledPlace.href)
} finally {
  rmSync(root, { recursive: true, force: true })
}

/** Starts the server, does something with it, and stops it. */
async function run(nodeFlags, use) {
  const [port, securePort] = await freePorts()
  const flags = [`--file-rootpath=${root}`, `--insecure-port=${port}`, `--secure-port=${securePort}`]
  const args = [...nodeFlags, join(folder, 'src/cli/main.js'), ...flags]
  const server = spawn(process.execPath, args, { stdio: 'pipe' })
  const exited = once(server, 'exit')
  let [said, log] = ['', '']
  server.stderr.on('data', (text) => (log += text))
  for await (const text of server.stdout) {
    said += text
    const url = /HTTP +(http:\S+)/.exec(said)?.[1]
    if (!url) continue
    await use(url)
    break
  }
  server.kill()
  const [code] = await exited
  if (code !== 0) throw new Error(`the built server ended with ${code}: ${log}`)
}

/** Two that nobody listens on, held until both are known. */
async function freePorts() {
  const held = [createServer(), createServer()]
  await Promise.all(held.map((server) => once(server.listen(0, '127.0.0.1'), 'listening')))
  const ports = held.map((server) => server.address().port)
  await Promise.all(held.map((server) => once(server.close(), 'close')))
  return ports
}

/** What the first requests to a server are. */
async function useIt(url) {
  const maps = '/api/v1/namespaces/default/configmaps'
  const map = (data) => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data })
  const requests = [
    ['GET', '/readyz'],
    ['GET', '/apis', undefined, { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' }],
    ['GET', '/api/v1'],
    ['POST', maps, map({ a: '1' })],
    ['PUT', `${maps}/a`, map({ a: '2' })],
    ['PATCH', `${maps}/a`, map({ a: '3' }), { 'content-type': 'application/merge-patch+json' }],
    [
      'PATCH',
      `${maps}/a?fieldManager=a&force=true`,
      map({ a: '4' }),
      { 'content-type': 'application/apply-patch+yaml' },
    ],
    ['GET', maps],
    ['GET', `${maps}?watch=true&timeoutSeconds=1`],
    ['DELETE', `${maps}/a`],
  ]
  for (const [method, path, body, headers] of requests) {
    const answer = await fetch(url + path, {
      method,
      body,
      headers: { 'content-type': 'application/json', ...headers },
    })
    await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`)
  }
}
