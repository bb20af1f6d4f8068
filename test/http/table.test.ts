import { describe, expect, it } from 'vitest'
import { partialObjectMetadata, tableColumns, tableRow } from '../../src/http/table.js'
import type { KubeObject } from '../../src/meta/object.js'
import type { PrinterColumn } from '../../src/registry/definition.js'

const now = Date.parse('2026-11-20T10:13:03Z')
const rat: KubeObject = {
  apiVersion: 'r.io/v1',
  kind: 'Rat',
  metadata: { name: 'r', namespace: 'default', creationTimestamp: '2026-11-20T10:13:01Z' },
  spec: {},
}

describe('a table', () => {
  it('of a resource without columns shows name and age', () => {
    const columns = tableColumns(undefined)
    expect(columns.definitions.map(({ description, ...rest }) => [rest, description !== ''])).toEqual([
      [{ name: 'Name', type: 'string', format: 'name', priority: 0 }, true],
      [{ name: 'Age', type: 'date', format: '', priority: 0 }, true],
    ])
    expect(tableRow(rat, columns, 'Metadata', now)).toEqual({
      cells: ['r', '2s'],
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: rat.metadata },
    })
  })

  it('shows what is asked for beside the cells', () => {
    const columns = tableColumns([])
    expect(tableRow(rat, columns, 'None', now).object).toBeNull()
    expect(tableRow(rat, columns, 'Object', now, 'v1beta1').object).toBe(rat)
    expect(tableRow(rat, columns, 'Metadata', now, 'v1beta1').object).toEqual(partialObjectMetadata(rat, 'v1beta1'))
    expect(partialObjectMetadata(rat, 'v1beta1').apiVersion).toBe('meta.k8s.io/v1beta1')
  })

  it('describes the columns as upstream does', () => {
    const own: PrinterColumn[] = [
      { name: 'Size', type: 'string', jsonPath: '.spec.size', description: 'the size' },
      { name: 'Count', type: 'integer', jsonPath: '.spec.replicas', priority: 1, format: 'int32' },
    ]
    const { definitions } = tableColumns(own)
    expect(definitions.slice(1)).toEqual([
      { name: 'Size', type: 'string', format: '', description: 'the size', priority: 0 },
      {
        name: 'Count',
        type: 'integer',
        format: 'int32',
        description: 'Custom resource definition column (in JSONPath format): .spec.replicas',
        priority: 1,
      },
    ])
    expect(Object.keys(definitions[1] ?? {})).toEqual(['name', 'type', 'format', 'description', 'priority'])
    expect(tableColumns(own)).toBe(tableColumns(own))
  })

  it('refuses a path that is none', () => {
    expect(() => tableColumns([{ name: 'X', type: 'string', jsonPath: 'spec' }])).toThrow(SyntaxError)
  })
})

describe('a cell', () => {
  const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString()
  it.each<[PrinterColumn['type'], unknown, unknown]>([
    ['integer', 42, 42],
    ['integer', 3.9, 3],
    ['integer', -3.9, -3],
    ['integer', 9007199254740993n, 9007199254740993n],
    ['integer', true, null],
    ['integer', 'foo', null],
    ['integer', null, null],
    ['number', 3.14, 3.14],
    ['number', 42, 42],
    ['number', 'foo', null],
    ['boolean', true, true],
    ['boolean', false, false],
    ['boolean', 'true', null],
    ['string', 'foo', 'foo'],
    ['string', '', ''],
    ['string', 42, '42'],
    ['string', 1234567, '1234567'],
    ['string', 9007199254740993n, '9007199254740993'],
    ['string', 3.14, '3.14'],
    ['string', 1234567.5, '1.2345675e+06'],
    ['string', 0.00001, '1e-05'],
    ['string', true, 'true'],
    ['string', null, '<no value>'],
    ['string', ['bar', 'baz'], '["bar","baz"]'],
    ['string', { b: [1n], a: '<&>' }, '{"a":"\\u003c\\u0026\\u003e","b":[1]}'],
    ['date', ago(2), '2s'],
    ['date', ago(123), '2m3s'],
    ['date', ago(12.5 * 3600), '12h'],
    ['date', ago(-12.5 * 3600), '<invalid>'],
    ['date', '2026-11-20T12:13:01+02:00', '2s'],
    ['date', '', '<unknown>'],
    ['date', 'soon', '<invalid>'],
    ['date', 42, null],
  ])('of type %s (%#)', (type, value, expected) => {
    const columns = tableColumns([{ name: 'X', type, jsonPath: '.spec.x' }])
    const object = { ...rat, spec: { x: value } }
    expect(tableRow(object, columns, 'None', now).cells).toEqual(['r', expected])
  })

  it.each(['string', 'integer', 'number', 'boolean', 'date'] as const)('of type %s is null without a value', (type) => {
    const columns = tableColumns([{ name: 'X', type, jsonPath: '.spec.x[0].y' }])
    expect(tableRow(rat, columns, 'None', now).cells).toEqual(['r', null])
  })

  it('shows the first of several values', () => {
    const object = { ...rat, spec: { servers: [{ hosts: ['foo'] }, { hosts: ['bar', 'baz'] }] } }
    const columns = tableColumns([{ name: 'X', type: 'string', jsonPath: '.spec.servers[*].hosts' }])
    expect(tableRow(object, columns, 'None', now).cells).toEqual(['r', '["foo"]'])
  })

  it('finds a condition', () => {
    const jsonPath = '.status.conditions[?(@.type=="Ready")].status'
    const columns = tableColumns([{ name: 'Ready', type: 'string', jsonPath }])
    const cells = (conditions: unknown) => tableRow({ ...rat, status: { conditions } }, columns, 'None', now).cells[1]
    expect(
      cells([
        { type: 'Baked', status: 'x' },
        { type: 'Ready', status: 'True' },
      ]),
    ).toBe('True')
    expect(cells([])).toBeNull()
    expect(cells(undefined)).toBeNull()
  })
})
