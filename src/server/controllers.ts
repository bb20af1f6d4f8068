import { readFile } from 'node:fs/promises'
import type { Controller, ControllerContext } from '../controllers/controller.js'
import { type ControllerName, controllerNames, simulatedControllerNames } from '../controllers/names.js'
import { ipText } from '../meta/number-range.js'
import type { Backend } from '../registry/backend.js'
import type { OwnerSuccessors } from '../registry/owner-successors.js'
import type { ServerOptions } from '../server-options.js'
import type { FileStore } from '../store/file/file-store.js'
import type { Listeners } from './listeners.js'
import { beginAll } from './once.js'
import { ownCaller } from './own-objects.js'
import type { AuthorityFiles, ServerTls } from './tls.js'

/** Loaded only where they run. */
const controllers: Readonly<Record<ControllerName, () => Promise<Controller>>> = {
  'namespace-controller': async () =>
    (await import('../controllers/namespaces/namespace-controller.js')).namespaceController,
  'garbage-collector-controller': async () =>
    (await import('../controllers/garbage/garbage-collector.js')).garbageCollector,
  'serviceaccount-controller': async () =>
    (await import('../controllers/namespaces/service-account-controller.js')).serviceAccountController,
  'root-ca-certificate-publisher-controller': async () =>
    (await import('../controllers/namespaces/root-ca-publisher.js')).rootCaPublisher,
  'clusterrole-aggregation-controller': async () =>
    (await import('../controllers/rbac/cluster-role-aggregation.js')).clusterRoleAggregation,
  'resourcequota-controller': async () =>
    (await import('../controllers/quota/resource-quota-controller.js')).resourceQuotaController,
  'disruption-controller': async () =>
    (await import('../controllers/disruption/disruption-controller.js')).disruptionController,
  'persistentvolumeclaim-protection-controller': async () =>
    (await import('../controllers/storage/storage-protection.js')).claimProtection,
  'persistentvolume-protection-controller': async () =>
    (await import('../controllers/storage/storage-protection.js')).volumeProtection,
  'volumeattributesclass-protection-controller': async () =>
    (await import('../controllers/storage/storage-protection.js')).attributesClassProtection,
  'validatingadmissionpolicy-status-controller': async () =>
    (await import('../controllers/policies/type-checking.js')).typeChecking,
  'certificatesigningrequest-signing-controller': async () =>
    (await import('../controllers/certificates/signing-controller.js')).signingController,
  'simulated-node-controller': async () => (await import('../controllers/workloads/node-controller.js')).nodeController,
  'simulated-pod-controller': async () => (await import('../controllers/workloads/pod-controller.js')).podController,
  'endpoints-controller': async () =>
    (await import('../controllers/endpoints/endpoints-controller.js')).endpointsController,
  'endpointslice-controller': async () =>
    (await import('../controllers/endpoints/endpoint-slice-controller.js')).endpointSliceController,
  'replicaset-controller': async () =>
    (await import('../controllers/workloads/replica-set-controller.js')).replicaSetController,
  'deployment-controller': async () =>
    (await import('../controllers/workloads/deployment-controller.js')).deploymentController,
  'statefulset-controller': async () =>
    (await import('../controllers/workloads/stateful-set-controller.js')).statefulSetController,
  'daemonset-controller': async () =>
    (await import('../controllers/workloads/daemon-set-controller.js')).daemonSetController,
  'job-controller': async () => (await import('../controllers/workloads/job-controller.js')).jobController,
  'persistentvolume-binder-controller': async () =>
    (await import('../controllers/workloads/claim-binder.js')).claimBinder,
  'service-lb-controller': async () =>
    (await import('../controllers/workloads/load-balancer-controller.js')).loadBalancerController,
}

interface ContextParts {
  readonly backend: Backend
  readonly quotas: ControllerContext['quotas']
  readonly files: FileStore | undefined
  readonly successors: OwnerSuccessors | undefined
  readonly remoteContent: ControllerContext['remoteContent']
  /** Undefined: there is no HTTPS. */
  readonly tls: ServerTls | undefined
}

/** What controllers are told of the server. */
export function controllerContext({ log }: ServerOptions, parts: ContextParts): ControllerContext {
  const { backend, quotas, files, successors, remoteContent, tls } = parts
  return {
    backend,
    caller: ownCaller,
    log,
    quotas,
    remoteContent,
    certificates: tls?.authority && certificateSigner(tls.authority),
    rootCa: async () => (tls?.rootCaFile ? readFile(tls.rootCaFile, 'utf8') : ''),
    hasUnreadFiles: () => files?.isDirty() ?? false,
    isRefused: (key) => files?.isRefused(key) ?? false,
    successorOf: (owner) => successors?.of(owner),
  }
}

/** Both are read when something is signed: whoever replaces them need not start the server anew. */
function certificateSigner({ cert, key }: AuthorityFiles): ControllerContext['certificates'] {
  const load = () => import('../certs/signing-request.js')
  return {
    namesOf: async (request) => (await load()).namesOf(request),
    sign: async (signing) => {
      const pair = { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') }
      return (await load()).signRequest(pair, signing)
    },
  }
}

/** Starts those named, in order. Answers with what ends them all, the last one first. */
export function startControllers(names: readonly string[], context: ControllerContext): Promise<() => Promise<void>> {
  const wanted = [...controllerNames, ...simulatedControllerNames].filter((name) => names.includes(name))
  return beginAll(wanted.map((name) => async () => (await controllers[name]()).start(context)))
}

/** Not for `--controllers` to name: upstream's server keeps these itself. */
export async function keepOwnObjects(
  { secure, insecure, serviceClusterIpRange }: ServerOptions,
  listeners: Listeners,
  context: ControllerContext,
): Promise<() => Promise<void>> {
  const { kubernetesService } = await import('../controllers/kubernetes-service.js')
  const { defaultServiceCidr } = await import('../controllers/default-service-cidr.js')
  const address = (secure ?? insecure)?.address ?? ''
  const port = (listeners.secure ?? listeners.insecure)?.port ?? 0
  const clusterIp = ipText(serviceClusterIpRange.first)
  const { flowSchemaStatus } = await import('../controllers/flow-schema-status.js')
  const services = kubernetesService({ clusterIp, address, port })
  const cidr = defaultServiceCidr(serviceClusterIpRange.text)
  return beginAll([cidr, services, flowSchemaStatus].map((one) => () => one.start(context)))
}
