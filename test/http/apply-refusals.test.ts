import { describe, expect } from 'vitest'
import { apply, configMap, core } from '../support/core-objects.js'
import { checkError, type ErrorRow } from '../support/error-rows.js'
import { created } from '../support/expect-answer.js'
import { testAlone as it } from '../support/server-test.js'

const yaml = { 'content-type': 'application/apply-patch+yaml' }
const there = '/api/v1/namespaces/default/configmaps/there'
const patch = { method: 'PATCH', path: `${there}?fieldManager=m1`, headers: yaml }
const thereMap = (more: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'there' }, ...more })
const untyped = 'failed to create typed patch object (/there; /v1, Kind=ConfigMap)'

const rows: readonly ErrorRow[] = [
  {
    what: 'S01: without a field manager',
    ...{ ...patch, path: there, body: thereMap(), code: 422, reason: 'Invalid' },
    message: 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  },
  {
    what: 'S01: of another kind',
    ...{ ...patch, body: thereMap({ kind: 'Secret' }), code: 400, reason: 'BadRequest' },
    message: 'invalid object type: /v1, Kind=Secret',
  },
  {
    what: 'S01: of another name',
    ...{ ...patch, body: thereMap({ metadata: { name: 'other' } }), code: 400, reason: 'BadRequest' },
    message: 'the name of the object (other) does not match the name on the URL (there)',
  },
  {
    what: 'S01: with managedFields, even none',
    ...{ ...patch, body: thereMap({ metadata: { managedFields: [] } }), code: 400, reason: 'BadRequest' },
    message: 'metadata.managedFields must be nil',
  },
  {
    what: 'S01: with managedFields',
    ...{ ...patch, body: thereMap({ metadata: { managedFields: [{ manager: 'x' }] } }), code: 400 },
    ...{ reason: 'BadRequest', message: 'metadata.managedFields must be nil' },
  },
  {
    what: 'S01: of a key twice, strictly',
    ...{ ...patch, path: `${patch.path}&fieldValidation=Strict`, code: 400, reason: 'BadRequest' },
    body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: there}\ndata: {b: "1"}\ndata: {b: "1"}\n',
    message:
      'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 5: key "data" already set in map',
  },
  {
    what: 'S02: of an old state',
    ...{ ...patch, body: thereMap({ metadata: { resourceVersion: '1' } }), code: 409, reason: 'Conflict' },
    message:
      'Operation cannot be fulfilled on configmaps "there": the object has been modified; please apply your changes to the latest version and try again',
  },
]

describe('an apply that is refused', () => {
  it.beforeAll(async ({ api }) => {
    created(await api.post(core.configMaps('default'), configMap('there', { a: '1' })))
  })

  it.for(rows)('$what', (row, { api }) => checkError(api, row))

  it.for([
    ['an unknown field', { bogus: 1 }, `${untyped}: .bogus: field not declared in schema`],
    ['a wrong type', { data: { b: 1 } }, `${untyped}: .data.b: expected string, got &value.valueUnstructured{Value:1}`],
  ] as const)('S10: %s', async ([, more, message], { api }) => {
    const answer = await apply(api, there, 'm1', thereMap(more))
    expect(answer.status).toBe(500)
    expect(answer.json()).toMatchObject({ status: 'Failure', message })
  })
})
