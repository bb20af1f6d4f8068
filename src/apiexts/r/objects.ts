import { selectors } from '../../http/options.js'
import type { RequestInfo } from '../../meta/request-info.js'
import { errors } from '../../meta/status.js'
import type { Backend, Caller } from '../../registry/backend.js'
import { getComputed, listComputed } from '../../registry/computed-objects.js'
import { type ComputedCall, computedVerbNames } from '../../registry/computed-verbs.js'
import { get } from '../../registry/get.js'
import { list } from '../../registry/list.js'
import { ownStorage } from '../../registry/own-storage.js'
import type { Resource } from '../../registry/resource.js'
import type { Stored } from '../../store/store.js'

/** The objects that one request is about, wherever they are kept: in the store, or by the verbs of the resource. */
export class Objects {
  /** What writes go to. */
  readonly backend: Backend
  readonly #computed: ComputedCall | undefined

  /** @throws StatusError MethodNotAllowed for what the resource's own verbs do not do */
  constructor(
    backend: Backend,
    readonly resource: Resource,
    { namespace, verb }: RequestInfo,
    { user }: Caller,
  ) {
    const { verbs } = resource.definition
    this.#computed = verbs && { namespace, name: '', user, dryRun: false }
    this.backend = verbs?.get && this.#computed ? ownStorage(backend, resource, verbs, this.#computed) : backend
    if (verbs && !computedVerbNames(verbs).includes(verb)) throw errors.methodNotAllowed()
  }

  /** @throws StatusError NotFound */
  get(namespace: string, name: string): Promise<Stored> {
    if (this.#computed) return getComputed(this.resource, this.#computed, name)
    return get(this.backend, { resource: this.resource, namespace, name })
  }

  /** What the selectors of the query select; `revision` is 0 where there are none. @throws StatusError BadRequest */
  async list(namespace: string, query: URLSearchParams): Promise<{ items: readonly Stored[]; revision: number }> {
    const selected = selectors(query)
    const { backend, resource } = this
    if (!this.#computed) return list(backend, { resource, namespace }, { ...selected, limit: 0 })
    return { items: await listComputed(resource, this.#computed, selected), revision: 0 }
  }
}
