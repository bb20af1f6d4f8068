import type { JsonObject, KubeObject } from '../meta/object.js'
import { apply } from '../registry/apply.js'
import { timestamp } from '../registry/backend.js'
import { ownBody } from '../registry/decode-object.js'
import { decodeStored } from '../store/encode.js'
import type { Controller } from './controller.js'
import { WorkerPool } from './worker-pool.js'
import { controllerWrite, ignoringNotFound } from './write.js'

interface FlowSchema extends KubeObject {
  readonly spec?: { readonly priorityLevelConfiguration?: { readonly name?: string } }
  readonly status?: { readonly conditions?: readonly { readonly type?: string; readonly message?: string }[] }
}

const group = 'flowcontrol.apiserver.k8s.io'
/** Applied by force, as upstream. */
const write = { ...controllerWrite, fieldManager: 'api-priority-and-fairness-config-consumer-v1', force: true }

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
      const stored = cache.peek(key)
      const schema = stored && (decodeStored(stored) as FlowSchema)
      const level = schema?.spec?.priorityLevelConfiguration?.name ?? ''
      const found = cache.peek(levels.key('', level)) !== undefined
      const dangling = schema && newCondition(schema, level, found, timestamp(backend.now()))
      if (dangling) {
        const { apiVersion, kind } = schemas
        const applied = { apiVersion, kind, metadata: { name }, status: { conditions: [dangling] } }
        await ignoringNotFound(apply(backend, caller, target, ownBody(applied), write))
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

/** The condition it should have; undefined: it has it already. */
function newCondition(schema: FlowSchema, level: string, found: boolean, now: string): JsonObject | undefined {
  const what = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)}`
  const message = found ? `${what} and it exists` : `${what} but there is no such object`
  const conditions = schema.status?.conditions ?? []
  if (conditions.some((one) => one.type === 'Dangling' && one.message === message)) return undefined
  return {
    type: 'Dangling',
    status: found ? 'False' : 'True',
    lastTransitionTime: now,
    reason: found ? 'Found' : 'NotFound',
    message,
  }
}
