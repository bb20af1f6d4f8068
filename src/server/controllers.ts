import type { Controller, ControllerContext } from '../controllers/controller.js'
import { type ControllerName, controllerNames } from '../controllers/names.js'
import { ipText } from '../meta/number-range.js'
import type { ServerOptions } from '../server-options.js'
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

/** Starts those named, in order. Answers with what ends them all, the last one first. */
export async function startControllers(
  names: readonly string[],
  context: ControllerContext,
): Promise<() => Promise<void>> {
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
