import { StatusError } from '../meta/status.js'
import { decodeStored } from '../store/encode.js'
import type { Stored } from '../store/store.js'
import type { Backend, Caller } from './backend.js'
import { deleteObject } from './delete.js'
import { type ListOptions, type ListPage, list } from './list.js'
import type { DeleteOptions } from './options.js'
import type { CollectionTarget } from './target.js'

/**
 * DELETE of a collection: each selected object for itself, with its finalizers respected (API-SEMANTICS V48). Answers
 * with the objects as they were; one that went meanwhile is no error.
 */
export async function deleteCollection(
  backend: Backend,
  caller: Caller,
  target: CollectionTarget,
  selected: ListOptions,
  options: DeleteOptions,
): Promise<ListPage> {
  const page = await list(backend, target, selected)
  const items: Stored[] = []
  for (const stored of page.items) {
    const { namespace = '', name = '' } = decodeStored(stored).metadata
    try {
      const result = await deleteObject(backend, caller, { ...target, namespace, name }, options)
      items.push('stored' in result ? result.stored : stored)
    } catch (error) {
      if (!(error instanceof StatusError) || error.code !== 404) throw error
    }
  }
  return { ...page, items }
}
