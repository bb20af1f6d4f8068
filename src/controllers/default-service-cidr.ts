import type { KubeObject } from '../meta/object.js'
import { apply } from '../registry/apply.js'
import { timestamp } from '../registry/backend.js'
import { create } from '../registry/create.js'
import { ownBody } from '../registry/decode-object.js'
import { plainWrite } from '../registry/options.js'
import { decodeStored } from '../store/encode.js'
import type { Controller } from './controller.js'
import { WorkerPool } from './worker-pool.js'
import { ignoringNotFound } from './write.js'

interface ServiceCidr extends KubeObject {
  readonly spec?: { readonly cidrs?: readonly string[] }
  readonly status?: { readonly conditions?: readonly { readonly type?: string }[] }
}

const name = 'kubernetes'
const made = { ...plainWrite, fieldManager: 'kube-apiserver' }
const applied = { ...plainWrite, fieldManager: 'kubernetes-service-cidr-controller', force: true }

/**
 * Keeps the ServiceCIDR `kubernetes`, which says what range (such as `10.0.0.0/16`) services get their addresses from, as
 * upstream's server does (KEP-1880). One that says another range stays: it may be of a server with other flags.
 */
export function defaultServiceCidr(range: string): Controller {
  return {
    async start({ backend, caller, log, hasUnreadFiles }) {
      const { cache, registry } = backend
      const resource = registry.stored('networking.k8s.io', 'servicecidrs')
      if (!resource) return async () => {}
      const { apiVersion, kind } = resource
      const key = resource.key('', name)
      const object = { apiVersion, kind, metadata: { name }, spec: { cidrs: [range] } }
      const pool = new WorkerPool(
        { name: 'default-service-cidr', log, workers: 1, rests: hasUnreadFiles },
        async () => {
          await cache.fresh()
          const stored = cache.peek(key)
          if (!stored) {
            await create(backend, caller, { resource, namespace: '' }, object, made)
            return undefined
          }
          const { metadata, spec, status } = decodeStored(stored) as ServiceCidr
          if (spec?.cidrs?.join() !== range) {
            log.warn(`ServiceCIDR ${name} says ${spec?.cidrs?.join()}, but --service-cluster-ip-range is ${range}`)
          } else if (!status?.conditions?.some(({ type }) => type === 'Ready') && !metadata.deletionTimestamp) {
            const target = { resource, namespace: '', name, subresource: 'status' }
            const body = ownBody({ apiVersion, kind, metadata: { name }, status: ready(timestamp(backend.now())) })
            await ignoringNotFound(apply(backend, caller, target, body, applied))
          }
          return undefined
        },
      )
      pool.add(key)
      const stop = cache.watch(key, cache.revision, () => pool.add(key))
      return async () => {
        stop()
        await pool.stop()
      }
    },
  }
}

function ready(lastTransitionTime: string) {
  const message = 'Kubernetes default Service CIDR is ready'
  return { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime, message }] }
}
