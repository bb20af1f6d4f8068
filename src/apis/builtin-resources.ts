import type { ComputedVerbs } from '../registry/computed-verbs.js'
import type { ResourceDefinition } from '../registry/definition.js'
import { mutatingAdmissionPolicies, validatingAdmissionPolicies } from './admissionregistration/admission-policies.js'
import {
  mutatingAdmissionPolicyBindings,
  validatingAdmissionPolicyBindings,
} from './admissionregistration/policy-bindings.js'
import {
  mutatingWebhookConfigurations,
  validatingWebhookConfigurations,
} from './admissionregistration/webhook-configurations.js'
import { customResourceDefinitions } from './apiextensions/custom-resource-definitions.js'
import { apiServices } from './apiregistration/api-services.js'
import { controllerRevisions } from './apps/controller-revisions.js'
import { daemonSets } from './apps/daemon-sets.js'
import { deployments } from './apps/deployments.js'
import { replicaSets } from './apps/replica-sets.js'
import { statefulSets } from './apps/stateful-sets.js'
import { horizontalPodAutoscalers } from './autoscaling/horizontal-pod-autoscalers.js'
import { cronJobs } from './batch/cron-jobs.js'
import { jobs } from './batch/jobs.js'
import type { BuiltinKind } from './builtin-kind.js'
import { certificateSigningRequests } from './certificates/certificate-signing-requests.js'
import { leases } from './coordination/leases.js'
import { componentStatuses } from './core/component-statuses.js'
import { configMaps } from './core/config-maps.js'
import { endpoints } from './core/endpoints.js'
import { events } from './core/events.js'
import { limitRanges } from './core/limit-ranges.js'
import { namespaceKind } from './core/namespaces.js'
import { nodes } from './core/nodes.js'
import { persistentVolumeClaims } from './core/persistent-volume-claims.js'
import { persistentVolumes } from './core/persistent-volumes.js'
import { podTemplates } from './core/pod-templates.js'
import { podDefaults } from './core/pods/defaults.js'
import { pods } from './core/pods/pods.js'
import { replicationControllers } from './core/replication-controllers.js'
import { resourceQuotas } from './core/resource-quotas.js'
import { secrets } from './core/secrets.js'
import { serviceAccounts } from './core/service-accounts.js'
import { services } from './core/services/services.js'
import { tokenSubresource } from './core/token-requests.js'
import { defineResource } from './define-resource.js'
import { endpointSlices } from './discovery/endpoint-slices.js'
import { allResourceFacts, type ResourceFacts } from './facts/resource-facts.js'
import { flowSchemas } from './flowcontrol/flow-schemas.js'
import { priorityLevelConfigurations } from './flowcontrol/priority-levels.js'
import { ipAddresses, serviceCidrs } from './networking/addresses.js'
import { ingressClasses } from './networking/ingress-classes.js'
import { ingresses } from './networking/ingresses.js'
import { networkPolicies } from './networking/network-policies.js'
import { runtimeClasses } from './node/runtime-classes.js'
import { podDisruptionBudgets } from './policy/pod-disruption-budgets.js'
import { clusterRoleBindings, roleBindings } from './rbac/bindings.js'
import { clusterRoles, roles } from './rbac/roles.js'
import { deviceClasses, resourceClaims, resourceClaimTemplates, resourceSlices } from './resource/device-kinds.js'
import { priorityClasses } from './scheduling/priority-classes.js'
import { storageClasses, volumeAttributesClasses } from './storage/classes.js'
import { csiDrivers, csiNodes, csiStorageCapacities } from './storage/csi.js'
import { volumeAttachments } from './storage/volume-attachments.js'
import { TypeDefaulter } from './type-defaults.js'

/** What is said by hand, by `<group>/<plural>`; of the others all there is to say is data. */
const kindTable: Readonly<Record<string, BuiltinKind>> = {
  '/componentstatuses': componentStatuses,
  '/configmaps': configMaps,
  '/endpoints': endpoints,
  '/events': events,
  '/limitranges': limitRanges,
  '/namespaces': namespaceKind,
  '/nodes': nodes,
  '/persistentvolumeclaims': persistentVolumeClaims,
  '/persistentvolumes': persistentVolumes,
  '/pods': pods,
  '/podtemplates': podTemplates,
  '/replicationcontrollers': replicationControllers,
  '/resourcequotas': resourceQuotas,
  '/secrets': secrets,
  '/services': services,
  '/serviceaccounts': serviceAccounts,
  'apiextensions.k8s.io/customresourcedefinitions': customResourceDefinitions,
  'apiregistration.k8s.io/apiservices': apiServices,
  'apps/deployments': deployments,
  'admissionregistration.k8s.io/mutatingadmissionpolicies': mutatingAdmissionPolicies,
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings': mutatingAdmissionPolicyBindings,
  'admissionregistration.k8s.io/validatingadmissionpolicies': validatingAdmissionPolicies,
  'admissionregistration.k8s.io/validatingadmissionpolicybindings': validatingAdmissionPolicyBindings,
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': mutatingWebhookConfigurations,
  'admissionregistration.k8s.io/validatingwebhookconfigurations': validatingWebhookConfigurations,
  'apps/controllerrevisions': controllerRevisions,
  'apps/daemonsets': daemonSets,
  'apps/replicasets': replicaSets,
  'apps/statefulsets': statefulSets,
  'batch/cronjobs': cronJobs,
  'batch/jobs': jobs,
  'autoscaling/horizontalpodautoscalers': horizontalPodAutoscalers,
  'certificates.k8s.io/certificatesigningrequests': certificateSigningRequests,
  'coordination.k8s.io/leases': leases,
  'discovery.k8s.io/endpointslices': endpointSlices,
  'flowcontrol.apiserver.k8s.io/flowschemas': flowSchemas,
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations': priorityLevelConfigurations,
  'networking.k8s.io/ingressclasses': ingressClasses,
  'networking.k8s.io/ingresses': ingresses,
  'networking.k8s.io/ipaddresses': ipAddresses,
  'networking.k8s.io/networkpolicies': networkPolicies,
  'networking.k8s.io/servicecidrs': serviceCidrs,
  'rbac.authorization.k8s.io/clusterrolebindings': clusterRoleBindings,
  'rbac.authorization.k8s.io/clusterroles': clusterRoles,
  'rbac.authorization.k8s.io/rolebindings': roleBindings,
  'rbac.authorization.k8s.io/roles': roles,
  'node.k8s.io/runtimeclasses': runtimeClasses,
  'policy/poddisruptionbudgets': podDisruptionBudgets,
  'resource.k8s.io/deviceclasses': deviceClasses,
  'resource.k8s.io/resourceclaims': resourceClaims,
  'resource.k8s.io/resourceclaimtemplates': resourceClaimTemplates,
  'resource.k8s.io/resourceslices': resourceSlices,
  'scheduling.k8s.io/priorityclasses': priorityClasses,
  'storage.k8s.io/csidrivers': csiDrivers,
  'storage.k8s.io/csinodes': csiNodes,
  'storage.k8s.io/csistoragecapacities': csiStorageCapacities,
  'storage.k8s.io/storageclasses': storageClasses,
  'storage.k8s.io/volumeattachments': volumeAttachments,
  'storage.k8s.io/volumeattributesclasses': volumeAttributesClasses,
}

const defaulter = new TypeDefaulter(
  Object.assign({}, podDefaults, ...Object.values(kindTable).map((kind) => kind.defaults)),
)

/** Served by one group, stored as another's. */
const sharedWith: Readonly<Record<string, string>> = { 'events.k8s.io/events': '/events' }

/** What kinds need of the rest of the server. */
export interface BuiltinServices {
  /** Makes tokens for service accounts. */
  readonly tokenRequests?: ComputedVerbs
}

/**
 * Kubernetes' own resources: those that are stored, and those that say what they do instead. What their types are is
 * read when it is first needed, a kind at a time.
 */
export function builtinResources({ tokenRequests }: BuiltinServices = {}): ResourceDefinition[] {
  const token = tokenRequests && { custom: { token: tokenSubresource(tokenRequests) } }
  const kinds: Readonly<Record<string, BuiltinKind>> = {
    ...kindTable,
    '/serviceaccounts': { ...serviceAccounts, ...(token ? { subresources: token } : {}) },
  }
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
