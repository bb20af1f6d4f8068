import { errors } from '../../../meta/status.js'
import type { CustomSubresource, SubresourceCall } from '../../../registry/definition.js'

const proxyKind = (kind: string) => ({ group: '', version: 'v1', kind })

/** All of a proxy's methods do the same: hand the request on. */
function proxyOf(kind: string, handle: (call: SubresourceCall) => Promise<never>): CustomSubresource {
  return {
    kind: proxyKind(kind),
    methods: { GET: handle, POST: handle, PUT: handle, PATCH: handle, DELETE: handle },
  }
}

/** `nodes/proxy`: there is no kubelet behind any node to hand a request to. */
export const nodeProxy = proxyOf('NodeProxyOptions', async ({ get, name }) => {
  await get()
  throw errors.unavailable(`error trying to reach service: no kubelet serves node ${JSON.stringify(name)}`)
})
