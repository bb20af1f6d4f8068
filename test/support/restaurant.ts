import type { KubeObject } from '../../src/meta/object.js'

const group = '/apis/restaurant.wukong.com'

/** Paths of the example API group. */
export const restaurant = {
  group,
  v1beta1: `${group}/v1beta1`,
  v1alpha1: `${group}/v1alpha1`,
  /** Collection of pizzas in the preferred version. */
  pizzas: (namespace = 'default') => `${group}/v1beta1/namespaces/${namespace}/pizzas`,
  allPizzas: `${group}/v1beta1/pizzas`,
  oldPizzas: (namespace = 'default') => `${group}/v1alpha1/namespaces/${namespace}/pizzas`,
  toppings: `${group}/v1alpha1/toppings`,
}

export interface Pizza extends KubeObject {
  spec: { toppings: { name: string; quantity: number }[] }
  status?: { cost?: number; conditions?: { type: string; status: string }[] }
}

/** A pizza as a client writes it; `metadata` is added to its name. */
export function pizza(
  name: string,
  metadata: Record<string, unknown> = {},
  toppings?: Pizza['spec']['toppings'],
): Pizza {
  return {
    apiVersion: 'restaurant.wukong.com/v1beta1',
    kind: 'Pizza',
    metadata: { name, ...metadata },
    spec: { toppings: toppings ?? [{ name: 'cheese', quantity: 1 }] },
  }
}

export function topping(name: string, cost: number): KubeObject {
  return { apiVersion: 'restaurant.wukong.com/v1alpha1', kind: 'Topping', metadata: { name }, spec: { cost } }
}
