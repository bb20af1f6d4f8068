import { describe, expect } from 'vitest'
import { checkError, type ErrorRow } from '../support/error-rows.js'
import { pizza, restaurant } from '../support/restaurant.js'
import { test as it } from '../support/server-test.js'

const pizzas = restaurant.pizzas()
const bodyTypes = 'application/json, application/yaml'
const yaml = { 'content-type': 'application/yaml' }

const rows: readonly ErrorRow[] = [
  {
    what: 'E10: bad JSON',
    ...{ method: 'POST', path: pizzas, body: '{"a":', code: 400, reason: 'BadRequest' },
    message:
      /^(the object provided is unrecognized|error decoding|unable to (decode|parse)|couldn't|Pizza in version|unexpected)/,
  },
  {
    what: 'V12: a custom resource without a kind',
    ...{ method: 'POST', path: pizzas, body: { metadata: { name: 'a' } }, code: 400, reason: 'BadRequest' },
    message: /Object 'Kind' is missing in/,
  },
  {
    what: 'V12: another kind',
    ...{ method: 'POST', path: pizzas, body: { ...pizza('a'), kind: 'Pasta' }, code: 422, reason: 'Invalid' },
    message: /kind: Invalid value: "Pasta": must be Pizza/,
  },
  {
    what: 'V12: another version',
    ...{ method: 'POST', path: pizzas, body: { ...pizza('a'), apiVersion: 'v1' }, code: 400, reason: 'BadRequest' },
    message: 'the API version in the data (v1) does not match the expected API version (restaurant.wukong.com/v1beta1)',
  },
  {
    what: 'V24: another namespace in the body',
    ...{
      method: 'POST',
      path: pizzas,
      body: pizza('a', { namespace: 'kube-system' }),
      code: 400,
      reason: 'BadRequest',
    },
    message: 'the namespace of the provided object does not match the namespace sent on the request',
  },
  {
    what: 'V24: another name in the body',
    ...{ method: 'PUT', path: `${pizzas}/there`, body: pizza('other', { resourceVersion: '1' }) },
    ...{ code: 400, reason: 'BadRequest' },
    message: 'the name of the object (other) does not match the name on the URL (there)',
  },
  {
    what: 'E11: a body of an unknown type',
    ...{ method: 'POST', path: pizzas, body: 'x', headers: { 'content-type': 'text/plain' } },
    ...{ code: 415, reason: 'UnsupportedMediaType' },
    message: new RegExp(
      `^the body of the request was in an unknown format - accepted media types include: ${bodyTypes}`,
    ),
  },
  {
    what: 'E11: a patch of an unknown type',
    ...{ method: 'PATCH', path: `${pizzas}/there`, body: {}, headers: { 'content-type': 'application/json' } },
    ...{ code: 415, reason: 'UnsupportedMediaType' },
    message: /application\/json-patch\+json, application\/merge-patch\+json/,
  },
  {
    what: 'P01: a strategic merge patch of a custom resource',
    ...{ method: 'PATCH', path: `${pizzas}/there`, body: {}, code: 415, reason: 'UnsupportedMediaType' },
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    message: /^the body of the request was in an unknown format/,
  },
  {
    what: 'E12: an answer in an unknown type',
    ...{ method: 'GET', path: pizzas, headers: { accept: 'text/html' }, code: 406, reason: 'NotAcceptable' },
    message: /^only the following media types are accepted: application\/json/,
  },
  {
    what: 'E12: an unknown form of a known type',
    ...{ method: 'GET', path: pizzas, code: 406, reason: 'NotAcceptable' },
    headers: { accept: 'application/json;as=Chart;v=v1;g=meta.k8s.io' },
    message: /^only the following media types are accepted: /,
  },
  {
    what: 'C11: a list asked for of one object',
    ...{ method: 'GET', path: `${pizzas}/there`, code: 406, reason: 'NotAcceptable' },
    headers: { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' },
    message: /^you requested PartialObjectMetadataList, but the requested object is not a list/,
  },
  {
    what: 'P02: a JSON patch that can’t be applied',
    ...{ method: 'PATCH', path: `${pizzas}/there`, body: [{ op: 'remove', path: '/spec/nothing' }] },
    headers: { 'content-type': 'application/json-patch+json' },
    ...{ code: 422, reason: 'Invalid', details: {} },
    message: 'the server rejected our request due to an error in our request',
  },
  {
    what: 'P02: a JSON patch that is no list',
    ...{ method: 'PATCH', path: `${pizzas}/there`, body: '{}', code: 400, reason: 'BadRequest' },
    headers: { 'content-type': 'application/json-patch+json' },
    message: /^error decoding patch: /,
  },
  {
    what: 'P03: a merge patch that is no JSON',
    ...{ method: 'PATCH', path: `${pizzas}/there`, body: '{"a', code: 400, reason: 'BadRequest' },
    headers: { 'content-type': 'application/merge-patch+json' },
    message: /^error decoding patch: /,
  },
  {
    what: 'P05: force without apply',
    ...{ method: 'PATCH', path: `${pizzas}/there?force=true`, body: '{}', code: 422, reason: 'Invalid' },
    headers: { 'content-type': 'application/merge-patch+json' },
    message: 'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
  },
  {
    what: 'V08: another dryRun',
    ...{ method: 'POST', path: `${pizzas}?dryRun=Foo`, body: pizza('a'), code: 422, reason: 'Invalid' },
    message: 'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Foo"]: supported values: "All"',
  },
  {
    what: 'F01: another fieldValidation',
    ...{ method: 'POST', path: `${pizzas}?fieldValidation=Foo`, body: pizza('a'), code: 422, reason: 'Invalid' },
    message:
      'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Foo": supported values: "", "Ignore", "Strict", "Warn"',
  },
  {
    what: 'F03: unknown and duplicate fields, strictly',
    ...{ method: 'POST', path: `${pizzas}?fieldValidation=Strict`, code: 400, reason: 'BadRequest' },
    body: '{"apiVersion":"restaurant.wukong.com/v1beta1","kind":"Pizza","metadata":{"name":"a"},"spec":{"zz":1,"toppings":[{"name":"x","quantity":1,"quantity":2}]}}',
    message:
      'Pizza in version "v1beta1" cannot be handled as a Pizza: strict decoding error: duplicate field "spec.toppings[0].quantity", unknown field "spec.zz"',
  },
  {
    what: 'F03: a duplicate key in YAML, strictly',
    ...{ method: 'POST', path: `${pizzas}?fieldValidation=Strict`, headers: yaml, code: 400, reason: 'BadRequest' },
    body: 'apiVersion: restaurant.wukong.com/v1beta1\nkind: Pizza\nmetadata:\n  name: a\n  name: b\n',
    message: /strict decoding error: yaml: unmarshal errors:\n {2}line 5: key "name" already set in map/,
  },
  {
    what: 'L09: a state of the future',
    ...{ method: 'GET', path: `${pizzas}?resourceVersion=99999999999`, code: 504, reason: 'Timeout' },
    message: /^Timeout: Too large resource version: 99999999999, current: \d+$/,
  },
  {
    what: 'L06: a continue token that is none',
    ...{ method: 'GET', path: `${pizzas}?continue=xyz`, code: 400, reason: 'BadRequest' },
    message: /^invalid continue token|^continue key is not valid/,
  },
  {
    what: 'L10: a match without a resourceVersion',
    ...{ method: 'GET', path: `${pizzas}?resourceVersionMatch=Exact`, code: 422, reason: 'Invalid' },
    message:
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
  },
  {
    what: 'L21: a label selector that is none',
    ...{ method: 'GET', path: `${pizzas}?labelSelector=env%3E%3D3`, code: 400, reason: 'BadRequest' },
    message: /unable to parse requirement: found '=', expected: identifier/,
  },
  {
    what: 'L30: a field selector that is none',
    ...{ method: 'GET', path: `${pizzas}?fieldSelector=metadata.name`, code: 400, reason: 'BadRequest' },
    message: /invalid selector: 'metadata\.name'; can't understand 'metadata\.name'/,
  },
  {
    what: 'L33: a field that selectors do not know',
    ...{ method: 'GET', path: `${pizzas}?fieldSelector=spec.foo%3Da`, code: 400, reason: 'BadRequest' },
    message: /field label not supported: spec\.foo/,
  },
  {
    what: 'V09: a number that is none',
    ...{ method: 'GET', path: `${pizzas}?limit=abc`, code: 400, reason: 'BadRequest' },
    message: /strconv\.ParseInt: parsing "abc": invalid syntax/,
  },
  {
    what: 'V43: a precondition on another uid',
    ...{ method: 'DELETE', path: `${pizzas}/there`, body: { preconditions: { uid: 'zz' } } },
    ...{ code: 409, reason: 'Conflict' },
    message:
      /^Operation cannot be fulfilled on Pizza\S* "there": the UID in the precondition \(zz\) does not match the UID in record \([0-9a-f-]{36}\)\. The object might have been deleted and then recreated$/,
  },
  {
    what: 'V43: a precondition on another resourceVersion',
    ...{ method: 'DELETE', path: `${pizzas}/there`, body: { preconditions: { resourceVersion: '1' } } },
    ...{ code: 409, reason: 'Conflict' },
    message:
      /the ResourceVersion in the precondition \(1\) does not match the ResourceVersion in record \(\d+\)\. The object might have been modified$/,
  },
  {
    what: 'V54: deleting the default namespace',
    ...{ method: 'DELETE', path: '/api/v1/namespaces/default', code: 403, reason: 'Forbidden' },
    message: 'namespaces "default" is forbidden: this namespace may not be deleted',
  },
]

describe('requests that are not understood', () => {
  it.beforeAll(async ({ api }) => {
    await api.post(pizzas, pizza('there'))
  })

  it.for(rows)('$what', (row, { api }) => checkError(api, row))

  it('V33: creating with a resourceVersion', async ({ api }) => {
    const answer = await api.post(pizzas, pizza('a', { resourceVersion: '5' }))
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.json()).toMatchObject({ message: 'resourceVersion should not be set on objects to be created' })
  })
})
