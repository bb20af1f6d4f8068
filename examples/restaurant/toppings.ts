import { defineResource } from '../../src/sdk/index.js'

/** What a pizza can have on it; the same for every namespace. */
export const toppings = defineResource({
  group: 'restaurant.wukong.com',
  names: { plural: 'toppings', singular: 'topping', kind: 'Topping' },
  scope: 'Cluster',
  versions: {
    v1alpha1: {
      schema: {
        type: 'object',
        description: 'Topping is something that a pizza can have on it.',
        required: ['spec'],
        properties: {
          spec: {
            type: 'object',
            description: 'Spec says what the topping is to the restaurant.',
            required: ['cost'],
            properties: {
              cost: {
                type: 'number',
                description: 'Cost of one helping, in the currency of the menu.',
                minimum: 0,
              },
            },
          },
        },
      },
      printerColumns: [
        { name: 'Cost', type: 'number', jsonPath: '.spec.cost', description: 'Cost of one helping' },
        { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
      ],
    },
  },
})
