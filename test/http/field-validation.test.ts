import { describe, expect } from 'vitest'
import { type ConfigMap, configMap, core } from '../support/core-objects.js'
import { created, done } from '../support/expect-answer.js'
import { rawHead } from '../support/raw-request.js'
import { testAlone as it } from '../support/server-test.js'

const yaml = { 'content-type': 'application/yaml' }
const json = { 'content-type': 'application/json' }
const strict = 'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: '

const jsonBody = (name: string) =>
  `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${name}","foo":1,"name":"${name}"},"data":{"a":"1","a":"2"},"bogus":{"x":1}}`
const yamlBody = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, foo: 1}\ndata: {a: "1"}\ndata: {a: "2"}\nbogus: 1\n`

const forms = [
  {
    form: 'JSON',
    ...{ headers: json, body: jsonBody },
    problems: [
      'unknown field "metadata.foo"',
      'duplicate field "metadata.name"',
      'duplicate field "data.a"',
      'unknown field "bogus"',
    ],
    inOne: '',
  },
  {
    form: 'YAML',
    ...{ headers: yaml, body: yamlBody },
    problems: ['line 5: key "data" already set in map', 'unknown field "bogus"', 'unknown field "metadata.foo"'],
    inOne: 'yaml: unmarshal errors:\n  ',
  },
]

/** The texts of the Warning headers, each of which is a line of its own. */
async function warnings(url: string, path: string, body: string, headers: Record<string, string>): Promise<string[]> {
  const lines = await rawHead(url, 'POST', path, body, headers)
  return lines
    .filter((line) => /^warning: /i.test(line))
    .map((line) => line.replace(/^warning: 299 - /i, ''))
    .map((text) => JSON.parse(text) as string)
}

describe.for(forms)('fieldValidation of $form', ({ headers, body, problems, inOne }) => {
  it('F01, F02: warns, each problem in a header of its own', async ({ server, namespace }) => {
    const path = core.configMaps(namespace)
    expect(await warnings(server.url, `${path}?fieldValidation=Warn`, body('a'), headers)).toEqual(problems)
    expect(await warnings(server.url, path, body('b'), headers)).toEqual(problems)
    const kept = done<ConfigMap>(await server.api.get(`${path}/b`))
    expect(kept.data).toEqual({ a: '2' })
    expect(kept).not.toHaveProperty('bogus')
  })

  it('F01: ignores', async ({ server, namespace }) => {
    const path = `${core.configMaps(namespace)}?fieldValidation=Ignore`
    expect(await warnings(server.url, path, body('a'), headers)).toEqual([])
    expect(done<ConfigMap>(await server.api.get(`${core.configMaps(namespace)}/a`)).data).toEqual({ a: '2' })
  })

  it('F03: refuses', async ({ api, namespace }) => {
    const path = core.configMaps(namespace)
    const answer = await api.post(`${path}?fieldValidation=Strict`, body('a'), headers)
    expect(answer.json()).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message: strict + inOne + problems.join(', '),
    })
    created(await api.post(path, configMap('a')))
    const put = await api.put(`${path}/a?fieldValidation=Strict`, body('a'), headers)
    expect(put.json()).toMatchObject({ code: 400, message: strict + inOne + problems.join(', ') })
  })
})

describe('fieldValidation of patches', () => {
  const forms = [
    ['merge-patch', /^ "" is invalid: patch: Invalid value: "\{.*strict decoding error: unknown field "bogus"$/],
    [
      'strategic-merge-patch',
      /^ "" is invalid: patch: Invalid value: "map\[.*strict decoding error: unknown field "bogus"$/,
    ],
  ] as const
  it.for(forms)('F02, F03: %s', async ([form, message], { api, namespace }) => {
    const path = `${core.configMaps(namespace)}/a`
    created(await api.post(core.configMaps(namespace), configMap('a')))
    const patch = (query: string) =>
      api.request(
        'PATCH',
        `${path}${query}`,
        { bogus: 1, data: { a: '1' } },
        { 'content-type': `application/${form}+json` },
      )
    const warned = await patch('')
    expect(done<ConfigMap>(warned).data).toEqual({ a: '1' })
    expect(warned.headers.warning).toBe('299 - "unknown field \\"bogus\\""')
    expect((await patch('?fieldValidation=Ignore')).headers.warning).toBeUndefined()
    const refused = await patch('?fieldValidation=Strict')
    expect(refused.json()).toMatchObject({
      code: 422,
      message: expect.stringMatching(message),
    })
  })

  it('F03: a JSON patch', async ({ api, namespace }) => {
    const path = `${core.configMaps(namespace)}/a`
    created(await api.post(core.configMaps(namespace), configMap('a')))
    const operations = [{ op: 'add', path: '/data', value: { a: '1' }, foo: 1 }]
    const warned = await api.patch(path, operations)
    expect(done<ConfigMap>(warned).data).toEqual({ a: '1' })
    expect(warned.headers.warning).toContain('json patch unknown field \\"[0].foo\\"')
    expect((await api.patch(`${path}?fieldValidation=Strict`, operations)).json()).toMatchObject({
      code: 422,
      message: expect.stringContaining('json patch unknown field "[0].foo"'),
    })
  })
})
