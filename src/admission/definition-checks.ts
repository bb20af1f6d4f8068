import type { WatchCache } from '../cache/watch-cache.js'
import { errors } from '../meta/status.js'
import type { Admission, AdmissionRequest } from '../registry/admission.js'
import type { ObjectReader } from '../registry/strategy.js'
import { decodeStored } from '../store/encode.js'
import { storeKey } from '../store/keys.js'
import { type GuardLook, noLook } from '../store/store.js'

/**
 * What API groups' `check` finds by a look at other objects. They are as the newest answer to anybody has them, and the
 * check is made again when the write is queued: a store that others write to as well makes the write only while what was
 * looked at is as it was.
 */
export function definitionChecks(cache: WatchCache): Admission {
  const refuse = (request: AdmissionRequest, looked: GuardLook) => {
    const { resource, object, old, subresource, name } = request
    if (!object) return
    const update = old && { old, subresource }
    const found = resource.definition.strategy?.check?.(object, readerOf(cache, looked), update) ?? []
    const kind = { group: resource.definition.group, kind: resource.kind }
    if (found.length > 0) throw errors.invalid(kind, object.metadata.name ?? name, found)
  }
  return {
    concerns: ({ definition }) => definition.strategy?.check !== undefined,
    validate: async (request) => {
      if (!request.object) return
      await cache.fresh()
      refuse(request, noLook)
    },
    guard: (request) => (request.object ? (looked) => refuse(request, looked) : undefined),
  }
}

function readerOf(cache: WatchCache, looked: GuardLook): ObjectReader {
  return {
    get: ({ group, names }, name, namespace = '') => {
      const key = storeKey(group, names.plural, namespace, name)
      const stored = cache.peek(key)
      if (stored) looked.at(stored)
      else looked.below(key, cache.revision)
      return stored && (decodeStored(stored) as never)
    },
    list: ({ group, names }, namespace = '') => {
      const prefix = storeKey(group, names.plural, namespace)
      looked.below(prefix, cache.revision)
      return cache.peekAll(prefix).map((stored) => decodeStored(stored) as never)
    },
  }
}
