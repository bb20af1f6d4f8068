import { describe, expect } from 'vitest'
import { test as it } from '../support/kubectl-test.js'
import { pizza, restaurant } from '../support/restaurant.js'

describe('kubectl', () => {
  it('lists the resources', async ({ kubectl }) => {
    const table = await kubectl.ok('api-resources')
    const cells = table.split('\n').map((line) => line.split(/ +/))
    expect(cells).toContainEqual(['pizzas', 'pz', 'restaurant.wukong.com/v1beta1', 'true', 'Pizza'])
    expect(cells).toContainEqual(['toppings', 'restaurant.wukong.com/v1alpha1', 'false', 'Topping'])
    expect(cells).toContainEqual(['namespaces', 'ns', 'v1', 'false', 'Namespace'])
    const names = await kubectl.ok('api-resources --namespaced=true --verbs=list,watch -o name')
    expect(names).toContain('pizzas.restaurant.wukong.com\n')
    expect(names).not.toContain('toppings')
    expect(await kubectl.ok('api-resources --categories=all -o name')).toContain('pizzas.restaurant.wukong.com\n')
  })

  it('lists the versions', async ({ kubectl }) => {
    const versions = (await kubectl.ok('api-versions')).split('\n')
    expect(versions).toEqual(
      expect.arrayContaining(['restaurant.wukong.com/v1alpha1', 'restaurant.wukong.com/v1beta1', 'v1']),
    )
  })

  it('tells the version of the server', async ({ kubectl }) => {
    expect(await kubectl.ok('version')).toMatch(/^Server Version: v1\.\d+\.\d+/m)
  })

  it('explains a kind, its fields and an older version of it', async ({ kubectl }) => {
    const kind = await kubectl.ok('explain pizzas')
    expect(kind).toMatch(/^GROUP: +restaurant\.wukong\.com\nKIND: +Pizza\nVERSION: +v1beta1\n/)
    for (const field of ['apiVersion', 'kind', 'metadata', 'spec', 'status']) expect(kind).toContain(`\n  ${field}\t<`)
    const toppings = await kubectl.ok('explain pizza.spec.toppings')
    expect(toppings).toMatch(/FIELDS?: toppings <\[\]Object>|FIELD: toppings <\[\]Object>/)
    expect(toppings).toMatch(/\n {2}name\t<string>/)
    expect(toppings).toMatch(/\n {2}quantity\t<integer>/)
    expect(await kubectl.ok('explain pz.metadata.labels')).toContain('FIELD: labels <map[string]string>')
    const old = await kubectl.ok('explain pizza.spec.toppings --api-version=restaurant.wukong.com/v1alpha1')
    expect(old).toContain('FIELD: toppings <[]string>')
    expect(await kubectl.ok('explain pizza --recursive')).toMatch(/\n {4}toppings\t<\[\]Object>/)
    expect(await kubectl.ok('explain toppings.spec.cost')).toMatch(/FIELD: cost </)
  })

  it('explains kinds of Kubernetes’ own, with what is required and what it is for', async ({ kubectl }) => {
    const pod = await kubectl.ok('explain pod.spec')
    expect(pod).toContain('FIELD: spec <PodSpec>')
    expect(pod).toMatch(/\n {2}containers\t<\[\]Container> -required-\n {4}List of containers belonging to the pod\./)
    expect(await kubectl.ok('explain cronjob.spec --recursive')).toMatch(/\n {2}schedule\t<string> -required-\n/)
    const hpa = await kubectl.ok('explain hpa.spec.maxReplicas')
    expect(hpa).toMatch(/GROUP: +autoscaling\nKIND: +HorizontalPodAutoscaler\nVERSION: +v2\n/)
    expect(await kubectl.ok('explain crd.spec.versions.schema')).toContain('openAPIV3Schema')
  })

  it('describes an object', async ({ kubectl, server }) => {
    await server.api.post(restaurant.pizzas(), pizza('described', { labels: { style: 'classic' } }))
    const text = await kubectl.ok('describe pizza described')
    expect(text).toMatch(/^Name: +described\nNamespace: +default\nLabels: +style=classic\n/)
    expect(text).toMatch(/\nKind: +Pizza\n/)
    expect(text).toContain('Events:')
    expect(await kubectl.ok('describe pizzas')).toContain('described')
    expect(await kubectl.ok('describe ns default')).toMatch(/^Name: +default\n/)
  })
})
