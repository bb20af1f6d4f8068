import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../test/support/free-port.js'
import { authorize } from './authorize.js'
import { startProcess } from './child.js'
import { controllers } from './controllers.js'
import { customResources } from './custom-resources.js'
import { drain } from './drain.js'
import { embedding } from './embedding.js'
import { endless } from './endless.js'
import { etcd } from './etcd.js'
import { fanOut } from './fan-out.js'
import { fileLag } from './file-lag.js'
import { hop } from './hop.js'
import { hostile } from './hostile.js'
import { manyEdits } from './many-edits.js'
import { get, list } from './read.js'
import { scale } from './scale.js'
import type { Bench, Row, Scenario } from './scenario.js'
import { start } from './start.js'
import { formatTable } from './table.js'
import { watchLatency } from './watch-latency.js'
import { apply, create, patch, put } from './write.js'

const scenarios: Readonly<Record<string, Scenario>> = {
  authorize,
  get,
  list,
  create,
  patch,
  put,
  apply,
  'watch-latency': watchLatency,
  'fan-out': fanOut,
  start,
  embedding,
  drain,
  scale,
  'many-edits': manyEdits,
  endless,
  'file-lag': fileLag,
  controllers,
  hostile,
  hop,
  'custom-resources': customResources,
  etcd,
}

const usage = `usage: npm run bench -- [--seconds=N] [--server=FOLDER] [--full] [--no-floors] [--json] [SCENARIO …]
scenarios: ${Object.keys(scenarios).join(', ')} (default: all but etcd)
--seconds   how long each figure is measured (default 4)
--server    folder of the built project to measure (default: this one)
--full      100,000 objects where 10,000 are the default
--no-floors leaves out the least code that can do the same
--json      rows as JSON instead of a table`

interface Arguments {
  readonly names: readonly string[]
  readonly seconds: number
  readonly server: string
  readonly floors: boolean
  readonly full: boolean
  readonly json: boolean
}

function readArguments(args: readonly string[]): Arguments {
  const flag = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3)
  const names = args.filter((arg) => !arg.startsWith('--'))
  const unknown = args.find(
    (arg) => !/^--(seconds|server)=|^--(json|no-floors|full)$/.test(arg) && !Object.hasOwn(scenarios, arg),
  )
  const seconds = Number(flag('seconds') ?? 4)
  if (unknown !== undefined || !(seconds > 0)) {
    console.error(usage)
    process.exit(1)
  }
  const own = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
  const server = resolve(flag('server') ?? own)
  return {
    names: names.length > 0 ? names : Object.keys(scenarios).filter((name) => name !== 'etcd'),
    seconds,
    server,
    floors: !args.includes('--no-floors'),
    full: args.includes('--full'),
    json: args.includes('--json'),
  }
}

function newBench({ seconds, server, floors, full }: Arguments, folders: string[]): Bench {
  const folder = () => {
    const made = mkdtempSync(join(tmpdir(), 'wukong-bench-'))
    folders.push(made)
    return made
  }
  return {
    server,
    seconds,
    floors,
    full,
    folder,
    start: async ({ root = folder(), args = [] } = {}) => {
      const [port, securePort] = [await freePort(), await freePort()]
      const flags = [`--file-rootpath=${root}`, `--insecure-port=${port}`, `--secure-port=${securePort}`]
      return startProcess([join(server, 'bin', 'wukong-apiserver'), ...flags, ...args], port, root)
    },
    startFloor: async (...args) => {
      const port = await freePort()
      const script = fileURLToPath(new URL('./floor-server.js', import.meta.url))
      return startProcess([script, String(port), ...args], port, '')
    },
  }
}

const folders: string[] = []
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
const options = readArguments(process.argv.slice(2))
const bench = newBench(options, folders)
const rows: Row[] = []
for (const name of options.names) {
  if (!options.json) console.error(`${name} …`)
  rows.push(...((await scenarios[name]?.(bench)) ?? []))
}
console.log(options.json ? JSON.stringify(rows) : formatTable(rows))
