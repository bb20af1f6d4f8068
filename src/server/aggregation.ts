import { ApiServiceIndex } from '../aggregation/api-service-index.js'
import { groupsInOrder } from '../aggregation/group-order.js'
import { ownGroup } from '../aggregation/own-group.js'
import type { ControllerContext } from '../controllers/controller.js'
import type { Aggregation } from '../http/aggregation.js'
import type { Backend } from '../registry/backend.js'
import type { ServerOptions } from '../server-options.js'
import { storeKey } from '../store/keys.js'

/** What APIServices say of this server and others. */
export async function newAggregation(
  { cache, registry }: Backend,
  undo: (() => Promise<void>)[],
): Promise<Aggregation> {
  const { index, stop } = await ApiServiceIndex.open(cache, storeKey(ownGroup, 'apiservices', ''))
  undo.push(async () => stop())
  return {
    inOrder: (local) => groupsInOrder(index, local, (group, version) => registry.priorityOf(group, version)),
    remote: () => undefined,
    onChange: (listener) => void index.onChange(listener),
  }
}

/** Not one that `--controllers` names: upstream's server keeps these itself. Who listens nowhere writes none. */
export async function keepApiServices(
  { secure, insecure }: ServerOptions,
  context: ControllerContext,
): Promise<() => Promise<void>> {
  if (!secure && !insecure) return async () => {}
  const { keepLocalServices } = await import('../aggregation/local-services.js')
  return keepLocalServices(context)
}
