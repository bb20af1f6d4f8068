/**
 * Runs in a process of its own, to be killed: writers that create, update and delete, and say so before each request
 * and after each answer. Arguments: root, and a step such as `link:3` before (`-`) or after (`+`) whose third time the
 * process kills itself.
 */
import { writeSync } from 'node:fs'
import { silentLog } from '../../src/meta/log.js'
import { codeOf, type Disk, realDisk } from '../../src/store/file/disk.js'
import { openFileStore } from '../../src/store/file/open-file-store.js'
import { historyLimit } from './crash-size.js'

const [root = '', run, step = ''] = process.argv.slice(2)
const store = await openFileStore({
  root,
  watchFiles: false,
  log: silentLog,
  // A checkpoint of many files syncs them all at once.
  checkpointAfter: step.includes('syncFileSystem') ? 250_000 : 20_000,
  historyLimit,
  ...diskThatKills(step),
})
await store.start(async (changes) => {
  for (const { path, text } of changes) say({ edit: path, text })
  return changes.map(() => ({ outcome: 'refused', reason: 'nobody edits here' }))
})
say({ ready: await store.currentRevision() })
await Promise.all([0, 1, 2, 3].map(write))

async function write(writer: number): Promise<void> {
  for (let n = 0; ; n++) {
    const key = `restaurant.wukong.com/pizzas/default/w${writer}-${Math.floor(Math.random() * 25)}`
    const current = await store.get(key)
    const value = `${run}-${writer}-${n}`
    const object = {
      apiVersion: 'restaurant.wukong.com/v1beta1',
      kind: 'Pizza',
      metadata: { name: key.split('/').at(-1) ?? '', namespace: 'default', uid: key },
      spec: { value, padding: 'x'.repeat(Math.floor(Math.random() * 600)) },
    }
    if (!current) {
      say({ asks: key, value })
      say({ told: key, value, revision: (await store.create(key, object)).revision })
    } else if (Math.random() < 0.2) {
      say({ asks: key, value: null })
      say({ told: key, value: null, revision: (await store.delete(key, current.revision)).revision })
    } else {
      say({ asks: key, value })
      say({ told: key, value, revision: (await store.update(key, object, current.revision)).revision })
    }
    if (n % 8 === 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * 8))
  }
}

function say(what: object): void {
  let rest = Buffer.from(`${JSON.stringify(what)}\n`)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest))
    } catch (error) {
      // Whoever listens is behind.
      if (codeOf(error) !== 'EAGAIN') throw error
    }
  }
}

function diskThatKills(text: string): { disk?: Disk } {
  const match = /^([-+])(\w+)(?:@(\w+))?:(\d+)$/.exec(text)
  if (!match) return {}
  const [, when, name, where = '', count] = match
  let left = Number(count)
  const operation = realDisk[name as keyof Disk] as (...args: readonly unknown[]) => unknown
  const disk = {
    ...realDisk,
    [String(name)]: (...args: readonly unknown[]) => {
      if (where !== '' && !args.some((arg) => String(arg).includes(where))) return operation(...args)
      left--
      if (left === 0 && when === '-') die()
      const result = operation(...args)
      if (left !== 0 || when === '-') return result
      return result instanceof Promise ? result.then(die) : die()
    },
  }
  return { disk }
}

function die(): never {
  say({ reached: step })
  process.kill(process.pid, 'SIGKILL')
  // The signal is on its way; nothing must happen meanwhile.
  for (;;);
}
