import {
  type Condition,
  defineController,
  type KubeObject,
  type ReconcileContext,
  type ReconcileRequest,
  setCondition,
} from '../../src/reconcile/index.js'

interface Pizza extends KubeObject {
  spec: { toppings: { name: string; quantity: number }[] }
  status?: { cost?: number; conditions?: Condition[] }
}

interface Topping extends KubeObject {
  spec: { cost: number }
}

const pizzas = { apiVersion: 'restaurant.wukong.com/v1beta1', kind: 'Pizza' }
const toppings = { apiVersion: 'restaurant.wukong.com/v1alpha1', kind: 'Topping' }

/** Keeps in each pizza's status what its toppings cost together, and whether all of them are known. */
export const pizzaCost = defineController({
  name: 'pizza-cost',
  for: pizzas,
  watches: [
    {
      resource: toppings,
      requests: (topping, all) =>
        all
          .list()
          .filter((pizza) => has(pizza as Pizza, topping))
          .map(requestFor),
    },
  ],
  reconcile,
})

const has = ({ spec }: Pizza, { metadata }: KubeObject) => spec.toppings.some(({ name }) => name === metadata.name)

const requestFor = ({ metadata: { namespace = '', name = '' } }: KubeObject) => ({ namespace, name })

async function reconcile({ namespace, name }: ReconcileRequest, context: ReconcileContext): Promise<void> {
  const pizza = context.cache<Pizza>(pizzas).get(`${namespace}/${name}`)
  if (!pizza || pizza.metadata.deletionTimestamp) return
  const known = context.cache<Topping>(toppings)
  const missing = pizza.spec.toppings.filter(({ name }) => !known.get(name)).map(({ name }) => name)
  const cost = pizza.spec.toppings.reduce((sum, t) => sum + t.quantity * (known.get(t.name)?.spec.cost ?? 0), 0)
  const status = statusOf(pizza, Math.round(cost * 100) / 100, missing)
  if (JSON.stringify(status) === JSON.stringify(pizza.status)) return
  await context.resources<Pizza>(pizzas).updateStatus({ ...pizza, status }, { fieldManager: 'pizza-cost' })
  if (cost !== pizza.status?.cost) context.events.record(pizza, 'Normal', 'Priced', `The toppings cost ${status.cost}.`)
}

function statusOf({ metadata, status }: Pizza, cost: number, missing: readonly string[]): NonNullable<Pizza['status']> {
  const all = missing.length === 0
  const condition = {
    type: 'Priced',
    status: all ? 'True' : 'False',
    ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
    reason: all ? 'AllToppingsKnown' : 'ToppingsUnknown',
    message: all ? 'All toppings are on the menu.' : `Not on the menu: ${missing.join(', ')}.`,
  } as const
  return { ...status, cost, conditions: setCondition(status?.conditions, condition, new Date()) }
}
