import { describe, expect, it } from 'vitest'
import type { JsonObject, KubeObject } from '../../src/meta/object.js'
import { StatusError } from '../../src/meta/status.js'
import type { ResourceDefinition, ScaleSubresource } from '../../src/registry/definition.js'
import { Resource } from '../../src/registry/resource.js'
import { applyScale, getScale, scaleOf } from '../../src/registry/scale.js'
import { builtin } from '../support/builtin.js'

const deployments = builtin('Deployment')
const ofDeployments = deployments.version.subresources?.scale as ScaleSubresource
const ratDefinition: ResourceDefinition = {
  group: 'r.io',
  names: { plural: 'rats', singular: 'rat', kind: 'Rat' },
  scope: 'Namespaced',
  versions: [{ name: 'v1', served: true, storage: true, schema: { type: 'object' } }],
}
const [ratVersion] = ratDefinition.versions
const rats = new Resource(ratDefinition, ratVersion as NonNullable<typeof ratVersion>)
const ofRats: ScaleSubresource = {
  specReplicasPath: '.spec.size.count',
  statusReplicasPath: '.status.count',
  labelSelectorPath: '.status.selector',
}

const metadata = {
  name: 'd1',
  namespace: 'default',
  uid: 'u',
  resourceVersion: '7',
  creationTimestamp: '2024-01-01T00:00:00Z',
  labels: { a: 'b' },
}
const deployment = (): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { ...metadata },
  spec: { replicas: 2, selector: { matchLabels: { b: 'c', a: 'b' } } },
  status: {},
})
const rat = (fields: JsonObject): KubeObject => ({
  apiVersion: 'r.io/v1',
  kind: 'Rat',
  metadata: { ...metadata },
  ...fields,
})

function message(action: () => void): [number, string] {
  try {
    action()
  } catch (error) {
    if (error instanceof StatusError) return [error.code, error.message]
    throw error
  }
  return [200, '']
}

describe('the scale of an object', () => {
  it('is that of a deployment', () => {
    expect(getScale(deployment(), ofDeployments)).toEqual({
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: {
        name: 'd1',
        namespace: 'default',
        uid: 'u',
        resourceVersion: '7',
        creationTimestamp: '2024-01-01T00:00:00Z',
      },
      spec: { replicas: 2 },
      status: { replicas: 0, selector: 'a=b,b=c' },
    })
  })

  it('is what the paths of a custom resource lead to', () => {
    const object = rat({ spec: { size: { count: 3 } }, status: { count: 1, selector: 'x in (y)' } })
    expect(getScale(object, ofRats)).toMatchObject({
      spec: { replicas: 3 },
      status: { replicas: 1, selector: 'x in (y)' },
    })
  })

  it('is missing without replicas', () => {
    expect(scaleOf(rat({}), ofRats)).toMatchObject({ spec: {}, status: { replicas: 0 } })
    expect(message(() => getScale(rat({}), ofRats))).toEqual([
      500,
      'Internal error occurred: the spec replicas field ".spec.size.count" does not exist',
    ])
  })
})

describe('a scale that is written', () => {
  it('sets the replicas, for whatever there is', () => {
    const object = deployment()
    applyScale(deployments, object, ofDeployments, { metadata: { name: 'd1' }, spec: { replicas: 5 } })
    const { resourceVersion: _, ...rest } = metadata
    expect(object).toEqual({
      ...deployment(),
      metadata: rest,
      spec: { ...(deployment().spec as JsonObject), replicas: 5 },
    })
  })

  it('keeps the resourceVersion it names', () => {
    const object = deployment()
    applyScale(deployments, object, ofDeployments, { metadata: { resourceVersion: '3' }, spec: { replicas: 5 } })
    expect(object.metadata.resourceVersion).toBe('3')
  })

  it('makes the way to the replicas of a custom resource', () => {
    const object = rat({})
    applyScale(rats, object, ofRats, { spec: { replicas: 4 } })
    expect(object.spec).toEqual({ size: { count: 4 } })
  })

  it('that says nothing means none, but for custom resources', () => {
    const object = deployment()
    applyScale(deployments, object, ofDeployments, {})
    expect(object.spec).toMatchObject({ replicas: 0 })
    expect(message(() => applyScale(rats, rat({}), ofRats, {}))).toEqual([
      400,
      'the spec replicas field ".spec.size.count" cannot be empty',
    ])
  })

  const notAScale = 'Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal'
  it.each<[Resource, ScaleSubresource, JsonObject, number, string]>([
    [
      ...([deployments, ofDeployments, { spec: { replicas: -1 } }, 422] as const),
      'Scale.autoscaling "d1" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      ...([deployments, ofDeployments, { metadata: { uid: 'x' }, spec: { replicas: 1 } }, 409] as const),
      'Operation cannot be fulfilled on deployments/scale.apps "d1": Precondition failed: UID in precondition: x, UID ' +
        'in object meta: u',
    ],
    [
      ...([deployments, ofDeployments, { spec: { replicas: 'x' } }, 400] as const),
      `${notAScale} string into Go struct field ScaleSpec.spec.replicas of type int32`,
    ],
    [
      ...([deployments, ofDeployments, { spec: { replicas: 3e9 } }, 400] as const),
      `${notAScale} number 3000000000 into Go struct field ScaleSpec.spec.replicas of type int32`,
    ],
    [
      ...([deployments, ofDeployments, { spec: [] }, 400] as const),
      `${notAScale} array into Go struct field Scale.spec of type v1.ScaleSpec`,
    ],
  ])('is refused: %#', (resource, paths, scale, code, text) => {
    expect(message(() => applyScale(resource, deployment(), paths, scale))).toEqual([code, text])
  })
})
