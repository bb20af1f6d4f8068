import { MemoryStore } from '../../src/store/memory/memory-store.js'
import { conformance } from './conformance.js'

conformance('memory', {
  open: async ({ historyLimit }) =>
    historyLimit === undefined
      ? new MemoryStore()
      : new MemoryStore({ count: historyLimit, milliseconds: 0, bytes: 2 ** 28 }),
})
