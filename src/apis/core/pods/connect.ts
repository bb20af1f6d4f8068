import type { KubeObject } from '../../../meta/object.js'
import { errors } from '../../../meta/status.js'
import type { CustomSubresource, SubresourceCall } from '../../../registry/definition.js'
import { attachOptions, execOptions, portForwardOptions, proxyOptions, type ReadOptions } from './connect-options.js'
import { asPod, type Pod } from './pod.js'

type Handle = (call: SubresourceCall) => Promise<KubeObject | string>

const optionsKind = (kind: string) => ({ group: '', version: 'v1', kind })

/** All of a proxy's methods do the same: hand the request on. */
function proxyOf(kind: string, handle: Handle): CustomSubresource {
  return {
    kind: optionsKind(kind),
    connects: proxyOptions,
    methods: { GET: handle, POST: handle, PUT: handle, PATCH: handle, DELETE: handle },
  }
}

const streamOf = (kind: string, connects: ReadOptions, handle: Handle): CustomSubresource => ({
  kind: optionsKind(kind),
  connects,
  methods: { GET: handle, POST: handle },
})

/** `nodes/proxy`: there is no kubelet behind any node to hand a request to. */
export const nodeProxy = proxyOf('NodeProxyOptions', async ({ get, name }) => {
  await get()
  throw noKubelet(name)
})

/** `services/proxy`: nothing is handed on; what upstream says where there is nothing to hand it to. */
export const serviceProxy = proxyOf('ServiceProxyOptions', async ({ name: id, others }) => {
  const [, name = '', port = ''] = /^(?:https?:)?([^:]*)(?::([^:]*))?$/.exec(id) ?? []
  const quoted = JSON.stringify(name)
  const service = await others('', 'services').get(name)
  const endpoints = await others('', 'endpoints').get(name)
  const ports = (service?.spec as { ports?: { port: number; name?: string }[] } | undefined)?.ports ?? []
  if (!service) throw errors.notFound({ group: '', resource: 'services' }, name)
  if (port !== '' && !ports.some((own) => String(own.port) === port || own.name === port)) {
    throw errors.unavailable(`no service port ${port} found for service ${quoted}`)
  }
  if (!endpoints) throw errors.notFound({ group: '', resource: 'services' }, name)
  throw errors.unavailable(`no endpoints available for service ${quoted}`)
})

/** `pods/proxy`. */
export const podProxy = proxyOf('PodProxyOptions', async ({ get }) => {
  const { status, spec } = asPod(await get())
  if (!status?.podIPs?.[0]?.ip) throw errors.badRequest('address not allowed')
  throw noKubelet(spec.nodeName ?? '')
})

/** `pods/log`: of a pod that is on no node yet there is nothing to read. */
export const podLog: CustomSubresource = {
  methods: {
    GET: async (call) => {
      const pod = asPod(await call.get())
      checkContainer(pod, call.query.get('container') ?? '')
      if (pod.spec.nodeName) await refuseNode(call, pod.spec.nodeName)
      return ''
    },
  },
}

export const podExec = streamOf('PodExecOptions', execOptions, (call) => stream(call, true))
export const podAttach = streamOf('PodAttachOptions', attachOptions, (call) => stream(call, true))
export const podPortForward = streamOf('PodPortForwardOptions', portForwardOptions, (call) => stream(call, false))

async function stream(call: SubresourceCall, ofContainer: boolean): Promise<never> {
  const pod = asPod(await call.get())
  if (ofContainer) checkContainer(pod, call.query.get('container') ?? '')
  if (!pod.spec.nodeName) throw errors.badRequest(`pod ${call.name} does not have a host assigned`)
  throw await refuseNode(call, pod.spec.nodeName)
}

/** @throws StatusError NotFound, ServiceUnavailable: no kubelet is asked anything */
async function refuseNode({ others }: SubresourceCall, name: string): Promise<never> {
  const node = await others('', 'nodes').get(name)
  throw node ? noKubelet(name) : errors.notFound({ group: '', resource: 'pods' }, name)
}

const noKubelet = (node: string) =>
  errors.unavailable(`error trying to reach service: no kubelet serves node ${JSON.stringify(node)}`)

function checkContainer({ metadata, spec }: Pod, name: string): void {
  const all = [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])]
  const names = all.map((container) => container.name)
  if (name !== '') {
    if (names.includes(name)) return
    throw errors.badRequest(`container ${name} is not valid for pod ${metadata.name}`)
  }
  if (spec.containers?.length === 1) return
  const which = `a container name must be specified for pod ${metadata.name}, choose one of: [${names.join(' ')}]`
  throw errors.badRequest(which)
}
