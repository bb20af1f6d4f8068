import { describe, expect } from 'vitest'
import type { JsonObject, KubeObject } from '../../src/meta/object.js'
import type { ListBody } from '../support/http.js'
import { test as it } from '../support/server-test.js'

const prefix = 'autoscaling.alpha.kubernetes.io/'
const target = { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' }
const cpu = (percent: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } },
})

describe('autoscalers in v1 and v2', () => {
  const paths = (namespace: string) => ({
    v1: `/apis/autoscaling/v1/namespaces/${namespace}/horizontalpodautoscalers`,
    v2: `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`,
  })

  it('aim at 80 % of the CPU when nobody says what at', async ({ api, namespace }) => {
    const { v1, v2 } = paths(namespace)
    const made = await api.post(v1, { metadata: { name: 'h' }, spec: { maxReplicas: 3, scaleTargetRef: target } })
    expect(made.status).toBe(201)
    const spec = { scaleTargetRef: target, minReplicas: 1, maxReplicas: 3 }
    expect(made.json().spec).toEqual({ ...spec, targetCPUUtilizationPercentage: 80 })
    expect((await api.get(`${v2}/h`)).json().spec).toEqual({ ...spec, metrics: [cpu(80)] })
  })

  it('carry in annotations what v1 can not say, and lose nothing on the way back', async ({ api, namespace }) => {
    const { v1, v2 } = paths(namespace)
    const amount = { type: 'AverageValue', averageValue: '1k' }
    const metrics = [
      { type: 'Pods', pods: { metric: { name: '<x>' }, target: amount } },
      cpu(50),
      { type: 'External', external: { metric: { name: 'q' }, target: { type: 'Value', value: '30' } } },
    ]
    const behavior = { scaleUp: { stabilizationWindowSeconds: 5 } }
    const body = { metadata: { name: 'h' }, spec: { maxReplicas: 3, scaleTargetRef: target, metrics, behavior } }
    const made = (await api.post(v2, body)).json()
    const old = (await api.get(`${v1}/h`)).json()
    expect(old.spec).toEqual({
      scaleTargetRef: target,
      minReplicas: 1,
      maxReplicas: 3,
      targetCPUUtilizationPercentage: 50,
    })
    expect(old.metadata.annotations).toEqual({
      [`${prefix}metrics`]:
        '[{"type":"Pods","pods":{"metricName":"\\u003cx\\u003e","targetAverageValue":"1k"}},' +
        '{"type":"External","external":{"metricName":"q","targetValue":"30"}}]',
      [`${prefix}behavior`]:
        '{"ScaleUp":{"StabilizationWindowSeconds":5,"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":4,' +
        '"PeriodSeconds":15},{"Type":"Percent","Value":100,"PeriodSeconds":15}],"Tolerance":null},"ScaleDown":' +
        '{"StabilizationWindowSeconds":null,"SelectPolicy":"Max","Policies":[{"Type":"Percent","Value":100,' +
        '"PeriodSeconds":15}],"Tolerance":null}}',
    })
    const changed = { ...old, spec: { ...(old.spec as JsonObject), maxReplicas: 9 } }
    expect((await api.put(`${v1}/h`, changed)).status).toBe(200)
    const after = (await api.get(`${v2}/h`)).json()
    const [pods, ownCpu, external] = metrics
    // Upstream puts the CPU last.
    expect(after.spec).toEqual({ ...(made.spec as JsonObject), maxReplicas: 9, metrics: [pods, external, ownCpu] })
    expect(after.metadata.annotations).toBeUndefined()
  })

  it('carry their status too', async ({ api, namespace }) => {
    const { v1, v2 } = paths(namespace)
    await api.post(v2, { metadata: { name: 'h' }, spec: { maxReplicas: 3, scaleTargetRef: target } })
    const current = { averageUtilization: 12, averageValue: '120m' }
    const status = {
      currentReplicas: 1,
      desiredReplicas: 2,
      currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current } }],
    }
    expect((await api.patch(`${v2}/h/status`, { status })).status).toBe(200)
    const old = (await api.get(`${v1}/h`)).json()
    expect(old.status).toEqual({ currentReplicas: 1, desiredReplicas: 2, currentCPUUtilizationPercentage: 12 })
    expect(old.metadata.annotations?.[`${prefix}current-metrics`]).toBe(
      '[{"type":"Resource","resource":{"name":"cpu","currentAverageUtilization":12,"currentAverageValue":"120m"}}]',
    )
    expect((await api.patch(`${v1}/h`, { metadata: { labels: { a: 'b' } } })).status).toBe(200)
    expect((await api.get(`${v2}/h`)).json().status).toEqual(status)
  })

  it('are refused in the words of v2', async ({ api, namespace }) => {
    const answer = await api.post(paths(namespace).v1, { metadata: { name: 'h' }, spec: { minReplicas: 0 } })
    expect(answer.json<{ message: string }>().message).toBe(
      'HorizontalPodAutoscaler.autoscaling "h" is invalid: [' +
        'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1, ' +
        'spec.maxReplicas: Required value: must be set and greater than 0, ' +
        'spec.scaleTargetRef.kind: Required value, spec.scaleTargetRef.name: Required value, ' +
        'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group, ' +
        'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas]',
    )
  })
})

describe('events in both of their groups', () => {
  const paths = (namespace: string) => ({
    core: `/api/v1/namespaces/${namespace}/events`,
    events: `/apis/events.k8s.io/v1/namespaces/${namespace}/events`,
  })
  const coreEvent = (namespace: string): JsonObject => ({
    metadata: { name: 'e' },
    involvedObject: { kind: 'Pod', name: 'p', namespace },
    reason: 'Pulled',
    message: 'done',
    source: { component: 'kubelet' },
    firstTimestamp: '2024-01-01T00:00:00Z',
    count: 3,
    type: 'Normal',
  })

  it('are one thing', async ({ api, namespace }) => {
    const { core, events } = paths(namespace)
    const watch = await api.watch(`${events}?watch=1`)
    const made = (await api.post(core, coreEvent(namespace))).json()
    const seen = (await api.get(`${events}/e`)).json()
    expect(seen).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      metadata: { uid: made.metadata.uid, resourceVersion: made.metadata.resourceVersion },
      regarding: { kind: 'Pod', name: 'p', namespace },
      note: 'done',
      deprecatedSource: { component: 'kubelet' },
      deprecatedFirstTimestamp: '2024-01-01T00:00:00Z',
      deprecatedCount: 3,
    })
    expect(await watch.next()).toMatchObject({
      type: 'ADDED',
      object: { apiVersion: 'events.k8s.io/v1', note: 'done' },
    })
    watch.close()
    expect((await api.delete(`${events}/e`)).json()).toMatchObject({
      details: { kind: 'events', uid: made.metadata.uid },
    })
    expect((await api.get(`${core}/e`)).status).toBe(404)
  })

  it('are selected by the names of either group', async ({ api, namespace }) => {
    const { core, events } = paths(namespace)
    await api.post(core, coreEvent(namespace))
    const found = async (path: string) => {
      const answer = await api.get(path)
      return answer.status === 200 ? answer.json<ListBody>().items.length : answer.json<{ message: string }>().message
    }
    expect(await found(`${core}?fieldSelector=involvedObject.name=p,source=kubelet`)).toBe(1)
    expect(await found(`${events}?fieldSelector=regarding.name=p,reason=Pulled`)).toBe(1)
    expect(await found(`${events}?fieldSelector=regarding.name=q`)).toBe(0)
    expect(await found(`${events}?fieldSelector=involvedObject.name=p`)).toBe(
      'field label not supported: involvedObject.name',
    )
  })

  it('are checked more strictly by the newer group', async ({ api, namespace }) => {
    const { core, events } = paths(namespace)
    const message = async (path: string, body: JsonObject) =>
      (await api.post(path, body)).json<{ message: string }>().message
    expect(await message(core, { metadata: { name: 'e' } })).toBe(
      'Event "e" is invalid: involvedObject.namespace: Invalid value: "": does not match event.namespace',
    )
    const body = {
      metadata: { name: 'e' },
      eventTime: '2024-01-01T00:00:00.000000Z',
      regarding: { namespace },
      type: 'x',
    }
    expect(await message(events, body)).toBe(
      'Event "e" is invalid: [reportingController: Required value, reportingController: Invalid value: "": ' +
        'name part must be non-empty, reportingController: Invalid value: "": name part must consist of alphanumeric characters, \'-\', ' +
        "'_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', " +
        "regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'), reportingInstance: Required value, " +
        'action: Required value, reason: Required value, type: Invalid value: "": has invalid value: x]',
    )
  })

  it('change nothing but their series through the newer group', async ({ api, namespace }) => {
    const { core, events } = paths(namespace)
    await api.post(core, coreEvent(namespace))
    const event = (await api.get(`${events}/e`)).json<KubeObject>()
    const series = { count: 4, lastObservedTime: '2024-01-01T00:00:01.000000Z' }
    expect((await api.put(`${events}/e`, { ...event, series })).status).toBe(200)
    expect((await api.get(`${core}/e`)).json().series).toEqual(series)
    expect((await api.patch(`${events}/e`, { note: 'else' })).json<{ message: string }>().message).toBe(
      'Event "e" is invalid: message: Invalid value: "else": field is immutable',
    )
  })
})

describe('component statuses', () => {
  it('are only read, and there are none', async ({ api }) => {
    const list = await api.get('/api/v1/componentstatuses')
    expect(list.json()).toEqual({ kind: 'ComponentStatusList', apiVersion: 'v1', metadata: {}, items: [] })
    expect(list.headers.warning).toBe('299 - "v1 ComponentStatus is deprecated in v1.19+"')
    expect((await api.get('/api/v1/componentstatuses/x')).status).toBe(404)
    expect((await api.get('/api/v1/componentstatuses?watch=1')).json<{ message: string }>().message).toBe(
      'watch is not supported on resources of kind "componentstatuses"',
    )
    expect((await api.post('/api/v1/componentstatuses', {})).status).toBe(405)
  })
})
