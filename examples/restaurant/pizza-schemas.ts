import type { Schema } from '../../src/sdk/index.js'

/** How often one topping may be on a pizza; in v1alpha1 that is how often its name may stand there. */
export const maxQuantity = 100
const maxKinds = 100

const toppingName = {
  type: 'string',
  description: 'Name of a Topping.',
  minLength: 1,
  maxLength: 253,
} as const

const condition = {
  type: 'object',
  description: 'One aspect of the pizza that is true, false or not known.',
  required: ['type', 'status'],
  properties: {
    type: { type: 'string', description: 'Type names the aspect, such as Baked.', minLength: 1, maxLength: 316 },
    status: {
      type: 'string',
      description: 'Status is one of True, False, Unknown.',
      enum: ['True', 'False', 'Unknown'],
    },
    observedGeneration: {
      type: 'integer',
      format: 'int64',
      description: 'Generation of the pizza that the condition was set for.',
      minimum: 0,
    },
    lastTransitionTime: {
      type: 'string',
      format: 'date-time',
      description: 'When the status last changed from one value to another.',
    },
    reason: { type: 'string', description: 'Reason is one word for programs: why the status is what it is.' },
    message: { type: 'string', description: 'Message is the same in a sentence for people.' },
  },
} as const

const status = {
  type: 'object',
  description: 'Status is what is known of the pizza as it is.',
  properties: {
    cost: { type: 'number', description: 'Cost of all toppings together.', minimum: 0 },
    conditions: {
      type: 'array',
      description: 'Conditions the pizza is in, at most one of a type.',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
      items: condition,
    },
  },
} as const

export const pizzaV1alpha1 = pizza({
  type: 'array',
  description:
    'Toppings by name; a name that stands there twice is on the pizza twice. Tomato, mozzarella and salami if none ' +
    'are given.',
  maxItems: maxKinds * maxQuantity,
  items: toppingName,
})

export const pizzaV1beta1 = pizza({
  type: 'array',
  description: 'Toppings, each named once. One of tomato, mozzarella and salami each if none are given.',
  maxItems: maxKinds,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
  items: {
    type: 'object',
    description: 'A topping and how much of it.',
    required: ['name'],
    properties: {
      name: toppingName,
      quantity: {
        type: 'integer',
        format: 'int32',
        description: 'Quantity is the number of helpings, 1 to 100.',
        default: 1,
        minimum: 1,
        maximum: maxQuantity,
      },
    },
  },
})

function pizza<const T extends Schema>(toppings: T) {
  return {
    type: 'object',
    description: 'Pizza is a pizza that someone ordered.',
    properties: {
      spec: { type: 'object', description: 'Spec is the pizza as it was ordered.', properties: { toppings } },
      status,
    },
  } as const
}
