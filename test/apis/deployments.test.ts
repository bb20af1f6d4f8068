import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cloneJson } from '../../src/meta/json-clone.js'
import type { JsonObject, KubeObject } from '../../src/meta/object.js'
import { builtin, created, refusal, updated } from '../support/builtin.js'

/**
 * What upstream's own strategy for deployments (1.36.3) makes of one with some fields set or, by null, taken away: the
 * spec with its defaults, or what is wrong with it.
 */
interface Recorded {
  readonly base?: KubeObject
  readonly set: Readonly<JsonObject>
  readonly spec?: JsonObject
  readonly errors?: readonly string[]
}

const [first, ...recorded] = readFileSync(join(import.meta.dirname, 'deployments.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded)
const base = first?.base as KubeObject
const deployment = builtin('Deployment')

function withFields(fields: Readonly<JsonObject>): KubeObject {
  const object = cloneJson(base)
  for (const [path, value] of Object.entries(fields)) {
    const names = path.split('.')
    const last = names.pop() ?? ''
    const parent = names.reduce<JsonObject>((at, name) => {
      at[name] ??= {}
      return at[name] as JsonObject
    }, object)
    if (value === null) delete parent[last]
    else parent[last] = value
  }
  return object
}

describe('deployments as upstream takes them', () => {
  const accepted = recorded.filter(({ spec }) => spec)
  it.each(accepted.map(({ set, spec }) => [JSON.stringify(set), set, spec] as const))('%s', (_, set, spec) => {
    expect(created(deployment, withFields(set)).spec).toEqual(spec)
  })
})

describe('deployments as upstream refuses them', () => {
  const refused = recorded.filter(({ errors }) => errors)
  it.each(refused.map(({ set, errors }) => [JSON.stringify(set), set, errors] as const))('%s', (_, set, errors) => {
    expect(refusal(() => created(deployment, withFields(set)))).toEqual(errors)
  })
})

describe('a deployment', () => {
  it('with nothing in it lacks what it must have', () => {
    expect(refusal(() => created(deployment, { metadata: { name: 'd2' }, spec: {} }))).toEqual([
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`',
      'spec.template.spec.containers: Required value',
    ])
  })

  it('always shows a status, and none that was sent at creation', () => {
    expect(created(deployment, { ...base, status: { replicas: 3 } }).status).toEqual({})
  })

  it('keeps zero replicas', () => {
    expect(created(deployment, withFields({ 'spec.replicas': 0 })).spec).toMatchObject({ replicas: 0 })
  })

  it('keeps its selector', () => {
    const old = created(deployment, base)
    const set = { 'spec.selector': { matchLabels: { q: 'r' } }, 'spec.template.metadata.labels': { q: 'r' } }
    expect(refusal(() => updated(deployment, withFields(set), old))).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"q":"r"}}: field is immutable',
    ])
  })

  it('counts a generation when annotations change, and not for labels', () => {
    const old = created(deployment, base)
    old.metadata.generation = 4
    const generation = (metadata: JsonObject) =>
      updated(deployment, { ...base, metadata: { name: 'd', generation: 4, ...metadata } }, old).metadata.generation
    expect(generation({ annotations: { a: 'b' } })).toBe(5)
    expect(generation({ labels: { a: 'b' } })).toBe(4)
  })

  it('has no status that contradicts itself', () => {
    const object = created(deployment, base)
    const status = { replicas: 1, readyReplicas: 2, availableReplicas: 3, updatedReplicas: -1 }
    expect(refusal(() => updated(deployment, base, { ...object, status }))).toEqual([
      'status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas',
      'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.updatedReplicas: Invalid value: -1: must be greater than or equal to 0',
    ])
  })

  it.each<[string, JsonObject, string]>([
    [
      'a text for a number',
      { spec: { replicas: 'x' } },
      'string into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      'a fraction',
      { spec: { replicas: 1.5 } },
      'number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    ['a list for a struct', { spec: [] }, 'array into Go struct field Deployment.spec of type v1.DeploymentSpec'],
    [
      'a struct for a list',
      { spec: { template: { spec: { containers: {} } } } },
      'object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
    ],
    [
      'a number for a word',
      { spec: { template: { spec: { restartPolicy: 1 } } } },
      'number into Go struct field PodSpec.spec.template.spec.restartPolicy of type v1.RestartPolicy',
    ],
    [
      'a wrong field of an embedded struct',
      { spec: { template: { spec: { volumes: [{ name: 'v', emptyDir: 1 }] } } } },
      'number into Go struct field Volume.spec.template.spec.volumes.VolumeSource.emptyDir of type v1.EmptyDirVolumeSource',
    ],
  ])('refuses %s in Go’s words', (_, body, text) => {
    const message = `Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal ${text}`
    expect(refusal(() => created(deployment, { metadata: { name: 'd' }, ...body }))).toBe(message)
  })
})
