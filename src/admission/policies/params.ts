import type { WatchCache } from '../../cache/watch-cache.js'
import type { KubeObject } from '../../meta/object.js'
import { selectorMatches } from '../../meta/selector-object.js'
import { readObject } from '../../registry/read.js'
import type { Registry } from '../../registry/registry.js'
import type { ParamRef, PolicySpec } from './policy-config.js'

/** Finds the objects that parametrise a policy. */
export class ParamSource {
  constructor(
    private readonly cache: Pick<WatchCache, 'peek' | 'peekAll'>,
    private readonly registry: Registry,
  ) {}

  /** Whether the kind is served. @throws Error with upstream's text when it is not */
  check(paramKind: NonNullable<PolicySpec['paramKind']>): void {
    this.#resource(paramKind)
  }

  #resource({ apiVersion, kind }: NonNullable<PolicySpec['paramKind']>) {
    const resource = this.registry.resourceOfKind(apiVersion, kind)
    if (resource) return resource
    throw new Error(`failed to find resource referenced by paramKind: '${apiVersion}, Kind=${kind}'`)
  }

  /**
   * The params of a binding for a write in a namespace; `undefined` as the only one: the policy has none. None at all:
   * the policy says nothing. @throws Error with upstream's text
   */
  async of(
    paramKind: PolicySpec['paramKind'],
    ref: ParamRef | undefined,
    namespace: string,
  ): Promise<readonly (KubeObject | undefined)[]> {
    if (!paramKind || !ref) return [undefined]
    const resource = this.#resource(paramKind)
    if (!resource.namespaced && ref.namespace) {
      throw new Error('paramRef.namespace must not be provided for a cluster-scoped `paramKind`')
    }
    const where = resource.namespaced ? ref.namespace || namespace : ''
    if (resource.namespaced && where === '') {
      throw new Error('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources')
    }
    const params: KubeObject[] = []
    if (ref.name) {
      if (ref.selector) throw new Error('paramRef.name and paramRef.selector are mutually exclusive')
      const stored = this.cache.peek(resource.key(where, ref.name))
      if (stored) params.push(await readObject(resource, stored))
    } else if (ref.selector) {
      for (const stored of this.cache.peekAll(resource.prefix(where))) {
        const object = await readObject(resource, stored)
        if (selectorMatches(ref.selector, object.metadata.labels ?? {})) params.push(object)
      }
    } else throw new Error('one of name or selector must be provided')
    if (params.length === 0 && ref.parameterNotFoundAction === 'Deny') {
      throw new Error('no params found for policy binding with `Deny` parameterNotFoundAction')
    }
    return params
  }
}
