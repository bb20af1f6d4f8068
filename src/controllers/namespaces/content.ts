import type { GroupResource } from '../../meta/gvk.js'
import { deleteObject } from '../../registry/delete.js'
import type { Resource } from '../../registry/resource.js'
import { decodeStored } from '../../store/encode.js'
import type { Stored } from '../../store/store.js'
import type { ControllerContext } from '../controller.js'
import { inParallel } from '../in-parallel.js'
import { ignoringNotFound } from '../write.js'
import type { Remains } from './conditions.js'

/** Deletions under way at once. */
const lanes = 64

interface Item {
  readonly resource: Resource
  readonly stored: Stored
}

/**
 * Deletes all that is in a namespace, pods before the rest (API-SEMANTICS V56); answers with what is left for now, and
 * whether some of that is on other servers.
 */
export async function deleteContent(
  context: ControllerContext,
  namespace: string,
): Promise<Remains & { readonly elsewhere: boolean }> {
  const failures: string[] = []
  const remove = async ({ resource, stored }: Item) => {
    const { name = '', uid } = decodeStored(stored).metadata
    const options = {
      dryRun: false,
      propagationPolicy: 'Background',
      ...(uid === undefined ? {} : { preconditions: { uid } }),
    } as const
    try {
      await ignoringNotFound(deleteObject(context.backend, context.caller, { resource, namespace, name }, options))
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error))
    }
  }
  for (const isTurn of [isPod, (item: Item) => !isPod(item)]) {
    const items = (await contentOf(context, namespace)).filter(isTurn)
    await inParallel(items, lanes, remove)
    if (isTurn === isPod && (await contentOf(context, namespace)).some(isPod)) break
  }
  const elsewhere = await context.remoteContent.deleteIn(namespace)
  const remains = together(remainsOf(await contentOf(context, namespace), failures), elsewhere)
  return { ...remains, elsewhere: elsewhere.resources.size > 0 }
}

/** Everything in a namespace, as of the newest write. */
export async function contentOf({ backend }: ControllerContext, namespace: string): Promise<Item[]> {
  await backend.cache.fresh()
  const found: Item[] = []
  for (const resource of backend.registry.storedResources()) {
    if (!resource.namespaced) continue
    for (const stored of backend.cache.peekAll(resource.prefix(namespace))) found.push({ resource, stored })
  }
  return found
}

const isPod = ({ resource }: Item) => resource.group === '' && resource.plural === 'pods'

function remainsOf(items: readonly Item[], failures: readonly string[]): Omit<Remains, 'undiscovered'> {
  const resources = new Map<GroupResource, number>()
  const finalizers = new Map<string, number>()
  for (const { resource, stored } of items) {
    resources.set(resource.groupResource, (resources.get(resource.groupResource) ?? 0) + 1)
    for (const finalizer of decodeStored(stored).metadata.finalizers ?? []) {
      finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1)
    }
  }
  return { resources, finalizers, failures }
}

function together(here: Omit<Remains, 'undiscovered'>, elsewhere: Remains): Remains {
  const finalizers = new Map(here.finalizers)
  for (const [name, count] of elsewhere.finalizers) finalizers.set(name, (finalizers.get(name) ?? 0) + count)
  return {
    resources: new Map([...here.resources, ...elsewhere.resources]),
    finalizers,
    failures: [...here.failures, ...elsewhere.failures],
    undiscovered: elsewhere.undiscovered,
  }
}
