import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/meta/object.js'
import { decodeBuiltin } from '../../src/registry/decode-builtin.js'
import { Resource } from '../../src/registry/resource.js'
import { builtin, refusal } from '../support/builtin.js'

describe('a body of a kind of Kubernetes’ own', () => {
  it('is read as the kind’s type, and its metadata left alone', () => {
    const object: JsonObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 1 },
      data: { a: null },
      immutable: null,
    }
    decodeBuiltin(builtin('ConfigMap'), object)
    expect(object).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 1 }, data: { a: '' } })
  })

  it('is refused by its kind and version', () => {
    expect(refusal(() => decodeBuiltin(builtin('ConfigMap'), { data: [] }))).toBe(
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal array into Go struct field ' +
        'ConfigMap.data of type map[string]string',
    )
  })
})

describe('a body of another kind', () => {
  it('stays as it is', () => {
    const version = { name: 'v1', served: true, storage: true, schema: { type: 'object' } } as const
    const names = { plural: 'rats', singular: 'rat', kind: 'Rat' }
    const rats = new Resource({ group: 'r.io', names, scope: 'Cluster', versions: [version] }, version)
    const object = { spec: null, data: 5 }
    decodeBuiltin(rats, object)
    expect(object).toEqual({ spec: null, data: 5 })
  })
})
