import { describe, expect } from 'vitest'
import type { JsonObject } from '../../src/meta/object.js'
import { testAlone as it } from '../support/server-test.js'

const labels = { app: 'web' }
const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } }
const counted = 'deprecated.daemonset.template.generation'
const daemonSet = (generation: string) => ({
  metadata: { name: 'd', annotations: { [counted]: generation } },
  spec: { selector: { matchLabels: labels }, template },
})
const autoscaler = (behavior: JsonObject) => ({
  metadata: { name: 'h' },
  spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, behavior },
})
const daemonSets = '/apis/apps/v1/namespaces/default/daemonsets'
const autoscalers = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers'
const noPolicy = (path: string) =>
  `HorizontalPodAutoscaler.autoscaling "h" is invalid: spec.behavior.${path}.policies: ` +
  'Required value: must specify at least one Policy'
const noNumber = (text: string, why: string) =>
  `DaemonSet in version "v1" cannot be handled as a DaemonSet: strconv.ParseInt: parsing "${text}": ${why}`

/** As answered by a kube-apiserver 1.36.3. */
const refused: [path: string, body: JsonObject, code: number, message: string][] = [
  [daemonSets, daemonSet('x'), 400, noNumber('x', 'invalid syntax')],
  [daemonSets, daemonSet(''), 400, noNumber('', 'invalid syntax')],
  [daemonSets, daemonSet('9'.repeat(20)), 400, noNumber('9'.repeat(20), 'value out of range')],
  [autoscalers, autoscaler({ scaleUp: { policies: [] } }), 422, noPolicy('scaleUp')],
  [autoscalers, autoscaler({ scaleDown: { policies: [] } }), 422, noPolicy('scaleDown')],
]

describe('odd creations', () => {
  it.for(refused)('%s %j: %i', async ([path, body, code, message], { api }) => {
    const answer = await api.post(path, body)
    expect([answer.status, answer.json().message]).toEqual([code, message])
  })

  it('a template generation is kept, but for one that is none', async ({ api }) => {
    const made = async (text: string) => {
      const answer = await api.post(`${daemonSets}?dryRun=All`, daemonSet(text))
      return [answer.status, answer.json().metadata.annotations?.[counted]]
    }
    expect(await made('9223372036854775807')).toEqual([201, '9223372036854775807'])
    expect(await made('-1')).toEqual([201, '1'])
  })

  it('a dry run does not mind a resourceVersion', async ({ api }) => {
    const path = '/api/v1/namespaces/default/configmaps'
    const body = { metadata: { name: 'versioned', resourceVersion: '5' } }
    expect((await api.post(`${path}?dryRun=All`, body)).status).toBe(201)
    expect((await api.post(path, body)).status).toBe(500)
  })

  it('a LimitRange without a name gets one', async ({ api }) => {
    const answer = await api.post('/api/v1/namespaces/default/limitranges', { metadata: {} })
    expect(answer.status).toBe(201)
    expect(answer.json().metadata.name).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('what is not served has no warning of its kind', async ({ api }) => {
    const path = '/api/v1/namespaces/default/endpoints'
    expect((await api.get(path)).headers.warning).toContain('v1 Endpoints is deprecated')
    for (const answer of [await api.get(`${path}/a/status`), await api.post(`${path}/a`, {})]) {
      expect(answer.headers.warning).toBeUndefined()
    }
  })
})
