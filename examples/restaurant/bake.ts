import { type CustomSubresource, isJsonObject, type JsonObject, type KubeObject } from '../../src/sdk/index.js'

/** `pizzas/{name}/bake`: POST bakes the pizza, which its condition Baked then says; the answer is the pizza. */
export const bake: CustomSubresource = {
  methods: { POST: ({ update }) => update((pizza) => setBaked(pizza, new Date())) },
}

/** Baking twice changes nothing but the generation that was baked. */
function setBaked(pizza: KubeObject, now: Date): void {
  const status = isJsonObject(pizza.status) ? pizza.status : {}
  const conditions: unknown[] = Array.isArray(status.conditions) ? [...status.conditions] : []
  const at = conditions.findIndex((condition) => isJsonObject(condition) && condition.type === 'Baked')
  const before = conditions[at]
  const baked: JsonObject = {
    type: 'Baked',
    status: 'True',
    ...(pizza.metadata.generation === undefined ? {} : { observedGeneration: pizza.metadata.generation }),
    lastTransitionTime: wasBaked(before) ?? now.toISOString().replace(/\.\d+Z$/, 'Z'),
    reason: 'Baked',
    message: 'The pizza came out of the oven.',
  }
  if (at < 0) conditions.push(baked)
  else conditions[at] = baked
  pizza.status = { ...status, conditions }
}

function wasBaked(condition: unknown): unknown {
  return isJsonObject(condition) && condition.status === 'True' ? condition.lastTransitionTime : undefined
}
