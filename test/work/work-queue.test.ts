import { describe, expect, it } from 'vitest'
import { WorkQueue } from '../../src/work/work-queue.js'

describe('a work queue', () => {
  it('gives a key once, however often it was added', async () => {
    const queue = new WorkQueue()
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key)
    expect(queue.depth).toBe(2)
    expect([await queue.take(), await queue.take()]).toEqual(['a', 'b'])
    expect(queue.depth).toBe(0)
  })

  it('gives a key that was added while it was worked on again, and only after that', async () => {
    const queue = new WorkQueue()
    queue.add('a')
    await queue.take()
    queue.add('a')
    queue.add('a')
    expect(queue.depth).toBe(0)
    queue.done('a')
    expect(queue.depth).toBe(1)
    expect(await queue.take()).toBe('a')
    queue.done('a')
    expect(queue.depth).toBe(0)
  })

  it('hands a key to who waits, and undefined to all at the end', async () => {
    const queue = new WorkQueue()
    const [first, second] = [queue.take(), queue.take()]
    queue.add('a')
    expect(await first).toBe('a')
    queue.close()
    expect(await second).toBeUndefined()
    queue.add('b')
    expect(await queue.take()).toBeUndefined()
  })

  it('of several delays takes the earliest', async () => {
    const queue = new WorkQueue()
    queue.addAfter('a', 3_600_000)
    queue.addAfter('a', 1)
    queue.addAfter('a', 2 ** 40)
    expect(await queue.take()).toBe('a')
    queue.close()
  })

  it('waits longer after each failure, until it is told to forget', async () => {
    const queue = new WorkQueue()
    const waited = async () => {
      const begin = performance.now()
      queue.addAfterFailure('a')
      await queue.take()
      queue.done('a')
      return performance.now() - begin
    }
    const delays: number[] = []
    for (let i = 0; i < 5; i++) delays.push(await waited())
    // 5, 10, 20, 40, 80 ms at least.
    expect(delays.every((delay, i) => delay >= 5 * 2 ** i - 2)).toBe(true)
    queue.forget('a')
    queue.addAfterFailure('a')
    queue.addAfter('a', 60)
    expect(await queue.take()).toBe('a')
    queue.close()
  })
})
