import { isJsonObject, type KubeObject } from '../../src/sdk/index.js'
import { maxQuantity } from './pizza-schemas.js'

/*
 * Between the versions of pizzas. How often each topping is on a pizza stays as it is; so does the order in which toppings
 * are first named. Objects may come from files, unchecked: what is no topping is passed on as it is, for validation to find.
 */

/** From v1alpha1, where toppings are names. */
export const withQuantities = (pizza: KubeObject) => withToppings(pizza, counted)

/** To v1alpha1. */
export const withNames = (pizza: KubeObject) => withToppings(pizza, repeated)

function withToppings({ spec }: KubeObject, convert: (toppings: readonly unknown[]) => unknown[]): object {
  if (!isJsonObject(spec) || !Array.isArray(spec.toppings)) return {}
  return { spec: { ...spec, toppings: convert(spec.toppings) } }
}

/** `[a, b, a]` to `[{a, 2}, {b, 1}]`. */
function counted(names: readonly unknown[]): unknown[] {
  const toppings = new Map<unknown, { name: string; quantity: number }>()
  const all: unknown[] = []
  for (const name of names) {
    const known = toppings.get(name)
    if (known) known.quantity++
    else if (typeof name === 'string') {
      const topping = { name, quantity: 1 }
      toppings.set(name, topping)
      all.push(topping)
    } else all.push(name)
  }
  return all
}

/** `[{a, 2}, {b, 1}]` to `[a, a, b]`. */
function repeated(toppings: readonly unknown[]): unknown[] {
  return toppings.flatMap((topping) => {
    if (!isJsonObject(topping) || typeof topping.name !== 'string') return [topping]
    const quantity = Number(topping.quantity ?? 1)
    return Array<unknown>(Math.min(Math.max(Math.trunc(quantity) || 1, 1), maxQuantity)).fill(topping.name)
  })
}
