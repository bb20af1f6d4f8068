import { afterEach, beforeEach, describe } from 'vitest'
import type { Store } from '../../src/store/store.js'
import type { Context } from './contract/context.js'
import { reads, watches } from './contract/reads.js'
import { concurrency, writes } from './contract/writes.js'

/** What a backend under test is made with. */
export interface StoreUnderTest {
  /** An empty store; `historyLimit`: after that many changes the oldest may no longer be watched from. */
  open(options: { historyLimit?: number }): Promise<Store>
  /** Removes what open() left behind. */
  cleanUp?(): Promise<void>
}

/** The contract of store.ts, for every backend. */
export function conformance(name: string, underTest: StoreUnderTest): void {
  describe(`${name}: contract`, () => {
    let store: Store
    let abort: AbortController
    beforeEach(async () => {
      store = await underTest.open({})
      abort = new AbortController()
    })
    afterEach(async () => {
      abort.abort()
      await store.close()
      await underTest.cleanUp?.()
    })
    const context: Context = {
      store: () => store,
      reopen: async (historyLimit) => {
        await store.close()
        await underTest.cleanUp?.()
        store = await underTest.open({ historyLimit })
        return store
      },
      signal: () => abort.signal,
      abort: () => abort.abort(),
    }
    writes(context)
    reads(context)
    watches(context)
    concurrency(context)
  })
}
