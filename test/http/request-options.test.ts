import { describe, expect } from 'vitest'
import { testAlone as it } from '../support/server-test.js'

/** Path behind the collection of ConfigMaps, code, and the message as a kube-apiserver 1.36 gives it. */
type Row = readonly [query: string, code: number, message: string]

const match = 'resourceVersionMatch'
const invalid = (kind: string, ...causes: string[]) =>
  `${kind}.meta.k8s.io "" is invalid: ${causes.length > 1 ? `[${causes.join(', ')}]` : causes[0]}`
const unsupported = (value: string, ...others: string[]) =>
  `${match}: Unsupported value: ${JSON.stringify(value)}: supported values: ${others.map((other) => JSON.stringify(other)).join(', ')}`
const withoutVersion = `${match}: Forbidden: ${match} is forbidden unless resourceVersion is provided`
const withContinue = `${match}: Forbidden: ${match} is forbidden when continue is provided`
const withoutInitial = `${match}: Forbidden: ${match} is forbidden for watch unless sendInitialEvents is provided`
const initialAlone = `${match}: Forbidden: sendInitialEvents requires setting ${match} to NotOlderThan`
const forbiddenInitial = 'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'
const notUnsigned = (text: string, why: string) =>
  `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`
const tooLong = '99999999999999999999'

const reads: readonly Row[] = [
  ['?limit=abc&sendInitialEvents=true', 400, 'strconv.ParseInt: parsing "abc": invalid syntax'],
  [`?limit=${tooLong}`, 400, `strconv.ParseInt: parsing "${tooLong}": value out of range`],
  ['?timeoutSeconds=', 400, 'strconv.ParseInt: parsing "": invalid syntax'],
  [
    `?${match}=Foo&sendInitialEvents=x`,
    422,
    invalid('ListOptions', withoutVersion, unsupported('Foo', 'Exact', 'NotOlderThan', ''), forbiddenInitial),
  ],
  [`?${match}=Exact&continue=x`, 422, invalid('ListOptions', withoutVersion, withContinue)],
  ['?resourceVersion=1.5', 400, `invalid resource version: ${notUnsigned('1.5', 'invalid syntax')}`],
  [`?resourceVersion=${tooLong}`, 400, `invalid resource version: ${notUnsigned(tooLong, 'value out of range')}`],
  ['/there?resourceVersion=-1', 500, notUnsigned('-1', 'invalid syntax')],
  ['?watch=true&resourceVersion=abc', 500, notUnsigned('abc', 'invalid syntax')],
  ['?watch=true&limit=x', 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
  [`?watch=true&${match}=Exact`, 422, invalid('ListOptions', withoutInitial, unsupported('Exact', 'NotOlderThan'))],
  [
    `?watch=true&${match}=Exact&sendInitialEvents=true`,
    422,
    invalid('ListOptions', initialAlone, unsupported('Exact', 'NotOlderThan')),
  ],
  ['?watch=true&continue=x', 422, invalid('ListOptions', withContinue)],
  ['?watch=true&continue=x&sendInitialEvents=true', 422, invalid('ListOptions', initialAlone)],
]

const unreadable = "couldn't get version/kind; json parse error: "
const typeMeta = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`
const noKind = (kind: string, version: string) =>
  `no kind "${kind}" is registered for version "${version}" in scheme "pkg/runtime/scheme.go:111"`
const conflict = 'Operation cannot be fulfilled on ConfigMap "there": the '

/** What a DELETE's query or body says; nothing of it may be passed over. */
const deletions: readonly (readonly [query: string, body: string, code: number, message: string])[] = [
  ['', '{bad', 400, `${unreadable}invalid character 'b' looking for beginning of object key string`],
  ['', '[]', 400, `${unreadable}json: cannot unmarshal array into Go value of type ${typeMeta}`],
  ['', '{"kind":1}', 400, `${unreadable}json: cannot unmarshal number into Go struct field .kind of type string`],
  ['', '{"kind":"Foo"}', 400, noKind('Foo', 'meta.k8s.io/v1')],
  ['', '{"kind":"Foo","apiVersion":"v1"}', 400, noKind('Foo', 'v1')],
  ['', '{"kind":"DeleteOptions","apiVersion":"a/b/c"}', 400, 'unexpected GroupVersion string: a/b/c'],
  [
    '',
    '{"gracePeriodSeconds":"a"}',
    400,
    'json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64',
  ],
  ['?gracePeriodSeconds=1.5', '', 400, 'strconv.ParseInt: parsing "1.5": invalid syntax'],
  ['?dryRun=', '', 422, invalid('DeleteOptions', 'dryRun: Unsupported value: [""]: supported values: "All"')],
  [
    '?propagationPolicy=constructor',
    '',
    422,
    invalid(
      'DeleteOptions',
      'propagationPolicy: Unsupported value: "constructor": supported values: "Foreground", "Background", "Orphan", "nil"',
    ),
  ],
  ['?uid=x', '', 409, `${conflict}UID in the precondition (x) does not match the UID in record (`],
  [
    '?resourceVersion=1',
    '',
    409,
    `${conflict}ResourceVersion in the precondition (1) does not match the ResourceVersion in record (`,
  ],
]

const handled = (kind: string, version: string, as: string) =>
  `${kind} in version "${version}" cannot be handled as a ${as}: `

/** apiVersion and kind of a body that is sent where ConfigMaps, HorizontalPodAutoscalers v1 or definitions are made. */
const kinds: readonly (readonly [path: string, apiVersion: string, kind: string, message: string])[] = [
  [
    'configmaps',
    'v1',
    'Secret',
    `${handled('Secret', 'v1', 'ConfigMap')}converting (v1.Secret) to (core.ConfigMap): unknown conversion`,
  ],
  [
    'configmaps',
    'rbac.authorization.k8s.io/v1',
    'Role',
    `${handled('Role', 'v1', 'ConfigMap')}converting (v1.Role) to (core.ConfigMap): unknown conversion`,
  ],
  ['configmaps', 'v1', 'Foo', handled('Foo', 'v1', 'ConfigMap') + noKind('Foo', 'v1')],
  ['configmaps', 'v2', 'ConfigMap', handled('ConfigMap', 'v2', 'ConfigMap') + noKind('ConfigMap', 'v2')],
  [
    'horizontalpodautoscalers',
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    'the API version in the data (autoscaling/v2) does not match the expected API version (autoscaling/v1)',
  ],
  [
    'customresourcedefinitions',
    'v1',
    'Secret',
    handled('Secret', 'v1', 'CustomResourceDefinition') + noKind('Secret', 'v1'),
  ],
]

describe('what a request asks for', () => {
  it.for(reads)('GET %s', async ([query, code, message], { api }) => {
    const answer = await api.get(`/api/v1/namespaces/default/configmaps${query}`)
    expect(answer.json()).toMatchObject({ code, message })
    // Upstream's bare 500 has no reason.
    expect('reason' in answer.json<object>()).toBe(code !== 500)
  })

  it.for(deletions)('DELETE %s %s', async ([query, body, code, message], { api, namespace }) => {
    const path = `/api/v1/namespaces/${namespace}/configmaps`
    await api.post(path, { metadata: { name: 'there' } })
    const answer = await api.request('DELETE', `${path}/there${query}`, body || undefined)
    expect(answer.json()).toMatchObject({ code, message: expect.stringContaining(message) })
    expect((await api.get(`${path}/there`)).status).toBe(200)
  })

  it.for(kinds)('POST to %s of %s %s', async ([resource, apiVersion, kind, message], { api }) => {
    const paths: Record<string, string> = {
      configmaps: '/api/v1/namespaces/default/configmaps',
      horizontalpodautoscalers: '/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers',
      customresourcedefinitions: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    }
    const answer = await api.post(paths[resource] ?? '', { apiVersion, kind, metadata: { name: 'x' } })
    expect(answer.json()).toMatchObject({ code: 400, message })
  })
})
