import { expect, test } from 'vitest'
import { WorkerPool } from '../../src/controllers/worker-pool.js'
import { silentLog } from '../../src/meta/log.js'
import { eventually } from '../support/eventually.js'

const options = { name: 'test', log: silentLog, workers: 2 }

test('begins in a later turn, works on so many keys at once, and on none twice', async () => {
  const under = new Set<string>()
  let most = 0
  const seen: string[] = []
  const pool = new WorkerPool(options, async (key) => {
    expect(under.has(key)).toBe(false)
    under.add(key)
    most = Math.max(most, under.size)
    await new Promise(setImmediate)
    under.delete(key)
    seen.push(key)
    return undefined
  })
  for (const key of ['a', 'b', 'c', 'a']) pool.add(key)
  expect(seen).toEqual([])
  await eventually('all are seen', () => seen.length === 3)
  pool.add('a')
  await eventually('one is seen again', () => seen.length === 4)
  expect([seen.sort(), most]).toEqual([['a', 'a', 'b', 'c'], 2])
  await pool.stop()
})

test('rests while it is told to, tries again what failed, and ends what has begun', async () => {
  let resting = true
  let tries = 0
  const pool = new WorkerPool({ ...options, rests: () => resting }, async () => {
    if (++tries < 3) throw new Error('not yet')
    return undefined
  })
  for (const key of ['a', 'b', 'c']) pool.add(key)
  for (let i = 0; i < 5; i++) await new Promise(setImmediate)
  expect(tries).toBe(0)
  resting = false
  await eventually('all went well', () => tries === 5)
  resting = true
  pool.add('d')
  await pool.stop()
  expect(tries).toBe(5)
})
