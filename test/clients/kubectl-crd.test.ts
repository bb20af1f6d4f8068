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
    bulbs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string' }, watts: { type: 'integer' } },
      },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
    },
  },
}
const definition = definitionOf('Lamp', 'kubectl.io', schema, {
  spec: { names: { plural: 'lamps', kind: 'Lamp', shortNames: ['lp', 'po'], categories: ['lights', 'all'] } },
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
    // R51: the group of pods comes first.
    const pods = await kubectl.run('get po -o name')
    expect(pods.stdout).toBe('')
    expect(pods.stderr).toContain('short name "po" could also match lower priority resource lamps.kubectl.io')
    expect((await kubectl.ok('get all -o name')).split('\n')).toContain('lamp.kubectl.io/a')
    const whole = await kubectl.ok('explain lamp --recursive')
    expect(whole.replace(/\s+/g, ' ')).toContain('bulbs <[]Object> name <string> -required- watts <integer>')

    const bulb = (name: string, watts: number) => ({ name, watts })
    const apply = (manager: string, bulbs: object[]) =>
      kubectl.run(`apply --server-side --field-manager=${manager} -f -`, input(lamp({ bulbs })))
    await apply('one', [bulb('x', 1)])
    await apply('two', [bulb('y', 2)])
    expect((await apply('two', [bulb('y', 2), bulb('x', 3)])).stderr).toContain('.spec.bulbs[name="x"].watts')
    expect(await kubectl.ok('get lamp a -o jsonpath={.spec.bulbs}')).toBe(JSON.stringify([bulb('x', 1), bulb('y', 2)]))
    await apply('one', [])
    expect(await kubectl.ok('get lamp a -o jsonpath={.spec.bulbs}')).toBe(JSON.stringify([bulb('y', 2)]))

    const editor = (change: string) => ({ env: { KUBE_EDITOR: `sed -i ${change}`, TMPDIR: kubectl.home } })
    expect(await kubectl.ok('edit lamp a', editor('s/color:.red/color:\\ white/'))).toContain(
      'lamp.kubectl.io/a edited',
    )
    const refused = await kubectl.run('edit lamp a', editor('s/color:.white/color:\\ blue/'))
    expect(refused.stderr).toContain('lamps.kubectl.io "a" is invalid')
    await kubectl.ok('edit crd lamps.kubectl.io', editor('s/-.red/-\\ blue/'))
    await eventually('blue is a color', async () => {
      return (await kubectl.run('edit lamp a', editor('s/color:.white/color:\\ blue/'))).code === 0
    })
    await kubectl.ok('delete crd lamps.kubectl.io')
    await eventually('the kind is gone', async () => !(await kubectl.ok('api-resources')).includes('lamps'))
  })
})
