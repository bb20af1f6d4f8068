import type { KubeObject } from '../meta/object.js'
import { errors, StatusError } from '../meta/status.js'
import { decodeStored } from '../store/encode.js'
import { type Guard, KeyExists, noLook, type Revision, RevisionMismatch, type Stored } from '../store/store.js'
import type { Backend, ObjectStore } from './backend.js'
import { storedForm } from './computed-objects.js'
import type { ComputedCall, ComputedVerbs } from './computed-verbs.js'
import type { Resource } from './resource.js'

/** How often an object may change between the look at it and the write, as upstream (API-SEMANTICS P06). */
const attempts = 5

/** `backend` for one write of a resource whose `verbs` keep its objects. */
export function ownStorage(
  backend: Backend,
  resource: Resource,
  verbs: ComputedVerbs,
  call: Omit<ComputedCall, 'dryRun'>,
): Backend {
  const seen = new Map<string, Stored>()
  const store = (dryRun: boolean) => new VerbStore(resource, verbs, { ...call, dryRun }, seen)
  return { ...backend, store: store(false), trial: store(true) }
}

/** What writes need of a store, asked of verbs. */
class VerbStore implements ObjectStore {
  /** How often in this request an object was not any more what it was when it was looked at. */
  private changes = 0

  constructor(
    private readonly resource: Resource,
    private readonly verbs: ComputedVerbs,
    private readonly call: ComputedCall,
    /** What `get` has answered last, by key: `update` is told what it takes the place of. */
    private readonly seen: Map<string, Stored>,
  ) {}

  async get(key: string): Promise<Stored | undefined> {
    const object = await unless('NotFound', async () => this.verbs.get?.(this.call, nameIn(key)))
    if (!object) return undefined
    const stored = storedForm(this.resource, object)
    this.seen.set(key, stored)
    return stored
  }

  async create(key: string, object: KubeObject, guard?: Guard): Promise<Stored> {
    const { verbs, resource, call } = this
    if (!verbs.create) throw errors.notFound(resource.groupResource, nameIn(key))
    const current = await this.get(key)
    if (current) throw new KeyExists(current)
    guard?.(noLook)
    return storedForm(resource, await verbs.create(call, object))
  }

  async update(key: string, object: KubeObject, _expected: Revision, guard?: Guard): Promise<Stored> {
    const { verbs, call } = this
    const old = this.seen.get(key)
    if (!verbs.update || !old) throw errors.methodNotAllowed()
    guard?.(noLook)
    return this.changed(key, async () => verbs.update?.(call, object, decodeStored(old)))
  }

  async delete(key: string): Promise<unknown> {
    const { verbs, call } = this
    if (!verbs.delete) throw errors.methodNotAllowed()
    return this.changed(key, async () => verbs.delete?.(call, nameIn(key)))
  }

  /** What a verb answers to a change of an object that has been looked at. @throws RevisionMismatch */
  private async changed(key: string, change: () => Promise<KubeObject | undefined>): Promise<Stored> {
    const object = await unless('Conflict', change)
    if (object) return storedForm(this.resource, object)
    if (++this.changes === attempts) throw errors.conflict(this.resource.groupResource, nameIn(key))
    throw new RevisionMismatch(key, await this.get(key))
  }
}

function nameIn(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1)
}

/** Undefined is what an error of that reason comes to. */
async function unless<T>(reason: string, answer: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await answer()
  } catch (error) {
    if (error instanceof StatusError && error.status.reason === reason) return undefined
    throw error
  }
}
