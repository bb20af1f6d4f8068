import type { KubeObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import { encodeStored } from '../store/encode.js'
import type { Stored } from '../store/store.js'
import type { ComputedCall } from './computed-verbs.js'
import type { Resource } from './resource.js'
import { type Selectors, selection } from './selection.js'
import type { WatchedChange } from './watch.js'

/** The form that answers are made of. A resourceVersion that is no number is left out: clients compare them. */
export function storedForm(resource: Resource, object: KubeObject): Stored {
  const { name = '', namespace = '', resourceVersion = '' } = object.metadata
  const revision = /^\d{1,15}$/.test(resourceVersion) ? Number(resourceVersion) : 0
  return encodeStored(resource.key(namespace, name), revision, object)
}

/** @throws StatusError MethodNotAllowed, NotFound */
export async function getComputed(resource: Resource, call: ComputedCall, name: string): Promise<Stored> {
  const { verbs } = resource.definition
  if (!verbs?.get) throw errors.methodNotAllowed()
  const object = await verbs.get(call, name)
  if (!object) throw errors.notFound(resource.groupResource, name)
  return storedForm(resource, object)
}

/** @throws StatusError MethodNotAllowed, BadRequest for a field that can't be selected by */
export async function listComputed(resource: Resource, call: ComputedCall, selectors: Selectors): Promise<Stored[]> {
  const { verbs } = resource.definition
  if (!verbs?.list) throw errors.methodNotAllowed()
  const selects = selection(resource, selectors)
  const all = (await verbs.list(call)).map((object) => storedForm(resource, object))
  return selects ? all.filter(selects) : all
}

/**
 * Tells `sink` of what is selected, as it comes; of what leaves the selection as DELETED.
 * @returns what ends it
 * @throws StatusError MethodNotAllowed, BadRequest for a field that can't be selected by
 */
export function watchComputed(
  resource: Resource,
  call: ComputedCall,
  selectors: Selectors,
  initial: boolean,
  sink: (change: WatchedChange) => void,
): () => void {
  const { verbs } = resource.definition
  if (!verbs?.watch) throw errors.methodNotAllowed()
  const selects = selection(resource, selectors)
  const shown = new Set<string>()
  return verbs.watch(call, initial, ({ type, object }) => {
    const stored = storedForm(resource, object)
    if (!selects) return sink({ type, stored })
    const before = shown.has(stored.key)
    const now = type !== 'DELETED' && selects(stored)
    if (now) shown.add(stored.key)
    else shown.delete(stored.key)
    if (now) sink({ type: before ? 'MODIFIED' : 'ADDED', stored })
    else if (before) sink({ type: 'DELETED', stored })
  })
}
