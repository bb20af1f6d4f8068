import { describe, expect, it } from 'vitest'
import { kindType } from '../../src/apis/facts/kind-types.js'
import { typeSchema } from '../../src/apis/facts/type-schema.js'
import { allBut, type ManagedKind } from '../../src/apply/managed-kind.js'
import { emptyStruct } from '../../src/codec/typed/empty-struct.js'
import type { StructType } from '../../src/codec/typed/type.js'
import type { JsonObject } from '../../src/meta/object.js'
import { recordedEntries, shownEntries } from './recorded-entries.js'
import { lives } from './recorded-lives.js'
import { TrackedObject } from './scenario.js'

/** The kind by the data of Kubernetes' own types instead of the test's schema. */
function builtin({ apiVersion, kind }: ManagedKind): ManagedKind {
  const type = kindType({ apiVersion, kind }) as StructType
  const schema = typeSchema(type)
  const schemaOf = (version: string) => (version === apiVersion ? schema : undefined)
  return { apiVersion, kind, schemaOf, empty: { ...emptyStruct(type), apiVersion, kind, metadata: {} } }
}

describe('with the types in the data, managedFields are those of kube-apiserver', () => {
  it.each(lives.filter(({ kind }) => kind.kind !== 'Pizza'))('$name', async ({ kind, steps }) => {
    const tracked = new TrackedObject(builtin(kind))
    for (const { id, ...step } of steps) {
      const object = await tracked.take(step)
      if (id !== undefined) expect(shownEntries(object), `${id}`).toEqual(recordedEntries(`${id}`))
    }
  })

  it.each<[number, string, string, JsonObject]>([
    [
      471,
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      {
        metadata: { name: 'pizzas.restaurant.x.io' },
        spec: {
          conversion: { strategy: 'None' },
          group: 'restaurant.x.io',
          names: {
            ...{ categories: ['all', 'food'], kind: 'Pizza', listKind: 'PizzaList' },
            ...{ plural: 'pizzas', shortNames: ['pz'], singular: 'pizza' },
          },
          scope: 'Namespaced',
          versions: [{ name: 'v1', served: true, storage: true }],
        },
      },
    ],
    [
      428,
      'rbac.authorization.k8s.io/v1',
      'Role',
      { metadata: { name: 'r1' }, rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }] },
    ],
    [
      429,
      'rbac.authorization.k8s.io/v1',
      'RoleBinding',
      {
        metadata: { name: 'r1' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r1' },
        subjects: [{ kind: 'User', name: 'alice', apiGroup: 'rbac.authorization.k8s.io' }],
      },
    ],
    [259, 'v1', 'Namespace', { metadata: { name: 'lst', labels: { 'kubernetes.io/metadata.name': 'lst' } } }],
  ])('%i, a new %s %s', async (id, apiVersion, kind, update) => {
    const tracked = new TrackedObject(builtin({ apiVersion, kind, schemaOf: () => undefined }))
    expect(shownEntries(await tracked.take({ as: '', mayOwn: allBut('status'), update }))).toEqual(
      recordedEntries(`${id}`),
    )
  })

  it('a Deployment has its structs from the start, and null for what it must have', () => {
    const { spec, ...rest } = emptyStruct(kindType({ apiVersion: 'apps/v1', kind: 'Deployment' }) as StructType)
    expect(rest).toEqual({ metadata: {}, status: {} })
    expect(spec).toEqual({ selector: null, strategy: {}, template: { metadata: {}, spec: { containers: null } } })
  })
})
