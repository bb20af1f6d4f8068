import { describe, expect } from 'vitest'
import { definitionOf } from '../support/custom-resources.js'
import { eventually } from '../support/eventually.js'
import { test as it } from '../support/kubectl-test.js'

const column = (name: string, jsonPath: string, more: object = {}) => ({ name, type: 'string', jsonPath, ...more })
const schema = {
  type: 'object',
  description: 'How a lamp should be.',
  properties: {
    color: { type: 'string', description: 'Of its light.', default: 'white', enum: ['white', 'red'] },
    replicas: { type: 'integer', default: 1 },
  },
}
const definition = definitionOf('Lamp', 'kubectl.io', schema, {
  spec: { names: { plural: 'lamps', kind: 'Lamp', shortNames: ['lp'], categories: ['lights'] } },
  version: {
    subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
    additionalPrinterColumns: [
      column('Color', '.spec.color'),
      column('Ready', '.status.conditions[?(@.type=="Ready")].status'),
      column('Replicas', '.spec.replicas', { type: 'integer', priority: 1 }),
    ],
  },
})
const lamp = (spec: object) => ({ apiVersion: 'kubectl.io/v1', kind: 'Lamp', metadata: { name: 'a' }, spec })
const input = (object: object) => ({ input: JSON.stringify(object) })

describe('kubectl with a CustomResourceDefinition', () => {
  it('applies it and works with what it defines', async ({ kubectl }) => {
    await kubectl.ok('apply -f -', input(definition))
    await kubectl.ok('wait --for=condition=Established crd/lamps.kubectl.io --timeout=30s')
    expect(await kubectl.ok('explain lamp.spec.color')).toContain('Of its light.')
    await kubectl.ok('apply -f -', input(lamp({ color: 'red' })))
    await kubectl.ok('apply --server-side --force-conflicts -f -', input(lamp({ color: 'red', replicas: 2 })))
    expect(await kubectl.ok('get lp -o wide')).toMatch(/NAME +COLOR +READY +REPLICAS\na +red +2/)
    await kubectl.ok('scale lamp/a --replicas=4')
    expect(await kubectl.ok('get lamp a -o jsonpath={.spec.replicas}')).toBe('4')
    const status = JSON.stringify({ status: { conditions: [{ type: 'Ready', status: 'True' }] } })
    await kubectl.ok(`patch lamp a --subresource=status --type=merge -p ${status}`)
    await kubectl.ok('wait --for=condition=Ready lamp/a --timeout=30s')
    expect(await kubectl.ok('get lights')).toMatch(/a +red +True/)
    await kubectl.ok('delete crd lamps.kubectl.io')
    await eventually('the kind is gone', async () => !(await kubectl.ok('api-resources')).includes('lamps'))
  })
})
