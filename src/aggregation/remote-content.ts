import { parseJson } from '../codec/json.js'
import type { RemoteRemains } from '../controllers/controller.js'
import { formatApiVersion, type GroupResource } from '../meta/gvk.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import { groupMasters } from '../meta/user.js'
import type { RemoteEntry } from './api-service-index.js'
import { ask, NotDone } from './question.js'
import type { RemoteServer } from './remote-server.js'

/** A group version of another server, and what it has told that it serves. */
export interface TellingServer {
  readonly entry: RemoteEntry
  readonly server: RemoteServer
  /** As aggregated discovery has them; undefined: it has not told. */
  readonly resources: readonly JsonObject[] | undefined
}

const user = { name: 'system:apiserver', groups: [groupMasters] }
const question = { user, timeout: 30_000, maxBytes: 64 * 1024 * 1024 }
/** Names and finalizers are enough, for who can tell them alone. */
const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json'

/**
 * Deletes what other servers have in a namespace, as upstream's namespace controller does through discovery. `servers`: the
 * preferred version of each group first.
 */
export async function deleteRemoteContent(
  servers: readonly TellingServer[],
  namespace: string,
): Promise<RemoteRemains> {
  const remains = {
    resources: new Map(),
    finalizers: new Map(),
    failures: [] as string[],
    undiscovered: [] as string[],
  }
  const done = new Set<string>()
  for (const { entry, server, resources } of servers) {
    const groupVersion = formatApiVersion(entry)
    if (!entry.available || !resources) {
      remains.undiscovered.push(groupVersion)
      continue
    }
    for (const { resource, scope, verbs } of resources) {
      const name = String(resource)
      const asked = Array.isArray(verbs) ? verbs : []
      if (scope !== 'Namespaced' || !asked.includes('delete') || done.has(`${entry.group}/${name}`)) continue
      done.add(`${entry.group}/${name}`)
      const path = `/apis/${groupVersion}/namespaces/${namespace}/${name}`
      try {
        note(remains, { group: entry.group, resource: name }, await emptied(server, path, asked))
      } catch (error) {
        remains.failures.push((error as Error).message)
      }
    }
  }
  return remains
}

/** Deletes a collection, at once where its server can; answers with what is still there. */
async function emptied(server: RemoteServer, path: string, verbs: readonly unknown[]): Promise<JsonObject[]> {
  const remove = (what: string) =>
    ask(server, {
      ...question,
      method: 'DELETE',
      path: `${what}?propagationPolicy=Background`,
      accept: 'application/json',
    }).catch(ignoringGone)
  if (verbs.includes('deletecollection')) await remove(path)
  if (!verbs.includes('list')) return []
  const items = await itemsOf(server, path)
  if (verbs.includes('deletecollection') || items.length === 0) return items
  for (const { name } of items) await remove(`${path}/${encodeURIComponent(String(name))}`)
  return itemsOf(server, path)
}

/** The metadata of what is in a collection. */
async function itemsOf(server: RemoteServer, path: string): Promise<JsonObject[]> {
  const list = parseJson(await ask(server, { ...question, path, accept }))
  const items = isJsonObject(list) && Array.isArray(list.items) ? list.items : []
  return items.flatMap((item: unknown): JsonObject[] =>
    isJsonObject(item) && isJsonObject(item.metadata) ? [item.metadata] : [],
  )
}

function ignoringGone(error: unknown): void {
  if (!(error instanceof NotDone) || (error.code !== 404 && error.code !== 405)) throw error
}

function note(
  remains: { readonly resources: Map<GroupResource, number>; readonly finalizers: Map<string, number> },
  resource: GroupResource,
  items: readonly JsonObject[],
): void {
  if (items.length > 0) remains.resources.set(resource, items.length)
  for (const { finalizers } of items) {
    for (const finalizer of Array.isArray(finalizers) ? finalizers.map(String) : []) {
      remains.finalizers.set(finalizer, (remains.finalizers.get(finalizer) ?? 0) + 1)
    }
  }
}
