import type { KubeObject } from '../meta/object.js'
import { timestamp } from '../registry/backend.js'
import { update } from '../registry/update.js'
import { decodeStored } from '../store/encode.js'
import type { Controller } from './controller.js'
import { WorkerPool } from './worker-pool.js'
import { controllerWrite, ignoringNotFound } from './write.js'

interface FlowSchema extends KubeObject {
  readonly spec?: { readonly priorityLevelConfiguration?: { readonly name?: string } }
  readonly status?: { readonly conditions?: readonly { readonly type?: string; readonly message?: string }[] }
}

const group = 'flowcontrol.apiserver.k8s.io'
const write = { ...controllerWrite, fieldManager: 'api-priority-and-fairness-config-consumer-v1' }

/** Says of each FlowSchema whether the PriorityLevelConfiguration it names is there: its condition Dangling. */
export const flowSchemaStatus: Controller = {
  async start(context) {
    const { backend, caller } = context
    const { cache, registry } = backend
    const schemas = registry.stored(group, 'flowschemas')
    const levels = registry.stored(group, 'prioritylevelconfigurations')
    if (!schemas || !levels) return async () => {}
    const options = { name: 'flow-schema-status', log: context.log, workers: 5, rests: context.hasUnreadFiles }
    const queue = new WorkerPool(options, async (key) => {
      await cache.fresh()
      const name = key.slice(schemas.prefix('').length)
      const target = { resource: schemas, namespace: '', name, subresource: 'status' }
      const look = (schema: KubeObject) => {
        const level = (schema as FlowSchema).spec?.priorityLevelConfiguration?.name ?? ''
        return withCondition(schema, level, cache.peek(levels.key('', level)) !== undefined, timestamp(backend.now()))
      }
      const stored = cache.peek(key)
      if (stored && look(decodeStored(stored)) !== undefined) {
        await ignoringNotFound(update(backend, caller, target, write, (schema) => look(schema) ?? schema))
      }
      return undefined
    })
    const addAll = () => {
      for (const { key } of cache.peekAll(schemas.prefix(''))) queue.add(key)
    }
    const stops = [
      cache.watch(schemas.prefix(''), cache.revision, ({ type, stored }) => {
        if (type !== 'delete') queue.add(stored.key)
      }),
      cache.watch(levels.prefix(''), cache.revision, ({ type }) => {
        if (type !== 'update') addAll()
      }),
    ]
    addAll()
    return async () => {
      for (const stop of stops) stop()
      await queue.stop()
    }
  },
}

/** undefined: it says so already. */
function withCondition(schema: FlowSchema, level: string, found: boolean, now: string): KubeObject | undefined {
  const what = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)}`
  const message = found ? `${what} and it exists` : `${what} but there is no such object`
  const conditions = schema.status?.conditions ?? []
  if (conditions.some((one) => one.type === 'Dangling' && one.message === message)) return undefined
  const dangling = {
    type: 'Dangling',
    status: found ? 'False' : 'True',
    lastTransitionTime: now,
    reason: found ? 'Found' : 'NotFound',
    message,
  }
  return { ...schema, status: { conditions: [...conditions.filter(({ type }) => type !== 'Dangling'), dangling] } }
}
