import { describe, expect } from 'vitest'
import { configMap, core, type Deployment, deployment, secret } from '../support/core-objects.js'
import { created, done } from '../support/expect-answer.js'
import { testAlone as it } from '../support/server-test.js'

describe('rules of built-in kinds', () => {
  it('V35: no generation for a ConfigMap, and one of the spec for a Deployment', async ({ api, namespace }) => {
    const map = created(await api.post(core.configMaps(namespace), configMap('a', { a: '1' })))
    expect(map.metadata).not.toHaveProperty('generation')
    expect(done(await api.patch(`${core.configMaps(namespace)}/a`, { data: { a: '2' } })).metadata).not.toHaveProperty(
      'generation',
    )
    const path = `${core.deployments(namespace)}/d`
    const generation = ({ metadata }: { metadata: { generation?: number } }) => metadata.generation
    expect(generation(created(await api.post(core.deployments(namespace), deployment('d'))))).toBe(1)
    expect(generation(done(await api.patch(path, { metadata: { labels: { a: 'b' } } })))).toBe(1)
    expect(generation(done(await api.patch(`${path}/status`, { status: { replicas: 1 } })))).toBe(1)
    expect(generation(done(await api.patch(path, { status: { replicas: 5 } })))).toBe(1)
    expect(generation(done(await api.patch(path, { spec: { replicas: 2 } })))).toBe(2)
    done(await api.patch(`${path}/scale`, { spec: { replicas: 3 } }))
    expect(generation(done(await api.get(path)))).toBe(3)
  })

  it('V60: an immutable ConfigMap or Secret keeps its data', async ({ api, namespace }) => {
    const why = 'Forbidden: field is immutable when `immutable` is set'
    const fixed = { immutable: true }
    created(await api.post(core.configMaps(namespace), { ...configMap('a', { a: '1' }), ...fixed }))
    created(await api.post(core.secrets(namespace), secret('a', { ...fixed, data: { a: 'MQ==' } })))
    for (const [path, kind, value] of [
      [core.configMaps(namespace), 'ConfigMap', '2'],
      [core.secrets(namespace), 'Secret', 'Mg=='],
    ] as const) {
      const refused = async (patch: object, field: string) => {
        const answer = await api.patch(`${path}/a`, patch)
        expect(answer.json()).toMatchObject({ code: 422, message: `${kind} "a" is invalid: ${field}: ${why}` })
      }
      await refused({ data: { a: value } }, 'data')
      await refused({ immutable: false }, 'immutable')
      done(await api.patch(`${path}/a`, { metadata: { labels: { still: 'labelled' } } }))
    }
  })

  it('V60: what a Secret is told as text is kept as base64', async ({ api, namespace }) => {
    const path = `${core.secrets(namespace)}/a`
    const body = secret('a', { data: { a: 'MQ==', b: 'Mg==' }, stringData: { b: 'zwei', c: 'drei' } })
    const made = created(await api.post(core.secrets(namespace), body))
    const data = { a: 'MQ==', b: 'endlaQ==', c: 'ZHJlaQ==' }
    expect(made).toMatchObject({ type: 'Opaque', data })
    expect(made).not.toHaveProperty('stringData')
    const patched = done(await api.patch(path, { stringData: { a: 'eins' } }))
    expect(patched).toMatchObject({ data: { ...data, a: 'ZWlucw==' } })
    expect((await api.patch(path, { type: 'other' })).json()).toMatchObject({
      message: 'Secret "a" is invalid: type: Invalid value: "other": field is immutable',
    })
    expect((await api.post(core.secrets(namespace), secret('b', { data: { a: '?' } }))).json()).toMatchObject({
      code: 400,
      message: expect.stringContaining('illegal base64 data at input byte 0'),
    })
  })

  it('U03: scale shows and writes the replicas', async ({ api, namespace }) => {
    const path = `${core.deployments(namespace)}/d`
    const { metadata } = created<Deployment>(await api.post(core.deployments(namespace), deployment('d')))
    const { name, uid, resourceVersion, creationTimestamp } = metadata
    const scale = done(await api.get(`${path}/scale`))
    expect(scale).toEqual({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
      spec: { replicas: 1 },
      status: { replicas: 0, selector: 'app=d' },
    })
    expect(done(await api.patch(`${path}/scale`, { spec: { replicas: 3 } }))).toMatchObject({ spec: { replicas: 3 } })
    expect((await api.put(`${path}/scale`, { ...scale, spec: { replicas: 4 } })).status).toBe(409)
    const free = { kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: { name }, spec: { replicas: 5 } }
    expect(done(await api.put(`${path}/scale`, free))).toMatchObject({ spec: { replicas: 5 } })
    expect(done<Deployment>(await api.get(path)).spec.replicas).toBe(5)
    const negative = await api.patch(`${path}/scale`, { spec: { replicas: -1 } })
    expect(negative.json()).toMatchObject({
      code: 422,
      message: 'Scale.autoscaling "d" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    })
    const zero = done(await api.patch(`${path}/scale`, { spec: { replicas: 0 } }))
    expect(zero.spec).toEqual({})
    expect((await api.get(`${core.deployments(namespace)}/nope/scale`)).json()).toMatchObject({
      message: 'deployments.apps "nope" not found',
    })
  })
})
