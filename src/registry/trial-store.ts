import { encodeStored } from '../store/encode.js'
import { KeyExists } from '../store/store.js'
import type { ObjectStore } from './backend.js'

/** `store` for a dry run: says what would be there after a write, and writes nothing. */
export function trialStore(store: Pick<ObjectStore, 'get'>): ObjectStore {
  return {
    get: (key) => store.get(key),
    async create(key, object) {
      const current = await store.get(key)
      if (current) throw new KeyExists(current)
      return encodeStored(key, 0, object)
    },
    update: async (key, object, expected) => encodeStored(key, expected, object),
    delete: async () => {},
  }
}
