import type { ResourceDefinition } from '../registry/definition.js'
import { deployments } from './apps/deployments.js'
import { horizontalPodAutoscalers } from './autoscaling/horizontal-pod-autoscalers.js'
import type { BuiltinKind } from './builtin-kind.js'
import { leases } from './coordination/leases.js'
import { componentStatuses } from './core/component-statuses.js'
import { configMaps } from './core/config-maps.js'
import { endpoints } from './core/endpoints.js'
import { events } from './core/events.js'
import { namespaceKind } from './core/namespaces.js'
import { podDefaults } from './core/pods/defaults.js'
import { secrets } from './core/secrets.js'
import { serviceAccounts } from './core/service-accounts.js'
import { defineResource } from './define-resource.js'
import { allResourceFacts, type ResourceFacts } from './facts/resource-facts.js'
import { TypeDefaulter } from './type-defaults.js'
import { workloadScale } from './workload-scale.js'

/** What is said by hand, by `<group>/<plural>`; of the others all there is to say is data. */
const kinds: Readonly<Record<string, BuiltinKind>> = {
  '/componentstatuses': componentStatuses,
  '/configmaps': configMaps,
  '/endpoints': endpoints,
  '/events': events,
  '/namespaces': namespaceKind,
  '/replicationcontrollers': { scale: workloadScale },
  '/secrets': secrets,
  '/serviceaccounts': serviceAccounts,
  'apps/deployments': deployments,
  'apps/replicasets': { scale: workloadScale },
  'apps/statefulsets': { scale: workloadScale },
  'autoscaling/horizontalpodautoscalers': horizontalPodAutoscalers,
  'coordination.k8s.io/leases': leases,
}

const defaulter = new TypeDefaulter(
  Object.assign({}, podDefaults, ...Object.values(kinds).map((kind) => kind.defaults)),
)

/** Served by one group, stored as another's. */
const sharedWith: Readonly<Record<string, string>> = { 'events.k8s.io/events': '/events' }

/**
 * Kubernetes' own resources: those that are stored, and those that say what they do instead. What their types are is
 * read when it is first needed, a kind at a time.
 */
export function builtinResources(): ResourceDefinition[] {
  const versions = new Map<string, [ResourceFacts, ...ResourceFacts[]]>()
  for (const facts of allResourceFacts()) {
    const own = `${facts.group}/${facts.name}`
    const name = sharedWith[own] ?? own
    if (!isStored(facts) && !kinds[name]?.verbs) continue
    const known = versions.get(name)
    if (known) known.push(facts)
    else versions.set(name, [facts])
  }
  return [...versions].map(([name, facts]) => defineResource(facts, kinds[name] ?? {}, defaulter))
}

/** Reviews and the like are only ever created, and kept nowhere. */
function isStored({ verbs }: ResourceFacts): boolean {
  return verbs?.includes('watch') ?? true
}
