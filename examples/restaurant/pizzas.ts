import {
  defineResource,
  type FieldError,
  fieldError,
  isJsonObject,
  type KubeObject,
  type PrinterColumn,
} from '../../src/sdk/index.js'
import { bake } from './bake.js'
import { withNames, withQuantities } from './convert-pizza.js'
import { maxQuantity, pizzaV1alpha1, pizzaV1beta1 } from './pizza-schemas.js'

const defaultToppings = ['tomato', 'mozzarella', 'salami']

const subresources = { status: true, custom: { bake } }

const commonColumns: readonly PrinterColumn[] = [
  { name: 'Cost', type: 'number', jsonPath: '.status.cost', description: 'Cost of all toppings together' },
  {
    name: 'Baked',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Baked")].status',
    description: 'Whether the pizza has been in the oven',
  },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
]

const toppingsColumn: PrinterColumn = {
  name: 'Toppings',
  type: 'string',
  jsonPath: '.spec.toppings',
  description: 'All toppings',
}

/** Pizzas in two versions, to show conversion; what schemas can't say is said in code. */
export const pizzas = defineResource({
  group: 'restaurant.wukong.com',
  names: { plural: 'pizzas', singular: 'pizza', kind: 'Pizza', shortNames: ['pz'], categories: ['all'] },
  scope: 'Namespaced',
  versions: {
    v1beta1: {
      storage: true,
      schema: pizzaV1beta1,
      setDefaults: (pizza) => defaultTo(pizza, () => defaultToppings.map((name) => ({ name, quantity: 1 }))),
      printerColumns: [
        { name: 'Topping', type: 'string', jsonPath: '.spec.toppings[0].name', description: 'The first topping' },
        ...commonColumns,
        { ...toppingsColumn, priority: 1 },
      ],
      subresources,
    },
    v1alpha1: {
      schema: pizzaV1alpha1,
      setDefaults: (pizza) => defaultTo(pizza, () => [...defaultToppings]),
      toStorage: withQuantities,
      fromStorage: withNames,
      printerColumns: [toppingsColumn, ...commonColumns],
      subresources,
    },
  },
  validate: repetitionErrors,
})

/** A pizza without toppings gets the usual ones. Called before validation: `spec` may be anything. */
function defaultTo(pizza: KubeObject, toppings: () => unknown[]): void {
  const spec = pizza.spec ?? {}
  if (!isJsonObject(spec)) return
  const given = spec.toppings ?? []
  if (Array.isArray(given) && given.length === 0) spec.toppings = toppings()
  pizza.spec = spec
}

/** v1alpha1 only: a name that stands there too often would be a quantity that v1beta1 does not allow. */
function repetitionErrors(pizza: KubeObject): FieldError[] {
  if (!isJsonObject(pizza.spec) || !Array.isArray(pizza.spec.toppings)) return []
  const counts = new Map<string, number>()
  for (const name of pizza.spec.toppings) {
    if (typeof name === 'string') counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const why = `a topping must not be named more than ${maxQuantity} times`
  return [...counts]
    .filter(([, count]) => count > maxQuantity)
    .map(([name]) => fieldError.invalid('spec.toppings', name, why))
}
