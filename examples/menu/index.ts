import { defineExtension, errors, type KubeObject } from '../../src/sdk/index.js'

interface Topping extends KubeObject {
  spec: { cost: number }
}

const toppings = { apiVersion: 'restaurant.wukong.com/v1alpha1', kind: 'Topping' }
const pizzas = { apiVersion: 'restaurant.wukong.com/v1beta1', kind: 'Pizza' }

/**
 * A web API beside the Kubernetes one: `/wukong/menu` is the menu, and a POST of `{"toppings": ["basil"]}` to
 * `/wukong/menu/<namespace>/<name>` orders a pizza. Callers may do what they may do in the Kubernetes API.
 */
export default defineExtension({
  name: 'menu',
  register(router) {
    router.get('/', async ({ resources }) => {
      const { items } = await resources<Topping>(toppings).list()
      return { toppings: Object.fromEntries(items.map(({ metadata, spec }) => [metadata.name, spec.cost])) }
    })
    router.post('/:namespace/:name', async ({ params, body, user, resources }) => {
      const names = (body as { toppings?: unknown } | undefined)?.toppings
      if (!Array.isArray(names)) throw errors.badRequest('toppings: must be a list of names')
      const { namespace, name } = params as { namespace: string; name: string }
      const spec = { toppings: names.map((topping) => ({ name: String(topping), quantity: 1 })) }
      const annotations = { 'restaurant.wukong.com/ordered-by': user.name }
      const pizza = await resources(pizzas).create({ ...pizzas, metadata: { name, namespace, annotations }, spec })
      return { name: pizza.metadata.name, orderedBy: user.name }
    })
  },
})
