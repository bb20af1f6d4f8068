import type { KubeObject } from '../../../src/meta/object.js'
import { storeKey } from '../../../src/store/keys.js'
import type { Store, StoreEvent } from '../../../src/store/store.js'

/** The store of one test. */
export interface Context {
  store(): Store
  reopen(historyLimit: number): Promise<Store>
  signal(): AbortSignal
  abort(): void
}

export const pizzas = 'restaurant.wukong.com/pizzas/'

export function pizza(name: string, spec: Record<string, unknown> = {}, namespace = 'default'): KubeObject {
  return {
    apiVersion: 'restaurant.wukong.com/v1beta1',
    kind: 'Pizza',
    metadata: { name, namespace, uid: `uid-${name}` },
    spec,
  }
}

export const keyOf = (name: string, namespace = 'default') =>
  storeKey('restaurant.wukong.com', 'pizzas', namespace, name)

/** Reads a watch until `count` events came or it ends. */
export async function take(watch: AsyncIterable<StoreEvent[]>, count: number): Promise<StoreEvent[]> {
  const events: StoreEvent[] = []
  for await (const batch of watch) {
    events.push(...batch)
    if (events.length >= count) break
  }
  return events
}

export const brief = (events: readonly StoreEvent[]) => events.map((e) => `${e.type} ${e.stored.key.split('/').at(-1)}`)
