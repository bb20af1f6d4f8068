import { parseJson } from '../codec/json.js'
import { parseApiVersion } from '../meta/gvk.js'
import { isJsonObject, type KubeObject } from '../meta/object.js'
import type { Client } from './client.js'

/** A kind in one version: what a controller says it works with. */
export interface ResourceRef {
  readonly apiVersion: string
  readonly kind: string
}

/** What to list or watch. */
export interface ListRequest {
  /** Default: all. */
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
  readonly resourceVersion?: string
}

/** A collection as of one revision, from which it can be watched. */
export interface List<T> {
  readonly items: T[]
  readonly resourceVersion: string
}

/** How to write. */
export interface WriteRequest {
  readonly fieldManager?: string
  readonly dryRun?: boolean
  readonly subresource?: 'status' | 'scale'
}

/** How a deletion goes on. */
export interface DeleteRequest {
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan'
  readonly gracePeriodSeconds?: number
  /** Only the object with this uid. */
  readonly uid?: string
}

/** Discovery's facts of a kind. */
interface Place {
  readonly root: string
  readonly plural: string
  readonly namespaced: boolean
}

const pageSize = 500

/** The requests of one kind. Objects come back as the server has them, apiVersion and kind included. */
export class ResourceClient<T extends KubeObject = KubeObject> {
  private place: Promise<Place> | undefined

  constructor(
    readonly client: Client,
    readonly ref: ResourceRef,
  ) {}

  /** @throws StatusError NotFound */
  async get(name: string, namespace?: string, signal?: AbortSignal): Promise<T> {
    return this.client.request('GET', await this.path(namespace, name), { signal })
  }

  /** As `get`, but undefined where there is none. */
  async find(name: string, namespace?: string, signal?: AbortSignal): Promise<T | undefined> {
    return this.get(name, namespace, signal).catch((error: unknown) => {
      if ((error as { code?: unknown }).code === 404) return undefined
      throw error
    })
  }

  /** All pages of one state. */
  async list({ namespace, ...query }: ListRequest = {}, signal?: AbortSignal): Promise<List<T>> {
    const items: T[] = []
    const path = await this.path(namespace)
    for (let next: string | undefined; ; ) {
      const paged = next === undefined ? query : { ...query, continue: next, resourceVersion: undefined }
      const page: { items: T[]; metadata: { resourceVersion: string; continue?: string } } = await this.client.request(
        'GET',
        path,
        { query: { ...paged, limit: pageSize }, signal },
      )
      // Kubernetes' own kinds leave out in lists what they are.
      for (const item of page.items) items.push(Object.assign(item, this.ref))
      next = page.metadata.continue || undefined
      if (next === undefined) return { items, resourceVersion: page.metadata.resourceVersion }
    }
  }

  /** Events of a watch after a resourceVersion. @throws StatusError */
  async *watch(
    { namespace, ...query }: ListRequest,
    signal: AbortSignal,
  ): AsyncGenerator<{ readonly type: string; readonly object: T }> {
    const asked = { ...query, watch: true, allowWatchBookmarks: true }
    for await (const line of this.client.lines(await this.path(namespace), { query: asked, signal })) {
      if (line !== '') yield parseJson(line) as { type: string; object: T }
    }
  }

  /** In the namespace that the object names. @throws StatusError AlreadyExists, Invalid, … */
  async create(object: T, options: WriteRequest = {}): Promise<T> {
    const path = await this.path(object.metadata.namespace)
    return this.client.request('POST', path, { query: writeQuery(options), body: object })
  }

  /** Replaces what has the object's resourceVersion. @throws StatusError Conflict */
  async update(object: T, options: WriteRequest = {}): Promise<T> {
    const { name = '', namespace } = object.metadata
    const path = await this.path(namespace, name, options.subresource)
    return this.client.request('PUT', path, { query: writeQuery(options), body: object })
  }

  /** As `update`, of the status alone. */
  updateStatus(object: T, options: WriteRequest = {}): Promise<T> {
    return this.update(object, { ...options, subresource: 'status' })
  }

  /** A merge patch, or a JSON patch where it is a list. */
  async patch(name: string, namespace: string | undefined, patch: unknown, options: WriteRequest = {}): Promise<T> {
    const form = Array.isArray(patch) ? 'json-patch' : 'merge-patch'
    return this.client.request('PATCH', await this.path(namespace, name, options.subresource), {
      query: writeQuery(options),
      body: patch,
      contentType: `application/${form}+json`,
    })
  }

  /** Server-side apply. `object` has only the fields that `fieldManager` wants to own. */
  async apply(
    object: Partial<T> & Pick<KubeObject, 'metadata'>,
    options: WriteRequest & { readonly fieldManager: string; readonly force?: boolean },
  ): Promise<T> {
    const { name = '', namespace } = object.metadata
    return this.client.request('PATCH', await this.path(namespace, name, options.subresource), {
      query: { ...writeQuery(options), force: options.force },
      body: { ...this.ref, ...object },
      contentType: 'application/apply-patch+yaml',
    })
  }

  /** Resolves when the deletion has begun: finalizers may hold the object. @throws StatusError NotFound, Conflict */
  async delete(name: string, namespace?: string, options: DeleteRequest = {}): Promise<void> {
    const { uid, ...asked } = options
    const body = { ...asked, ...(uid === undefined ? {} : { preconditions: { uid } }) }
    await this.client.request('DELETE', await this.path(namespace, name), { body })
  }

  private async path(namespace: string | undefined, name?: string, subresource?: string): Promise<string> {
    this.place ??= this.discover().catch((error: unknown) => {
      this.place = undefined
      throw error
    })
    const { root, plural, namespaced } = await this.place
    const scope = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : ''
    const object = name === undefined ? '' : `/${encodeURIComponent(name)}`
    return `${root}${scope}/${plural}${object}${subresource ? `/${subresource}` : ''}`
  }

  private async discover(): Promise<Place> {
    const { apiVersion, kind } = this.ref
    const parsed = parseApiVersion(apiVersion)
    if (!parsed) throw new Error(`${apiVersion} is no apiVersion`)
    const root = parsed.group === '' ? `/api/${parsed.version}` : `/apis/${apiVersion}`
    const { resources } = await this.client.request<{ resources: unknown[] }>('GET', root)
    const found = resources.filter(isJsonObject).find((r) => r.kind === kind && !String(r.name).includes('/'))
    if (!found) throw new Error(`the server has no ${kind} in ${apiVersion}`)
    return { root, plural: String(found.name), namespaced: found.namespaced === true }
  }
}

function writeQuery({ fieldManager, dryRun }: WriteRequest) {
  return { fieldManager, dryRun: dryRun ? 'All' : undefined }
}
