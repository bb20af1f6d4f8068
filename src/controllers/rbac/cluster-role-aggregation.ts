import { jsonEquals } from '../../meta/json-equal.js'
import type { KubeObject } from '../../meta/object.js'
import { type SelectorObject, selectorMatches } from '../../meta/selector-object.js'
import { apply } from '../../registry/apply.js'
import { ownBody } from '../../registry/decode-object.js'
import { plainWrite } from '../../registry/options.js'
import { readObject } from '../../registry/read.js'
import type { Resource } from '../../registry/resource.js'
import type { Controller, ControllerContext } from '../controller.js'
import { WorkerPool } from '../worker-pool.js'
import { ignoringNotFound } from '../write.js'

interface ClusterRole extends KubeObject {
  readonly rules?: readonly object[] | null
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly SelectorObject[] }
}

const name = 'clusterrole-aggregation-controller'

/** Who owns the rules it fills in, as upstream; they are nobody else's. */
const write = { ...plainWrite, fieldManager: name, force: true }

/**
 * Fills the rules of ClusterRoles that gather those of others: of all whose labels one of their selectors fits
 * (API-SEMANTICS A23). There are few of them, so each change looks at all.
 */
export const clusterRoleAggregation: Controller = {
  async start(context) {
    const { backend, log } = context
    const resource = backend.registry.stored('rbac.authorization.k8s.io', 'clusterroles')
    if (!resource) return async () => {}
    const queue = new WorkerPool({ name, log, workers: 1, rests: () => context.hasUnreadFiles() }, async () => {
      await aggregateAll(context, resource)
      return undefined
    })
    const prefix = resource.prefix('')
    const stop = backend.cache.watch(prefix, backend.cache.revision, () => queue.add('all'))
    queue.add('all')
    return async () => {
      stop()
      await queue.stop()
    }
  },
}

async function aggregateAll(context: ControllerContext, resource: Resource): Promise<void> {
  const { items } = await context.backend.cache.list({ prefix: resource.prefix(''), limit: 0 })
  const roles = (await Promise.all(items.map((stored) => readObject(resource, stored)))) as ClusterRole[]
  for (const role of roles) {
    const selectors = role.aggregationRule?.clusterRoleSelectors
    if (!selectors) continue
    const rules = gathered(role, selectors, roles)
    if (!jsonEquals(rules, role.rules ?? [])) await fill(context, resource, role, rules)
  }
}

/** The rules of all that are selected, in the order of selectors and names, each once. */
function gathered(own: ClusterRole, selectors: readonly SelectorObject[], roles: readonly ClusterRole[]): object[] {
  const rules: object[] = []
  for (const selector of selectors) {
    for (const { metadata, rules: given } of roles) {
      if (metadata.name === own.metadata.name || !selectorMatches(selector, metadata.labels ?? {})) continue
      for (const rule of given ?? []) if (!rules.some((known) => jsonEquals(known, rule))) rules.push(rule)
    }
  }
  return rules
}

async function fill(
  { backend, caller }: ControllerContext,
  resource: Resource,
  { apiVersion, kind, metadata }: ClusterRole,
  rules: object[],
): Promise<void> {
  const target = { resource, namespace: '', name: metadata.name ?? '', subresource: '' }
  // With the uid, so that a role that is gone is not made anew.
  const value = { apiVersion, kind, metadata: { name: metadata.name, uid: metadata.uid }, rules }
  await ignoringNotFound(apply(backend, caller, target, ownBody(value), write))
}
