import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Controller, ControllerContext } from '../controllers/controller.js'
import { type ControllerName, controllerNames } from '../controllers/names.js'
import { ipText } from '../meta/number-range.js'
import type { ServerOptions } from '../server-options.js'
import type { EtcdStore } from '../store/etcd/etcd-store.js'
import { startCompaction } from './compaction.js'
import type { Listeners } from './listeners.js'

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
}

/**
 * What must run once for all servers over a store. Where objects are in etcd there may be others: then it runs under a
 * Lease, and etcd is compacted with it. Answers with what ends it.
 */
export async function startOnce(
  names: readonly string[],
  context: ControllerContext,
  etcd: EtcdStore | undefined,
): Promise<() => Promise<void>> {
  if (!etcd) return startControllers(names, context)
  const { workUnderLease } = await import('../controllers/leadership.js')
  return workUnderLease(context, `${hostname()}_${randomUUID()}`, async () => {
    const stopCompaction = startCompaction(etcd, context.log)
    const stopControllers = await startControllers(names, context)
    return async () => {
      stopCompaction()
      await stopControllers()
    }
  })
}

/** Starts those named, in order. Answers with what ends them all, the last one first. */
async function startControllers(names: readonly string[], context: ControllerContext): Promise<() => Promise<void>> {
  const stops: (() => Promise<void>)[] = []
  for (const name of controllerNames) {
    if (!names.includes(name)) continue
    const load: () => Promise<Controller> = controllers[name]
    stops.push(await (await load()).start(context))
  }
  return async () => {
    for (const stop of stops.reverse()) await stop()
  }
}

/** Not one that `--controllers` names: upstream's server keeps this Service itself. */
export async function keepKubernetesService(
  { secure, insecure, serviceClusterIpRange }: ServerOptions,
  listeners: Listeners,
  context: ControllerContext,
): Promise<() => Promise<void>> {
  const { kubernetesService } = await import('../controllers/kubernetes-service.js')
  const address = (secure ?? insecure)?.address ?? ''
  const port = (listeners.secure ?? listeners.insecure)?.port ?? 0
  const clusterIp = ipText(serviceClusterIpRange.first)
  return kubernetesService({ clusterIp, address, port }).start(context)
}
