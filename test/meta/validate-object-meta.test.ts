import { describe, expect, it } from 'vitest'
import { formatFieldError } from '../../src/meta/field-error.js'
import type { ObjectMeta } from '../../src/meta/object.js'
import {
  finalizerWarnings,
  type ObjectMetaRules,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '../../src/meta/validate-object-meta.js'

const good: ObjectMeta = { name: 'a', namespace: 'default' }
const key =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
  "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const labelValue =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'n', uid: '1' }

describe('metadata of a new object', () => {
  it.each<[string, ObjectMeta, Partial<ObjectMetaRules>, string[]]>([
    ['right', good, {}, []],
    ['no name', { namespace: 'default' }, {}, ['metadata.name: Required value: name or generateName is required']],
    ['a bad name', { ...good, name: 'Bad_' }, {}, [`metadata.name: Invalid value: "Bad_": ${subdomain}`]],
    [
      'a bad generateName',
      { ...good, generateName: 'XY-', name: 'x-1' },
      {},
      [`metadata.generateName: Invalid value: "XY-": ${subdomain}`],
    ],
    ['a generateName that ends in a hyphen', { ...good, generateName: 'gen-' }, {}, []],
    [
      'a dot where a label is wanted',
      { ...good, name: 'a.b' },
      { nameRule: 'label' },
      ['metadata.name: Invalid value: "a.b": must not contain dots'],
    ],
    ['a path segment', { ...good, name: 'system:a', generateName: '..' }, { nameRule: 'path-segment' }, []],
    [
      'a bad path segment',
      { ...good, name: 'a/b' },
      { nameRule: 'path-segment' },
      ['metadata.name: Invalid value: "a/b": may not contain \'/\''],
    ],
    ['no namespace', { name: 'a' }, {}, ['metadata.namespace: Required value']],
    ['no namespace at cluster scope', { name: 'a' }, { namespaced: false }, []],
    [
      'a namespace at cluster scope',
      good,
      { namespaced: false },
      ['metadata.namespace: Forbidden: not allowed on this type'],
    ],
    [
      'bad labels',
      { ...good, labels: { 'bad key!': 'x', ok: 'bad value!' } },
      {},
      [
        `metadata.labels: Invalid value: "bad key!": ${key}`,
        `metadata.labels: Invalid value: "bad value!": ${labelValue}`,
      ],
    ],
    ['annotation keys in any case', { ...good, annotations: { 'Example.COM/A': 'any thing!' } }, {}, []],
    [
      'a bad annotation',
      { ...good, annotations: { 'bad key!': 'x' } },
      {},
      [`metadata.annotations: Invalid value: "bad key!": ${key}`],
    ],
    ['256 KiB of annotations', { ...good, annotations: { a: 'é'.repeat(131071), b: '' } }, {}, []],
    [
      'more than 256 KiB of annotations',
      { ...good, annotations: { a: 'é'.repeat(131072) } },
      {},
      ['metadata.annotations: Too long: may not be more than 262144 bytes'],
    ],
    [
      'an owner without anything',
      { ...good, ownerReferences: [{ apiVersion: '', kind: '', name: '', uid: '' }] },
      {},
      [
        'metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty',
        'metadata.ownerReferences.kind: Invalid value: "": must not be empty',
        'metadata.ownerReferences.name: Invalid value: "": must not be empty',
        'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
      ],
    ],
    [
      'an Event as owner',
      { ...good, ownerReferences: [{ uid: '1', name: 'n', kind: 'Event', apiVersion: 'v1' }] },
      {},
      [
        'metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"n","uid":"1"}: /v1, Kind=Event is disallowed from being an owner',
      ],
    ],
    [
      'two controllers',
      {
        ...good,
        ownerReferences: [
          { ...owner, controller: true },
          { ...owner, name: 'm', uid: '2', controller: true },
        ],
      },
      {},
      [
        'metadata.ownerReferences: Invalid value: [{"apiVersion":"v1","kind":"ConfigMap","name":"n","uid":"1","controller":true},{"apiVersion":"v1","kind":"ConfigMap","name":"m","uid":"2","controller":true}]: Only one reference can have Controller set to true. Found "true" in references for ConfigMap/n and ConfigMap/m',
      ],
    ],
    ['finalizers', { ...good, finalizers: ['example.com/f', 'orphan', 'nodomain'] }, {}, []],
    [
      'a bad finalizer',
      { ...good, finalizers: ['bad one'] },
      {},
      [`metadata.finalizers: Invalid value: "bad one": ${key}`],
    ],
    [
      'a finalizer without a domain on a built-in kind',
      { ...good, finalizers: ['kubernetes', 'nodomain'] },
      { qualifiedFinalizers: true },
      [
        'metadata.finalizers[1]: Invalid value: "nodomain": name is neither a standard finalizer name nor is it fully qualified',
      ],
    ],
    [
      'two deletion policies',
      { ...good, finalizers: ['orphan', 'foregroundDeletion'] },
      {},
      [
        'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
      ],
    ],
    [
      'a negative generation',
      { ...good, generation: -1 },
      {},
      ['metadata.generation: Invalid value: -1: must be greater than or equal to 0'],
    ],
  ])('%s', (_, meta, rules, expected) => {
    const found = validateObjectMeta(meta, { namespaced: true, nameRule: 'subdomain', ...rules })
    expect(found.map(formatFieldError)).toEqual(expected)
  })
})

describe('metadata of an update', () => {
  const old: ObjectMeta = { ...good, uid: 'u', creationTimestamp: '2020-01-01T00:00:00Z', finalizers: ['a/b', 'c/d'] }
  const deleting: ObjectMeta = { ...old, deletionTimestamp: '2020-01-02T00:00:00Z', deletionGracePeriodSeconds: 0 }

  it.each<[string, ObjectMeta, ObjectMeta, string[]]>([
    ['the same', { ...old }, old, []],
    ['new labels', { ...old, labels: { a: 'b' }, finalizers: ['x/y'] }, old, []],
    ['another name', { ...old, name: 'b' }, old, ['metadata.name: Invalid value: "b": field is immutable']],
    ['no namespace', { ...old, namespace: '' }, old, ['metadata.namespace: Invalid value: "": field is immutable']],
    ['another uid', { ...old, uid: '1' }, old, ['metadata.uid: Invalid value: "1": field is immutable']],
    [
      'a deletionTimestamp',
      { ...old, deletionTimestamp: '2001-01-01T00:00:00Z' },
      old,
      ['metadata.deletionTimestamp: Invalid value: "2001-01-01T00:00:00Z": field is immutable'],
    ],
    [
      'a grace period',
      { ...old, deletionGracePeriodSeconds: 5 },
      old,
      ['metadata.deletionGracePeriodSeconds: Invalid value: 5: field is immutable'],
    ],
    ['a finalizer less while deleting', { ...deleting, finalizers: ['a/b'] }, deleting, []],
    [
      'new finalizers while deleting',
      { ...deleting, finalizers: ['z/y', 'a/b', 'x/y'] },
      deleting,
      [
        'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"x/y", "z/y"}',
      ],
    ],
  ])('%s', (_, next, before, expected) => {
    expect(validateObjectMetaUpdate(next, before).map(formatFieldError)).toEqual(expected)
  })
})

describe('finalizers of a custom resource', () => {
  const unqualified =
    'prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers'
  const withoutPath = unqualified.replace(' name ', ' name including a path (/) ')
  it.each<[string[], string[], [string, string][]]>([
    [['example.com/f', 'orphan'], [], []],
    [
      ['b', 'a', 'b'],
      [],
      [
        ['a', unqualified],
        ['b', unqualified],
      ],
    ],
    [['b.io', 'a'], ['a'], [['b.io', withoutPath]]],
  ])('%j, before %j: warns of %j', (next, old, warnings) => {
    const texts = warnings.map(([name, why]) => `metadata.finalizers: "${name}": ${why}`)
    expect(finalizerWarnings({ finalizers: next }, { finalizers: old })).toEqual(texts)
  })
})
