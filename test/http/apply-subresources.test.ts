import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { apply, configMap, core, deployment } from '../support/core-objects.js'
import { created, done } from '../support/expect-answer.js'
import type { HttpClient } from '../support/http.js'
import { pizza, restaurant } from '../support/restaurant.js'
import { testAlone as it } from '../support/server-test.js'

const scale = (replicas?: number) => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  spec: replicas === undefined ? {} : { replicas },
})
/** `manager operation subresource`, with the fields. */
const owners = ({ metadata }: KubeObject) =>
  Object.fromEntries(
    (metadata.managedFields ?? []).map(({ manager, operation, subresource = '', fieldsV1 }) => [
      `${manager} ${operation} ${subresource}`.trim(),
      fieldsV1,
    ]),
  )
const replicas = { 'f:spec': { 'f:replicas': {} } }

async function newDeployment(api: HttpClient, namespace: string): Promise<string> {
  const made = deployment('d')
  made.spec.replicas = 1
  created(await api.post(`${core.deployments(namespace)}?fieldManager=maker`, made))
  return `${core.deployments(namespace)}/d`
}

describe('apply to /scale', () => {
  it('U03, S09: takes the replicas from whoever owned them, by force where they differ', async ({ api, namespace }) => {
    const path = await newDeployment(api, namespace)
    const refused = await apply(api, `${path}/scale`, 'hpa', scale(3))
    expect(refused.status).toBe(409)
    expect(refused.json()).toMatchObject({
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "maker" using autoscaling/v1: .spec.replicas',
      details: { causes: [{ reason: 'FieldManagerConflict', field: '.spec.replicas' }] },
    })
    expect(done(await apply(api, `${path}/scale`, 'hpa&force=true', scale(3)))).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 3 },
    })
    const after = done(await api.get(path))
    expect(after).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 3 } })
    expect(owners(after)['hpa Apply scale']).toEqual(replicas)
    expect(owners(after)['maker Update']).not.toMatchObject(replicas)
    done(await apply(api, `${path}/scale`, 'hpa', scale(3)))
    expect(done(await api.get(path)).metadata.resourceVersion).toBe(after.metadata.resourceVersion)
    const other = await apply(api, `${path}/scale`, 'other', scale(5))
    expect(other.json()).toMatchObject({
      message: 'Apply failed with 1 conflict: conflict with "hpa" with subresource "scale": .spec.replicas',
    })
  })

  it('S06: the same value is shared; a later update takes it from both', async ({ api, namespace }) => {
    const path = await newDeployment(api, namespace)
    done(await apply(api, `${path}/scale`, 'hpa', scale(1)))
    const shared = owners(done(await api.get(path)))
    expect(shared['hpa Apply scale']).toEqual(replicas)
    expect(shared['maker Update']).toMatchObject(replicas)
    done(await api.patch(`${path}/scale?fieldManager=kubectl`, { spec: { replicas: 7 } }))
    const taken = owners(done(await api.get(path)))
    expect(taken['kubectl Update scale']).toEqual(replicas)
    expect(taken['hpa Apply scale']).toBeUndefined()
    expect(taken['maker Update']).not.toMatchObject(replicas)
  })

  it('S01, S10: refuses what is no Scale, and what a Scale has not', async ({ api, namespace }) => {
    const path = `${await newDeployment(api, namespace)}/scale`
    const text = async (query: string, body: unknown) => {
      const answer = await apply(api, path, query, body)
      return `${answer.status} ${answer.json<{ message: string }>().message}`
    }
    expect(await text('', scale(3))).toBe(
      '422 PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    )
    expect(await text('m', deployment('d'))).toBe('400 invalid object type: apps/v1, Kind=Deployment')
    expect(await text('m', { ...scale(3), bogus: 1 })).toBe(
      '500 failed to create typed patch object (/d; autoscaling/v1, Kind=Scale): .bogus: field not declared in schema',
    )
    expect(await text('m&force=true', scale(-1))).toMatch(/^422 .*must be greater than or equal to 0$/)
    expect(await text('m', { ...scale(3), metadata: { name: 'other' } })).toBe(
      '400 the name of the object (other) does not match the name on the URL (d)',
    )
    expect((await apply(api, `${core.deployments(namespace)}/nope/scale`, 'm', scale(3))).status).toBe(404)
    expect((await apply(api, `${core.configMaps(namespace)}/nope/scale`, 'm', configMap('nope'))).status).toBe(404)
  })
})

describe('apply to /status', () => {
  it('U01, S09: owns status alone, whatever else the body says', async ({ api, namespace }) => {
    const path = `${restaurant.pizzas(namespace)}/p`
    const made = created(await apply(api, path, 'cook', pizza('p', { labels: { a: 'b' } })))
    const body = { ...pizza('p', { labels: { a: 'c' } }, [{ name: 'ham', quantity: 9 }]), status: { cost: 12 } }
    const after = done(await apply(api, `${path}/status`, 'waiter', body))
    expect(after).toMatchObject({ metadata: { labels: { a: 'b' } }, spec: made.spec, status: { cost: 12 } })
    expect(after.metadata.generation).toBe(made.metadata.generation)
    expect(owners(after)['waiter Apply status']).toEqual({ 'f:status': { 'f:cost': {} } })
    expect((await apply(api, `${path}/status`, 'chef', { ...body, status: { cost: 1 } })).status).toBe(409)
    const taken = done(await apply(api, `${path}/status`, 'chef&force=true', { ...body, status: { cost: 1 } }))
    expect(Object.keys(owners(taken)).sort()).toEqual(['chef Apply status', 'cook Apply'])
    const { status: _, ...bare } = body
    expect(done(await apply(api, `${path}/status`, 'chef', bare)).status).toBeUndefined()
    expect((await apply(api, `${restaurant.pizzas(namespace)}/nope/status`, 'chef', pizza('nope'))).status).toBe(404)
  })

  it('U01: of a built-in kind merges conditions of several managers', async ({ api, namespace }) => {
    const path = `${await newDeployment(api, namespace)}/status`
    const condition = (type: string, status = 'True') => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      status: { conditions: [{ type, status, reason: 'r', message: '' }] },
    })
    done(await apply(api, path, 'a', condition('Available')))
    const both = done<KubeObject & { status: { conditions: object[] } }>(
      await apply(api, path, 'b', condition('Progressing')),
    )
    expect(both.status.conditions).toHaveLength(2)
    expect((await apply(api, path, 'b', condition('Available', 'False'))).status).toBe(409)
    const dry = await apply(api, path, 'b&dryRun=All&force=true', condition('Available', 'False'))
    expect(done(dry)).toMatchObject({ status: { conditions: [{ type: 'Available', status: 'False' }] } })
    expect(done(await api.get(path))).toEqual(both)
  })
})
