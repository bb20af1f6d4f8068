import { describe, expect } from 'vitest'
import { eventually } from '../support/eventually.js'
import { testAlone as it } from '../support/server-test.js'

const group = '/apis/flowcontrol.apiserver.k8s.io/v1'

interface FlowSchema {
  readonly metadata: { readonly name: string }
  readonly spec: { readonly priorityLevelConfiguration: { readonly name: string } }
  readonly status: { readonly conditions?: readonly Record<string, string>[] }
}

describe('flow control', () => {
  it('has upstream’s flow schemas and priority levels from the start', async ({ api }) => {
    const levels = (await api.get(`${group}/prioritylevelconfigurations`)).json<{ items: FlowSchema[] }>().items
    expect(levels.map(({ metadata }) => metadata.name)).toEqual([
      ...['catch-all', 'exempt', 'global-default', 'leader-election', 'node-high', 'system', 'workload-high'],
      'workload-low',
    ])
    const schemas = (await api.get(`${group}/flowschemas`)).json<{ items: FlowSchema[] }>().items
    expect(schemas.map(({ metadata, spec }) => [metadata.name, spec.priorityLevelConfiguration.name])).toEqual([
      ['catch-all', 'catch-all'],
      ['exempt', 'exempt'],
      ['global-default', 'global-default'],
      ['kube-controller-manager', 'workload-high'],
      ['kube-scheduler', 'workload-high'],
      ['kube-system-service-accounts', 'workload-high'],
      ['probes', 'exempt'],
      ['service-accounts', 'workload-low'],
      ['system-leader-election', 'leader-election'],
      ['system-node-high', 'node-high'],
      ['system-nodes', 'system'],
    ])
    const changed = await api.patch(`${group}/flowschemas/exempt`, { spec: { matchingPrecedence: 2 } })
    expect([changed.status, changed.json().message]).toEqual([
      422,
      expect.stringContaining("spec of 'exempt' must equal the fixed value"),
    ])
  })

  it('says of a flow schema whether its priority level is there', async ({ api }) => {
    const condition = async () =>
      (await api.get(`${group}/flowschemas/f`))
        .json<FlowSchema>()
        .status.conditions?.map(({ status, message }) => [status, message])
    const what = 'This FlowSchema references the PriorityLevelConfiguration object named "p"'
    const rules = [
      {
        subjects: [{ kind: 'User', user: { name: 'u' } }],
        nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      },
    ]
    const schema = { metadata: { name: 'f' }, spec: { priorityLevelConfiguration: { name: 'p' }, rules } }
    expect((await api.post(`${group}/flowschemas`, schema)).status).toBe(201)
    const says = (status: string, message: string) =>
      eventually(message, async () => {
        expect(await condition()).toEqual([[status, message]])
        return true
      })
    await says('True', `${what} but there is no such object`)
    const level = { metadata: { name: 'p' }, spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } } }
    expect((await api.post(`${group}/prioritylevelconfigurations`, level)).status).toBe(201)
    await says('False', `${what} and it exists`)
    expect((await api.delete(`${group}/prioritylevelconfigurations/p`)).status).toBe(200)
    await says('True', `${what} but there is no such object`)
  })
})
