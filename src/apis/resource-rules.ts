import type { ResourceRules } from '../registry/definition.js'
import { kindType } from './facts/kind-types.js'
import type { ResourceFacts } from './facts/resource-facts.js'
import { checkCanonicalIp } from './ip-checks.js'

/**
 * How resources of Kubernetes' own differ, where no published document says it. Resources are named
 * `<group>/<plural>`, the core group is empty.
 */

/** They count metadata.generation (API-SEMANTICS V35). */
const counted = new Set([
  '/pods',
  '/podtemplates',
  '/replicationcontrollers',
  'admissionregistration.k8s.io/mutatingadmissionpolicies',
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings',
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingadmissionpolicies',
  'admissionregistration.k8s.io/validatingadmissionpolicybindings',
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  'apiextensions.k8s.io/customresourcedefinitions',
  'apps/daemonsets',
  'apps/deployments',
  'apps/replicasets',
  'apps/statefulsets',
  'batch/cronjobs',
  'batch/jobs',
  'discovery.k8s.io/endpointslices',
  'flowcontrol.apiserver.k8s.io/flowschemas',
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations',
  'networking.k8s.io/ingressclasses',
  'networking.k8s.io/ingresses',
  'networking.k8s.io/networkpolicies',
  'policy/poddisruptionbudgets',
  'resource.k8s.io/deviceclasses',
  'resource.k8s.io/resourceslices',
])

/** PUT of a missing object creates it (V05). */
const createdByUpdate = new Set([
  '/endpoints',
  '/events',
  '/limitranges',
  '/services',
  'coordination.k8s.io/leases',
  'node.k8s.io/runtimeclasses',
  'rbac.authorization.k8s.io/clusterrolebindings',
  'rbac.authorization.k8s.io/clusterroles',
  'rbac.authorization.k8s.io/rolebindings',
  'rbac.authorization.k8s.io/roles',
])

/** PUT must say which resourceVersion it replaces (V06). */
const conditional = new Set([
  'admissionregistration.k8s.io/mutatingadmissionpolicies',
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings',
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingadmissionpolicies',
  'admissionregistration.k8s.io/validatingadmissionpolicybindings',
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  'apiextensions.k8s.io/customresourcedefinitions',
  'apiregistration.k8s.io/apiservices',
  'coordination.k8s.io/leases',
  'node.k8s.io/runtimeclasses',
  'policy/poddisruptionbudgets',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/csistoragecapacities',
  'storage.k8s.io/volumeattachments',
])

/** A finished deletion answers with the object (V47). */
const returned = new Set([
  '/namespaces',
  '/persistentvolumeclaims',
  '/persistentvolumes',
  '/pods',
  '/podtemplates',
  '/resourcequotas',
  '/serviceaccounts',
  '/services',
  'resource.k8s.io/deviceclasses',
  'resource.k8s.io/resourceclaims',
  'resource.k8s.io/resourceclaimtemplates',
  'resource.k8s.io/resourceslices',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/storageclasses',
  'storage.k8s.io/volumeattachments',
  'storage.k8s.io/volumeattributesclasses',
])

/** What belongs to them goes first: deletion only marks them (V50, R07). */
const stagedDeletion = new Set(['/namespaces', 'apiextensions.k8s.io/customresourcedefinitions'])

/** What they have made outlives them, unless their deletion says otherwise (V44). */
const orphansByDefault: Readonly<Record<string, NonNullable<ResourceRules['orphansByDefault']>>> = {
  '/replicationcontrollers': {},
  'batch/jobs': {
    warning:
      'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or ' +
      'set propagationPolicy=Orphan to suppress this warning',
  },
}

/** Their updates' metadata is looked at once: the others name each cause twice (measured at a kube-apiserver 1.36). */
const metadataCheckedOnce = new Set([
  '/events',
  '/limitranges',
  '/persistentvolumes',
  'discovery.k8s.io/endpointslices',
  'flowcontrol.apiserver.k8s.io/flowschemas',
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations',
  'policy/poddisruptionbudgets',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/volumeattachments',
])

/** Their finalizers are held to no form (measured at a kube-apiserver 1.36). */
const anyFinalizers = new Set([
  '/events',
  'apiextensions.k8s.io/customresourcedefinitions',
  'apiregistration.k8s.io/apiservices',
  'coordination.k8s.io/leases',
  'node.k8s.io/runtimeclasses',
  'policy/poddisruptionbudgets',
])

const allMetadata = ['annotations', 'finalizers', 'labels', 'ownerReferences'] as const

/** What of metadata a write of their status changes, where it is not all (measured at a kube-apiserver 1.36). */
const statusMetadata: Readonly<Record<string, NonNullable<ResourceRules['statusMetadata']>>> = {
  '/pods': ['annotations', 'finalizers', 'labels'],
  'admissionregistration.k8s.io/validatingadmissionpolicies': [],
  'apiregistration.k8s.io/apiservices': [],
  'apps/deployments': ['annotations', 'finalizers', 'ownerReferences'],
  'flowcontrol.apiserver.k8s.io/flowschemas': [],
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations': [],
  'networking.k8s.io/servicecidrs': [],
  'resource.k8s.io/devicetaintrules': [],
  'resource.k8s.io/resourceclaims': [],
  'storage.k8s.io/volumeattachments': [],
}

/** Names that are no RFC 1123 subdomain (V21). */
const nameRules: Readonly<Record<string, NonNullable<ResourceRules['nameRule']>>> = {
  '/events': 'path-segment',
  '/namespaces': 'label',
  'policy/poddisruptionbudgets': () => [],
  '/services': 'label',
  'apiregistration.k8s.io/apiservices': 'path-segment',
  'apps/statefulsets': 'label',
  'certificates.k8s.io/certificatesigningrequests': 'path-segment',
  'networking.k8s.io/ipaddresses': (name) =>
    checkCanonicalIp(name, '').map(({ message }) => message.replace(/^Invalid value: "[^"]*": /, '')),
  'rbac.authorization.k8s.io/clusterrolebindings': 'path-segment',
  'rbac.authorization.k8s.io/clusterroles': 'path-segment',
  'rbac.authorization.k8s.io/rolebindings': 'path-segment',
  'rbac.authorization.k8s.io/roles': 'path-segment',
}

const undeletable: Readonly<Record<string, readonly string[]>> = {
  '/namespaces': ['default', 'kube-system', 'kube-public'],
}

/** Groups that upstream serves by servers of their own, which know no kinds but their own. */
const ownScheme = new Set(['apiextensions.k8s.io', 'apiregistration.k8s.io'])

export function resourceRules({ group, name, verbs }: ResourceFacts): ResourceRules {
  const key = `${group}/${name}`
  const [nameRule, protectedNames, orphans] = [nameRules[key], undeletable[key], orphansByDefault[key]]
  return {
    builtin: true,
    knowsKind: ({ apiVersion, kind }) =>
      kindType({ apiVersion, kind }) !== undefined && (!ownScheme.has(group) || apiVersion.startsWith(`${group}/`)),
    unconditionalUpdate: !conditional.has(key),
    createOnUpdate: createdByUpdate.has(key),
    noGeneration: !counted.has(key),
    returnsDeletedObject: returned.has(key),
    noDeleteCollection: verbs?.includes('deletecollection') === false,
    deletedInStages: stagedDeletion.has(key),
    statusMetadata: statusMetadata[key] ?? allMetadata,
    metadataCheckedOnce: metadataCheckedOnce.has(key) || group === 'admissionregistration.k8s.io',
    anyFinalizers: anyFinalizers.has(key) || group === 'admissionregistration.k8s.io',
    ...(key === '/limitranges' ? { namesItself: true } : {}),
    ...(key === 'certificates.k8s.io/certificatesigningrequests' ? { unowned: ['spec'] } : {}),
    ...(orphans ? { orphansByDefault: orphans } : {}),
    ...(nameRule ? { nameRule } : {}),
    ...(protectedNames ? { undeletable: protectedNames } : {}),
  }
}
