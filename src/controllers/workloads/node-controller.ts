import type { KubeObject } from '../../meta/object.js'
import { timestamp } from '../../registry/backend.js'
import { update } from '../../registry/update.js'
import type { Controller, ControllerContext } from '../controller.js'
import { ensure } from '../ensure.js'
import { WorkerPool } from '../worker-pool.js'
import { controllerWrite, ignoringNotFound } from '../write.js'
import { type Condition, membersOf, withConditions } from './simulation.js'

const name = 'wukong'
const labels = {
  'kubernetes.io/arch': 'amd64',
  'kubernetes.io/hostname': name,
  'kubernetes.io/os': 'linux',
}
const room = { cpu: '64', 'ephemeral-storage': '1Ti', memory: '256Gi', pods: '110' }
const conditions: readonly Condition[] = [
  {
    type: 'MemoryPressure',
    status: 'False',
    reason: 'KubeletHasSufficientMemory',
    message: 'kubelet has sufficient memory available',
  },
  {
    type: 'DiskPressure',
    status: 'False',
    reason: 'KubeletHasNoDiskPressure',
    message: 'kubelet has no disk pressure',
  },
  {
    type: 'PIDPressure',
    status: 'False',
    reason: 'KubeletHasSufficientPID',
    message: 'kubelet has sufficient PID available',
  },
  { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
]

/** Keeps one Node that is ready; nothing runs there. */
export const nodeController: Controller = {
  async start(context) {
    const { cache, registry } = context.backend
    const resource = registry.stored('', 'nodes')
    if (!resource) return async () => {}
    const key = resource.key('', name)
    const queue = new WorkerPool(
      { name: 'simulated-node-controller', log: context.log, workers: 1, rests: context.hasUnreadFiles },
      async () => {
        const { apiVersion, kind } = resource
        const object = { apiVersion, kind, metadata: { name, labels } }
        await ensure(context, { resource, namespace: '', object, write: controllerWrite, correct: withoutTaint })
        await writeNodeStatus(context, resource)
        return undefined
      },
    )
    const stop = cache.watch(key, cache.revision, () => queue.add(key))
    queue.add(key)
    return async () => {
      stop()
      await queue.stop()
    }
  },
}

/** It is ready, so the taint that every new node has goes. */
function withoutTaint(node: KubeObject): KubeObject {
  const { taints = [], ...spec } = membersOf(node.spec) as { taints?: { readonly key: string }[] }
  const left = taints.filter(({ key }) => key !== 'node.kubernetes.io/not-ready')
  return { ...node, spec: { ...spec, ...(left.length > 0 ? { taints: left } : {}) } }
}

async function writeNodeStatus(
  { backend, caller }: ControllerContext,
  resource: Parameters<typeof ensure>[1]['resource'],
): Promise<void> {
  const now = timestamp(backend.now())
  const target = { resource, namespace: '', name, subresource: 'status' } as const
  await ignoringNotFound(
    update(backend, caller, target, controllerWrite, (node) => {
      const status = membersOf(node.status)
      const times = ['lastHeartbeatTime', 'lastTransitionTime']
      return {
        ...node,
        status: {
          ...status,
          capacity: room,
          allocatable: room,
          addresses: [{ type: 'Hostname', address: name }],
          conditions: withConditions(status.conditions, conditions, now, times),
        },
      }
    }),
  )
}
