import type { KubeObject } from '../../src/meta/object.js'
import type { Headers } from '../support/http.js'

/** A kind in two versions, and what the rows below say of it. */
export interface KindCase {
  readonly group: string
  readonly kind: string
  readonly plural: string
  /** The stored version, and the other one. */
  readonly versions: readonly [string, string]
  /** A spec, as it is with defaults, and as it is in the other version. */
  readonly spec: object
  readonly defaulted: object
  readonly other: object
  /** Members of the spec that are refused, with what is said. */
  readonly wrong: readonly [object, string]
  /** A merge patch of the spec and a JSON patch, and what comes of them. */
  readonly merge: readonly [object, object]
  readonly json: readonly [object[], object]
  /** A spec to be applied, another that conflicts, and the field that they are about. */
  readonly applied: readonly [object, object, string]
  readonly status: object
  readonly columns: readonly string[]
}

/** A request and what its answer must be: `message` is a part of it; `answer` is matched. `path` follows the collection. */
export interface Row {
  readonly what: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly headers?: Headers
  readonly code: number
  readonly message?: string
  readonly answer?: object
  readonly warning?: string
}

const type = (value: string) => ({ 'content-type': value })
const merge = type('application/merge-patch+json')
const json = type('application/json-patch+json')
const apply = type('application/apply-patch+yaml')
const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }
const readUser = 'system:serviceaccount:default:readuser'

/** Collection of a kind in a version, and in a namespace where one is given. */
export function pathOf({ group, plural }: KindCase, version: string, namespace?: string): string {
  return `/apis/${group}/${version}/${namespace ? `namespaces/${namespace}/` : ''}${plural}`
}

/** What rows are made with. */
function partsOf(own: KindCase) {
  const { group, kind, plural } = own
  const [stored, other] = own.versions
  const object = (name: string, spec: unknown, more: object = {}): KubeObject =>
    ({ apiVersion: `${group}/${stored}`, kind, metadata: { name }, ...(spec ? { spec } : {}), ...more }) as KubeObject
  const resource = `${plural}.${group}`
  const inOther = pathOf(own, other, 'default')
  const invalid = `${kind}.${group}`
  const bogus = { ...own.spec, bogus: 1 }
  const columnDefinitions = own.columns.map((name) => ({ name }))
  const post = (what: string, body: unknown, code: number, more: Partial<Row> = {}): Row => ({
    ...{ what, method: 'POST', path: '', body, code, ...more },
  })
  const patch = (what: string, path: string, body: unknown, headers: Headers, code: number, more: Partial<Row> = {}) =>
    ({ what, method: 'PATCH', path, body, headers, code, ...more }) satisfies Row
  const get = (what: string, path: string, code: number, more: Partial<Row> = {}): Row => ({
    ...{ what, method: 'GET', path, code, ...more },
  })
  return { object, resource, inOther, invalid, bogus, columnDefinitions, post, patch, get, stored, other }
}

/** In order: each goes on from what those before have left. Paths that begin with `/apis` are whole. */
export function rowsOf(own: KindCase): Row[] {
  return [...creating(own), ...reading(own), ...changing(own), ...applying(own), ...deleting(own)]
}

function creating(own: KindCase): Row[] {
  const { group, kind } = own
  const { object, resource, invalid, bogus, post, get, stored } = partsOf(own)
  return [
    post('create with defaults', object('a', own.spec), 201, {
      answer: { metadata: { generation: 1 }, spec: own.defaulted },
    }),
    post('create what is there', object('a', own.spec), 409, { message: `${resource} "a" already exists` }),
    post('create without a name', object('', own.spec), 422, { message: 'name or generateName is required' }),
    post('create with a bad name', object('A_', own.spec), 422, {
      message: `${invalid} "A_" is invalid: metadata.name`,
    }),
    post('create another kind', { ...object('x', own.spec), kind: 'Bar' }, 422, { message: `must be ${kind}` }),
    post('create in another version', { ...object('x', own.spec), apiVersion: `${group}/v7` }, 400, {
      message: `does not match the expected API version (${group}/${stored})`,
    }),
    post('create without a kind', { apiVersion: `${group}/${stored}` }, 400, { message: "Object 'Kind' is missing" }),
    post('create what is no JSON', '{', 400, { message: 'json parse error' }),
    post('create as XML', '<a/>', 415, { headers: type('application/xml') }),
    post('create beyond the schema', object('x', { ...own.spec, ...own.wrong[0] }), 422, { message: own.wrong[1] }),
    post('create in no namespace', object('x', own.spec), 404, {
      path: pathOf(own, stored, 'nons'),
      message: 'namespaces "nons" not found',
    }),
    post('create in all namespaces', object('x', own.spec), 405, { path: pathOf(own, stored) }),
    post('create, dry', object('x', own.spec), 201, { path: '?dryRun=All' }),
    get('read what a dry run has not made', '/x', 404, { message: `${resource} "x" not found` }),
    post('create with unknown fields', object('b', bogus), 201, {
      answer: { spec: own.defaulted },
      warning: '299 - "unknown field \\"spec.bogus\\""',
    }),
    post('create with unknown fields, strictly', object('x', bogus), 400, {
      path: '?fieldValidation=Strict',
      message: 'strict decoding error: unknown field "spec.bogus"',
    }),
    post('create with a status', object('c', own.spec, { status: own.status }), 201),
    get('read no status', '/c', 200, { answer: { spec: own.defaulted } }),
  ]
}

function reading(own: KindCase): Row[] {
  const { group, kind } = own
  const { inOther, columnDefinitions, get, other } = partsOf(own)
  return [
    get('read in the other version', `${inOther}/a`, 200, {
      answer: { apiVersion: `${group}/${other}`, spec: own.other },
    }),
    get('list in the other version', inOther, 200, {
      answer: { kind: `${kind}List`, items: [{ spec: own.other }, {}, {}] },
    }),
    get('list', '', 200, { answer: { items: [{ metadata: { name: 'a' } }, {}, {}] } }),
    get('list by a field', '?fieldSelector=metadata.name%3Db', 200, {
      answer: { items: [{ metadata: { name: 'b' } }] },
    }),
    get('list by a field there is not', '?fieldSelector=spec.x%3Db', 400, {
      message: 'field label not supported: spec.x',
    }),
    get('list by labels', '?labelSelector=x', 200, { answer: { items: [] } }),
    get('list by a wrong selector', '?labelSelector=,,', 400),
    get('list the first', '?limit=1', 200, { answer: { items: [{ metadata: { name: 'a' } }] } }),
    get('list from nowhere', '?limit=1&continue=x', 400, { message: 'continue key is not valid' }),
    get('list as a Table', '', 200, { headers: table, answer: { kind: 'Table', columnDefinitions } }),
    get('read metadata', '/a', 200, {
      headers: { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' },
      answer: { kind: 'PartialObjectMetadata' },
    }),
    get('read as something else', '/a', 406, { headers: { accept: 'application/x' } }),
  ]
}

function changing(own: KindCase): Row[] {
  const { group } = own
  const { object, inOther, patch, other } = partsOf(own)
  return [
    {
      ...{
        what: 'replace without a resourceVersion',
        method: 'PUT',
        path: '/a',
        body: object('a', own.spec),
        code: 422,
      },
      message: 'metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    },
    {
      ...{ what: 'replace an old one', method: 'PUT', path: '/a', code: 409, message: 'the object has been modified' },
      body: object('a', own.spec, { metadata: { name: 'a', resourceVersion: '1' } }),
    },
    {
      ...{ what: 'replace under another name', method: 'PUT', path: '/a', body: object('b', own.spec), code: 400 },
      message: 'the name of the object (b) does not match the name on the URL (a)',
    },
    { what: 'replace what is not there', method: 'PUT', path: '/x', body: object('x', own.spec), code: 404 },
    patch('merge', '/a', { spec: own.merge[0] }, merge, 200, {
      answer: { metadata: { generation: 2 }, spec: own.merge[1] },
    }),
    patch('merge nothing', '/a', {}, merge, 200, { answer: { metadata: { generation: 2 } } }),
    patch('merge beyond the schema', '/a', { spec: own.wrong[0] }, merge, 422, { message: own.wrong[1] }),
    patch('merge unknown fields, strictly', '/a?fieldValidation=Strict', { spec: { bogus: 1 } }, merge, 422, {
      message: 'strict decoding error: unknown field "spec.bogus"',
    }),
    patch('patch as JSON', '/a', own.json[0], json, 200, {
      answer: { metadata: { generation: 3 }, spec: own.json[1] },
    }),
    patch('patch what a test forbids', '/a', [{ op: 'test', path: '/kind', value: 'x' }], json, 422),
    patch('patch strategically', '/a', {}, type('application/strategic-merge-patch+json'), 415),
    patch('patch in the other version', `${inOther}/a`, { metadata: { labels: { x: 'y' } } }, merge, 200, {
      answer: { apiVersion: `${group}/${other}`, metadata: { generation: 3, labels: { x: 'y' } } },
    }),
  ]
}

function applying(own: KindCase): Row[] {
  const { object, inOther, bogus, patch, get } = partsOf(own)
  return [
    patch('apply, new', '/d?fieldManager=m', object('d', own.applied[0]), apply, 201, {
      answer: { metadata: { managedFields: [{ manager: 'm', operation: 'Apply' }] }, spec: own.applied[0] },
    }),
    patch('apply without a manager', '/d', object('d', own.applied[0]), apply, 422, {
      message: 'is required for apply patch',
    }),
    patch('apply against another', '/d?fieldManager=n', object('d', own.applied[1]), apply, 409, {
      message: `Apply failed with 1 conflict: conflict with "m": ${own.applied[2]}`,
    }),
    patch('apply by force', '/d?fieldManager=n&force=true', object('d', own.applied[1]), apply, 200, {
      answer: { spec: own.applied[1] },
    }),
    patch('apply unknown fields', '/d?fieldManager=n', object('d', bogus), apply, 500, {
      message: 'field not declared in schema',
    }),
    patch('status', '/a/status', { spec: own.spec, status: own.status }, merge, 200, {
      answer: { metadata: { generation: 3 }, spec: own.json[1], status: own.status },
    }),
    patch('status by the main resource', '/a', { status: null }, merge, 200, { answer: { status: own.status } }),
    get('status in the other version', `${inOther}/a/status`, 200, { answer: { status: own.status } }),
    get('a subresource there is not', '/a/bogus', 404),
  ]
}

function deleting(own: KindCase): Row[] {
  const { group, plural } = own
  const { patch, get } = partsOf(own)
  return [
    get('list, not allowed', '', 403, {
      headers: { 'impersonate-user': readUser },
      message:
        `${plural}.${group} is forbidden: User "${readUser}" cannot list resource "${plural}" in API group ` +
        `"${group}" in the namespace "default"`,
    }),
    patch('hold', '/b', { metadata: { finalizers: ['x.io/hold'] } }, merge, 200),
    { what: 'delete what is held', method: 'DELETE', path: '/b', code: 200, answer: { metadata: { name: 'b' } } },
    patch('let go', '/b', { metadata: { finalizers: null } }, merge, 200),
    get('read what is gone', '/b', 404),
    {
      ...{ what: 'delete another one', method: 'DELETE', path: '/a', body: { preconditions: { uid: 'x' } }, code: 409 },
      message: 'the UID in the precondition (x) does not match the UID in record',
    },
    { what: 'delete', method: 'DELETE', path: '/a', code: 200, answer: { status: 'Success', details: { name: 'a' } } },
    { what: 'delete all', method: 'DELETE', path: '', code: 200, answer: { items: [{}, {}] } },
    get('list nothing', '', 200, { answer: { items: [] } }),
  ]
}
