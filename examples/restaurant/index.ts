import { defineGroup } from '../../src/sdk/index.js'
import { pizzas } from './pizzas.js'
import { toppings } from './toppings.js'

/** An API group as a module of its own: what `--apis` loads is the default export. */
export default defineGroup({
  group: 'restaurant.wukong.com',
  resources: [pizzas, toppings],
  controllers: async () => [(await import('./pizza-cost.js')).pizzaCost],
})
