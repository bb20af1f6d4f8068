import { request } from './connection.js'
import { drive } from './load.js'

export const pizzaPath = '/apis/restaurant.wukong.com/v1beta1/namespaces/default/pizzas'

/** Pads the served object to about 1 KB. */
const padding = 'x'.repeat(374)

export function pizzaBody(name: string, note = padding): string {
  return JSON.stringify({
    apiVersion: 'restaurant.wukong.com/v1beta1',
    kind: 'Pizza',
    metadata: { name, annotations: { padding: note } },
    spec: { toppings: [{ name: 'cheese', quantity: 1 }] },
  })
}

/** Makes `count` pizzas named p0, p1, …, as fast as they are taken. */
export async function fill(port: number, count: number): Promise<void> {
  const next = (n: number) => request('POST', pizzaPath, pizzaBody(`p${n}`))
  await drive({ port, connections: 32, next, seconds: Number.POSITIVE_INFINITY, atMost: count })
}

/** Overwrites a pizza with another one as large as `note` makes it. */
export function overwrite(name: string, note: string): Buffer {
  const body = JSON.stringify({ metadata: { annotations: { padding: note } } })
  return request('PATCH', `${pizzaPath}/${name}`, body, 'application/merge-patch+json')
}
