import { describe, expect } from 'vitest'
import { apply, type ConfigMap, configMap, core, deployment, strategic } from '../support/core-objects.js'
import { created, done } from '../support/expect-answer.js'
import type { HttpClient, ListBody } from '../support/http.js'
import { restaurant } from '../support/restaurant.js'
import { testAlone as it } from '../support/server-test.js'

/** Names that objects of JavaScript have a meaning for. */
const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__']

/** An object with each of the keys as a member of its own. */
const each = (value: string) => Object.fromEntries(keys.map((key) => [key, value]))
const wanted = (value: string) => keys.map((key) => [key, value]).sort()
const sorted = (map: object | undefined) => Object.entries(map ?? {}).sort()

const maker: Record<string, (api: HttpClient, path: string, value: string) => Promise<unknown>> = {
  JSON: async (api, path, value) => created(await api.post(path, configMap('x', each(value)))),
  YAML: async (api, path, value) => {
    const lines = keys.map((key) => `  ${key}: "${value}"\n`).join('')
    const body = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n${lines}`
    return created(await api.post(path, body, { 'content-type': 'application/yaml' }))
  },
  'a merge patch': async (api, path, value) => {
    created(await api.post(path, configMap('x')))
    return done(await api.patch(`${path}/x`, { data: each(value) }))
  },
  'a strategic merge patch': async (api, path, value) => {
    created(await api.post(path, configMap('x', { a: '1' })))
    return done(await strategic(api, `${path}/x`, { data: { ...each(value), a: null } }))
  },
  'a JSON patch': async (api, path, value) => {
    created(await api.post(path, configMap('x', {}, { labels: { a: 'b' } })))
    const add = keys.map((key) => ({ op: 'add', path: `/data/${key}`, value }))
    return done(await api.patch(`${path}/x`, [{ op: 'add', path: '/data', value: {} }, ...add]))
  },
  'an apply': async (api, path, value) => created(await apply(api, `${path}/x`, 'm1', configMap('x', each(value)))),
}

describe('keys that mean something to JavaScript', () => {
  it.for(Object.entries(maker))('are data in %s', async ([, make], { api, namespace }) => {
    const path = core.configMaps(namespace)
    await make(api, path, '1')
    const stored = done<ConfigMap>(await api.get(`${path}/x`))
    expect(sorted(stored.data)).toEqual(wanted('1'))
    expect(sorted(done<ConfigMap>(await api.patch(`${path}/x`, { data: each('2') })).data)).toEqual(wanted('2'))
    const without = done<ConfigMap>(await api.patch(`${path}/x`, { data: { ['__proto__']: null, constructor: null } }))
    expect(Object.keys(without.data ?? {}).sort()).toEqual(
      keys.filter((key) => key !== '__proto__' && key !== 'constructor').sort(),
    )
    created(await api.post(path, configMap('plain', { a: '1' })))
    expect(done<ConfigMap>(await api.get(`${path}/plain`)).data).toEqual({ a: '1' })
  })

  it('are data in a custom resource, in labels and annotations', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    const labels = Object.fromEntries(keys.filter((key) => !key.startsWith('_')).map((key) => [key, 'x']))
    const text = `{"apiVersion":"restaurant.wukong.com/v1beta1","kind":"Pizza","metadata":{"name":"p","labels":${JSON.stringify(labels)},"annotations":{"constructor":"y"},"__proto__":{"finalizers":["a/b"]}},"__proto__":{"status":1},"spec":{"toppings":[{"name":"ham","__proto__":{"quantity":7}}],"constructor":{"prototype":{"polluted":1}}}}`
    const answer = await api.post(path, text)
    const made = created(answer)
    expect(made.metadata.labels).toEqual(labels)
    expect(made.metadata.annotations).toEqual({ constructor: 'y' })
    expect(made.metadata.finalizers).toBeUndefined()
    expect(made.spec).toEqual({ toppings: [{ name: 'ham', quantity: 1 }] })
    for (const field of ['__proto__', 'metadata.__proto__', 'spec.constructor', 'spec.toppings[0].__proto__']) {
      expect(answer.headers.warning).toContain(`unknown field \\"${field}\\"`)
    }
    const selected = async (selector: string) =>
      done<ListBody>(await api.get(`${path}?labelSelector=${encodeURIComponent(selector)}`)).items.length
    expect(await selected('constructor=x')).toBe(1)
    expect(await selected('constructor,toString in (x)')).toBe(1)
    expect(await selected('propertyIsEnumerable')).toBe(0)
    expect(await selected('!isPrototypeOf')).toBe(1)
    const patched = done(
      await api.patch(`${path}/p`, '{"metadata":{"labels":{"constructor":null,"valueOf":"z"}}}', {
        'content-type': 'application/merge-patch+json',
      }),
    )
    expect(patched.metadata.labels).toEqual({ ...omit(labels, 'constructor'), valueOf: 'z' })
  })

  it('are owned like any other, and conflict', async ({ api, namespace }) => {
    const path = `${core.configMaps(namespace)}/x`
    const made = created(await apply(api, path, 'm1', configMap('x', each('1'))))
    const fields = made.metadata.managedFields?.[0]?.fieldsV1 as { 'f:data': object }
    expect(Object.keys(fields['f:data']).sort()).toEqual(keys.map((key) => `f:${key}`).sort())
    expect(
      (await apply(api, path, 'm2', `{"apiVersion":"v1","kind":"ConfigMap","data":{"__proto__":"2"}}`)).json(),
    ).toMatchObject({
      message: 'Apply failed with 1 conflict: conflict with "m1": .data.__proto__',
    })
    const dropped = done<ConfigMap>(
      await apply(api, path, 'm1', configMap('x', { constructor: '1' } as unknown as Record<string, string>)),
    )
    expect(sorted(dropped.data)).toEqual([['constructor', '1']])
  })

  it('are owned by whoever writes managedFields of them', async ({ api, namespace }) => {
    const path = `${core.configMaps(namespace)}/x`
    const text =
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","managedFields":[{"manager":"m","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:data":{"f:__proto__":{},"f:constructor":{}},"__proto__":{"x":{}}}}]},"data":{"constructor":"1"}}'
    const answer = await api.post(core.configMaps(namespace), text)
    expect(created<ConfigMap>(answer).data).toEqual({ constructor: '1' })
    expect(done<ConfigMap>(await apply(api, path, 'm1', configMap('x', { a: '1' }))).data).toMatchObject({ a: '1' })
  })

  it('are no names of things the server has', async ({ api, namespace }) => {
    for (const name of keys) {
      const statuses = await Promise.all([
        api.get(`/api/v1/${name}`),
        api.get(`/apis/${name}`),
        api.get(`/apis/${name}/v1`),
        api.get(`${restaurant.group}/${name}`),
        api.get(`${restaurant.v1beta1}/${name}`),
        api.get(`${core.configMaps(namespace)}/${name}`),
        api.post(`${restaurant.pizzas(namespace)}/${name}/bake`, {}),
        api.post(`${restaurant.pizzas(namespace)}/p/${name}`, {}),
        api.get(`${core.configMaps(name)}/x`),
      ])
      expect(
        statuses.map(({ status }) => status),
        name,
      ).toEqual(statuses.map(() => 404))
    }
  })
})

describe('limits', () => {
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  const deep = nested(100_000)

  it('E10: a body nested too deeply is bad JSON', async ({ api, namespace }) => {
    const path = core.configMaps(namespace)
    created(await api.post(path, configMap('x')))
    const answers = await Promise.all([
      api.post(path, deep),
      api.post(path, '['.repeat(100_000)),
      api.post(
        restaurant.pizzas(namespace),
        `{"apiVersion":"restaurant.wukong.com/v1beta1","kind":"Pizza","metadata":{"name":"d"},"spec":${deep}}`,
      ),
      ...['merge-patch+json', 'strategic-merge-patch+json', 'json-patch+json', 'apply-patch+yaml'].map((form) =>
        api.request(
          'PATCH',
          `${path}/x?${form.startsWith('apply') ? 'fieldManager=m' : ''}`,
          form === 'json-patch+json' ? `[{"op":"add","path":"/data","value":${deep}}]` : deep,
          { 'content-type': `application/${form}` },
        ),
      ),
      api.post(path, deep, { 'content-type': 'application/yaml' }),
      api.delete(`${path}/x`, deep),
    ])
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400))
    expect(answers[0]?.json()).toMatchObject({
      reason: 'BadRequest',
      message: expect.stringContaining('exceeded max depth'),
    })
    expect((await api.get(`${path}/x`)).status).toBe(200)
  })

  it('V11: a body of more than 3 MiB is too large', async ({ api, namespace }) => {
    const path = core.configMaps(namespace)
    created(await api.post(path, configMap('x')))
    const limit = 3 * 1024 * 1024
    const tooLarge = {
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: `Request entity too large: limit is ${limit}`,
    }
    const body = `{"data":{"a":"${'x'.repeat(limit)}"}}`
    expect((await api.post(path, body)).json()).toMatchObject(tooLarge)
    expect((await api.put(`${path}/x`, body)).json()).toMatchObject(tooLarge)
    for (const form of ['merge-patch+json', 'strategic-merge-patch+json', 'json-patch+json', 'apply-patch+yaml']) {
      const answer = await api.request('PATCH', `${path}/x?fieldManager=m`, body, {
        'content-type': `application/${form}`,
      })
      expect(answer.json(), form).toMatchObject(tooLarge)
    }
    expect((await api.delete(`${path}/x`, body)).json()).toMatchObject(tooLarge)
    const fits = configMap('fits', { a: 'x'.repeat(1024 * 1024) })
    created(await api.post(path, fits))
    const over = await api.patch(`${path}/fits`, { data: { b: 'x' } })
    expect(over.json()).toMatchObject({
      code: 422,
      message: 'ConfigMap "fits" is invalid: []: Too long: may not be more than 1048576 bytes',
    })
    const annotated = await api.post(path, configMap('notes', {}, { annotations: { a: 'x'.repeat(256 * 1024) } }))
    expect(annotated.json()).toMatchObject({
      code: 422,
      message: 'ConfigMap "notes" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
    })
  })

  it('P02: a JSON patch of more than 10,000 operations is too large', async ({ api, namespace }) => {
    const path = core.deployments(namespace)
    created(await api.post(path, deployment('x')))
    const operations = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/kind', value: 'Deployment' }))
    expect((await api.patch(`${path}/x`, operations)).json()).toMatchObject({
      code: 413,
      message: 'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    })
    done(await api.patch(`${path}/x`, operations.slice(1)))
  })
})

function omit(object: Record<string, string>, key: string): Record<string, string> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key))
}
