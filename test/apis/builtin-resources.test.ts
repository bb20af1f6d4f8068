import { describe, expect, it } from 'vitest'
import { builtinResources } from '../../src/apis/builtin-resources.js'
import { kindType } from '../../src/apis/facts/kind-types.js'
import { columnFacts } from '../../src/apis/facts/printer-columns.js'
import { allResourceFacts } from '../../src/apis/facts/resource-facts.js'
import { typeSchema } from '../../src/apis/facts/type-schema.js'
import { tableColumns, tableRow } from '../../src/http/table.js'
import { formatApiVersion } from '../../src/meta/gvk.js'
import type { KubeObject } from '../../src/meta/object.js'
import { Registry } from '../../src/registry/registry.js'
import type { Schema } from '../../src/schema/schema.js'
import { builtin } from '../support/builtin.js'

const now = Date.parse('2024-01-01T00:05:00Z')

/** The schema that a path of properties and items leads to. */
function at(schema: Schema, ...path: string[]): Schema {
  return path.reduce<Schema>((s, name) => (name === '[]' ? s.items : s.properties?.[name]) ?? {}, schema)
}

function row(kind: string, object: Partial<KubeObject>): unknown[] {
  const resource = builtin(kind)
  const metadata = { name: 'a', creationTimestamp: '2024-01-01T00:00:00Z' }
  const whole = { apiVersion: resource.apiVersion, kind, metadata, ...object }
  return tableRow(whole, tableColumns(resource.version.printerColumns), 'None', now).cells
}

describe('every kind in the data', () => {
  it.each(allResourceFacts().map((facts) => [formatApiVersion(facts), facts.kind, facts] as const))(
    '%s %s',
    (apiVersion, kind, facts) => {
      const type = kindType({ apiVersion, kind })
      expect(type?.go).toBe(`${facts.version}.${kind}`)
      if (type) expect(typeSchema(type).properties).toHaveProperty('metadata')
      expect(columnFacts(facts).length).toBeGreaterThan(0)
      for (const { group = facts.group, version = facts.version, kind: own = kind } of facts.subresources ?? []) {
        expect(kindType({ apiVersion: formatApiVersion({ group, version }), kind: own })).toBeDefined()
      }
    },
  )

  it('is of a stable version', () => {
    expect(allResourceFacts().filter(({ version }) => !/^v\d+$/.test(version))).toEqual([])
  })
})

describe('all resources that are stored', () => {
  const all = builtinResources()

  it('can be served, in all their versions', () => {
    const registry = new Registry()
    for (const definition of all) registry.add(definition)
    const versions = registry.stored('autoscaling', 'horizontalpodautoscalers')?.definition.versions
    expect(versions?.map(({ name, storage }) => [name, storage])).toEqual([
      ['v2', true],
      ['v1', false],
    ])
    expect(registry.allGroups().map(({ name }) => name)).toContain('rbac.authorization.k8s.io')
    expect(registry.stored('authentication.k8s.io', 'tokenreviews')).toBeUndefined()
  })

  it.each(
    all.flatMap(({ names, versions }) => versions.map((version) => [names.kind, version.name, version] as const)),
  )('%s %s takes an object with nothing in it', (_kind, _name, version) => {
    const object: KubeObject = { apiVersion: '', kind: '', metadata: { name: 'a' } }
    version.decode?.(object)
    version.setDefaults?.(object)
    expect(version.schema.type).toBe('object')
    const columns = tableColumns(version.printerColumns)
    expect(tableRow(object, columns, 'None', now).cells).toHaveLength(columns.definitions.length)
  })
})

describe('types by kind', () => {
  it.each<[string, string, string | undefined]>([
    ['v1', 'Pod', 'core.v1.Pod'],
    ['v1', 'PodList', 'core.v1.PodList'],
    ['rbac.authorization.k8s.io/v1', 'Role', 'rbac.v1.Role'],
    ['authentication.k8s.io/v1', 'TokenRequest', 'authentication.v1.TokenRequest'],
    ['autoscaling/v1', 'Scale', 'autoscaling.v1.Scale'],
    ['policy/v1', 'Eviction', 'policy.v1.Eviction'],
    ['v1', 'DeleteOptions', 'meta.v1.DeleteOptions'],
    ['apps/v1', 'DeleteOptions', 'meta.v1.DeleteOptions'],
    ['meta.k8s.io/v1', 'PartialObjectMetadataList', 'meta.v1.PartialObjectMetadataList'],
    ['core/v1', 'Pod', undefined],
    ['v1', 'PodSpec', undefined],
    ['v1', 'LabelSelector', undefined],
    ['x.io/v1', 'DeleteOptions', undefined],
    ['v1', '', undefined],
    ['__proto__', 'constructor', undefined],
  ])('%s %s', (apiVersion, kind, name) => expect(kindType({ apiVersion, kind })?.name).toBe(name))
})

describe('definitions', () => {
  it('have what discovery tells', () => {
    expect(builtin('Deployment').definition).toMatchObject({
      names: { singular: 'deployment', shortNames: ['deploy'], categories: ['all'] },
      scope: 'Namespaced',
      versions: [{ name: 'v1', served: true, storage: true }],
    })
    expect(builtin('Namespace').definition).toMatchObject({ names: { shortNames: ['ns'] }, scope: 'Cluster' })
  })

  it('have rules', () => {
    expect(builtin('Deployment').definition.rules).toMatchObject({
      builtin: true,
      noGeneration: false,
      createOnUpdate: false,
    })
    expect(builtin('Lease').definition.rules).toMatchObject({ unconditionalUpdate: false, createOnUpdate: true })
    expect(builtin('ServiceAccount').definition.rules).toMatchObject({ returnsDeletedObject: true, noGeneration: true })
    expect(builtin('Namespace').definition.rules).toMatchObject({ noDeleteCollection: true, nameRule: 'label' })
    expect(builtin('Secret').version.selectableFields).toMatchObject([{ name: 'type' }])
  })

  it('have subresources', () => {
    expect(builtin('Namespace').version.subresources).toEqual({ status: true, finalize: true })
    expect(Object.keys(builtin('Deployment').version.subresources ?? {})).toEqual(['status', 'scale'])
    expect(builtin('ConfigMap').version.subresources).toEqual({})
  })
})

describe('schemas', () => {
  const { schema } = builtin('Deployment').version
  const pod = at(schema, 'spec', 'template', 'spec')

  it('say how lists merge', () => {
    expect(at(pod, 'containers')).toMatchObject({
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-patch-strategy': 'merge',
    })
    expect(at(pod, 'volumes')['x-kubernetes-patch-strategy']).toBe('merge,retainKeys')
    expect(at(schema, 'spec', 'strategy')['x-kubernetes-patch-strategy']).toBe('retainKeys')
    expect(at(pod, 'containers', '[]', 'ports')['x-kubernetes-list-map-keys']).toEqual(['containerPort', 'protocol'])
    expect(at(pod, 'containers', '[]', 'ports', '[]', 'protocol')).toEqual({ type: 'string', default: 'TCP' })
    expect(at(pod, 'containers', '[]', 'command')['x-kubernetes-list-type']).toBe('atomic')
  })

  it('say how maps merge', () => {
    expect(at(schema, 'spec', 'selector')['x-kubernetes-map-type']).toBe('atomic')
    expect(at(pod, 'nodeSelector')['x-kubernetes-map-type']).toBe('atomic')
  })

  it('have the fields of embedded structs', () => {
    expect(at(pod, 'volumes', '[]', 'configMap', 'name')).toEqual({ type: 'string' })
  })

  it('share what types share, and are made once', () => {
    expect(builtin('Deployment').version.schema).toBe(schema)
    expect(at(pod, 'containers', '[]')).toBe(at(pod, 'initContainers', '[]'))
  })

  it('end although a type contains itself', () => {
    const crd = kindType({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' })
    if (!crd) throw new Error('no CustomResourceDefinition')
    const props = at(typeSchema(crd), 'spec', 'versions', '[]', 'schema', 'openAPIV3Schema')
    expect(at(props, 'not').properties).toBe(props.properties)
  })
})

describe('tables', () => {
  it.each<[string, Partial<KubeObject>, unknown[]]>([
    ['ConfigMap', { data: { a: '1' }, binaryData: { b: 'AA==', c: 'AA==' } }, ['a', 3, '5m']],
    ['ConfigMap', { metadata: { name: 'x' } }, ['x', 0, '<unknown>']],
    ['Secret', { type: 'Opaque', data: { a: 'MQ==' } }, ['a', 'Opaque', 1, '5m']],
    ['ServiceAccount', { secrets: [{}, {}] }, ['a', '5m']],
    ['Lease', { spec: { holderIdentity: 'me' } }, ['a', 'me', '5m']],
    ['Lease', {}, ['a', '', '5m']],
    ['Namespace', { status: { phase: 'Active' } }, ['a', 'Active', '5m']],
    [
      'Deployment',
      {
        spec: {
          replicas: 2,
          selector: {
            matchLabels: { b: 'c' },
            matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['y', 'x'] }],
          },
          template: {
            spec: {
              containers: [
                { name: 'c', image: 'nginx' },
                { name: 'd', image: 'x:1' },
              ],
            },
          },
        },
        status: { readyReplicas: 1, updatedReplicas: 2 },
      },
      ['a', '1/2', 2, 0, '5m', 'c,d', 'nginx,x:1', 'a notin (x,y),b=c'],
    ],
  ])('of %s %j', (kind, object, expected) => expect(row(kind, object)).toEqual(expected))

  it('have upstream’s columns', () => {
    const { definitions } = tableColumns(builtin('Deployment').version.printerColumns)
    expect(definitions.map(({ name, priority }) => `${name} ${priority}`)).toEqual([
      ...['Name 0', 'Ready 0', 'Up-to-date 0', 'Available 0', 'Age 0', 'Containers 1', 'Images 1', 'Selector 1'],
    ])
  })
})
