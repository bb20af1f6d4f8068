import { randomUUID } from 'node:crypto'
import { certificateRequestor } from '../admission/certificate-requestor.js'
import { certificateSubject } from '../admission/certificate-subject.js'
import { claimResize } from '../admission/claim-resize.js'
import { defaultIngressClass, defaultStorageClass } from '../admission/default-classes.js'
import { definitionChecks } from '../admission/definition-checks.js'
import { definitionLifecycle } from '../admission/definition-lifecycle.js'
import { KnownObjects } from '../admission/known-objects.js'
import { limitRanger } from '../admission/limit-ranger.js'
import { namespaceLifecycle } from '../admission/namespace-lifecycle.js'
import { newNodeTaint } from '../admission/node-taint.js'
import { podPriority } from '../admission/pods/priority.js'
import { podRuntimeClass } from '../admission/pods/runtime-class.js'
import { podServiceAccount } from '../admission/pods/service-account.js'
import { defaultTolerationSeconds } from '../admission/pods/tolerations.js'
import { podTopologyLabels } from '../admission/pods/topology-labels.js'
import { podSecurity } from '../admission/podsecurity/pod-security.js'
import { QuotaUsage } from '../admission/quota/quota-usage.js'
import { ResourceQuotas } from '../admission/quota/resource-quota.js'
import { serviceAllocator } from '../admission/services/service-allocator.js'
import { storageProtection } from '../admission/storage-protection.js'
import { type BuiltinServices, builtinResources } from '../apis/builtin-resources.js'
import { computedResources } from '../apis/computed-resources.js'
import { bindings } from '../apis/core/pods/binding.js'
import { builtinPriorities } from '../apis/group-priorities.js'
import type { WatchCache } from '../cache/watch-cache.js'
import { organizationsOf } from '../certs/signing-request.js'
import { type Admission, chainAdmission, onlyOf } from '../registry/admission.js'
import { chainAllocators } from '../registry/allocator.js'
import type { Backend } from '../registry/backend.js'
import { isBeingDeleted } from '../registry/being-deleted.js'
import { Registry } from '../registry/registry.js'
import type { Resource } from '../registry/resource.js'
import { trialStore } from '../registry/trial-store.js'
import type { ServerOptions } from '../server-options.js'
import { storeKey } from '../store/keys.js'
import type { Store } from '../store/store.js'
import { ownCaller } from './own-objects.js'

/**
 * What the verbs work on: every resource that is known from the start, and the admission that all writes go through;
 * `further` makes what comes last.
 */
export function newBackend(
  options: ServerOptions,
  store: Store,
  cache: WatchCache,
  further: (registry: Registry) => readonly Admission[],
  services: BuiltinServices,
): { readonly backend: Backend; readonly quotas: QuotaUsage } {
  const registry = new Registry()
  const ofBackend = computedResources({ '/bindings': bindings(() => backend) })
  for (const group of [...builtinPriorities, ...options.groups]) registry.describe(group)
  const ofModules = options.groups.flatMap(({ resources }) => resources)
  for (const definition of [...builtinResources(services), ...ofBackend, ...ofModules]) registry.add(definition)
  const namespace = (name: string) => {
    const found = cache.peek(storeKey('', 'namespaces', '', name))
    return found && { terminating: isBeingDeleted(found), stored: found }
  }
  const definition = ({ definition, group, plural, version }: Resource) => {
    const crd = cache.peek(storeKey('apiextensions.k8s.io', 'customresourcedefinitions', '', `${plural}.${group}`))
    const current = registry.resource(group, version.name, plural)?.definition === definition
    return { current, terminating: crd !== undefined && isBeingDeleted(crd), stored: crd }
  }
  const addresses = serviceAllocator(cache, options.serviceClusterIpRange, options.serviceNodePortRange)
  const usage = new QuotaUsage(cache, () => registry)
  const quotas = new ResourceQuotas(usage, () => backend, ownCaller)
  const backend: Backend = {
    store,
    trial: trialStore(store),
    cache,
    registry,
    admission: chainAdmission([
      definitionLifecycle(definition),
      namespaceLifecycle(namespace, () => cache.fresh()),
      ...ofBuiltins(new KnownObjects(cache)),
      ...further(registry),
      definitionChecks(cache),
      { concerns: onlyOf('/services'), guard: addresses.guard },
      quotas,
    ]),
    allocator: chainAllocators([quotas, addresses]),
    now: () => new Date(),
    newUid: randomUUID,
    unrestrictedUpdate: options.unrestrictedUpdate,
  }
  return { backend, quotas: usage }
}

/** Upstream's plugins for its own kinds that are on unless somebody says otherwise, in upstream's order. */
function ofBuiltins(known: KnownObjects): Admission[] {
  return [
    limitRanger(known),
    podServiceAccount(known),
    newNodeTaint,
    podSecurity(known),
    podPriority(known),
    defaultTolerationSeconds,
    defaultStorageClass(known),
    storageProtection,
    claimResize(known),
    podRuntimeClass(known),
    certificateRequestor,
    certificateSubject(organizationsOf),
    defaultIngressClass(known),
    podTopologyLabels(known),
  ]
}
