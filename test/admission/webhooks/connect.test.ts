import { expect } from 'vitest'
import { configs, test } from './hook-test.js'

type Case = [method: string, path: string, kind: string, options: Record<string, unknown>]

const pods = '/api/v1/namespaces/default/pods'

/** What webhooks are told of connections was recorded of kube-apiserver; nothing is looked up before they are asked. */
test('connections are admitted, by the options they are asked for with', async ({ api, hooks }) => {
  const cases: Case[] = [
    [
      'GET',
      `${pods}/p/exec?command=ls&command=-l&stdin=true&tty=0&container=a`,
      'PodExecOptions',
      { stdin: true, container: 'a', command: ['ls', '-l'] },
    ],
    ['POST', `${pods}/p/exec?stdout=False&stderr=`, 'PodExecOptions', { stderr: true, command: null }],
    ['GET', `${pods}/p/attach?stdin=1`, 'PodAttachOptions', { stdin: true }],
    ['GET', `${pods}/p/portforward?ports=80&ports=81,82`, 'PodPortForwardOptions', { ports: [80, 81, 82] }],
    ['GET', `${pods}/p/portforward`, 'PodPortForwardOptions', {}],
    ['GET', `${pods}/p/proxy`, 'PodProxyOptions', {}],
    ['PUT', `${pods}/p/proxy/a/b?x=y`, 'PodProxyOptions', { path: '/a/b' }],
    ['GET', '/api/v1/namespaces/default/services/s/proxy/a/', 'ServiceProxyOptions', { path: '/a/' }],
    ['DELETE', '/api/v1/nodes/n/proxy/a%2Fb', 'NodeProxyOptions', { path: '/a/b' }],
  ]
  const rule = {
    ...{ operations: ['CONNECT'], apiGroups: [''], apiVersions: ['v1'] },
    resources: ['pods/*', 'services/*', 'nodes/*'],
  }
  const created = await api.post(`${configs}/validatingwebhookconfigurations`, {
    metadata: { name: 'connections' },
    webhooks: [
      {
        ...{ name: 'a.connections.example.com', sideEffects: 'None', admissionReviewVersions: ['v1'], rules: [rule] },
        clientConfig: { url: `https://127.0.0.1:${hooks.port}/connections`, caBundle: hooks.caBundle },
      },
    ],
  })
  expect(created.status, created.text).toBe(201)
  hooks.on('/connections', () => ({ response: { allowed: false, status: { message: 'no', code: 403 } } }))
  for (const [method, path, kind, options] of cases) {
    const answer = await api.request(method, path)
    expect([path, answer.status]).toEqual([path, 403])
    const of = { group: '', version: 'v1', kind }
    const { object, ...told } = hooks.seen('/connections').at(-1) ?? { object: null }
    expect([path, object]).toEqual([path, { kind, apiVersion: 'v1', ...options }])
    const common = { operation: 'CONNECT', kind: of, requestKind: of, oldObject: null, options: null, dryRun: false }
    expect(told).toMatchObject({ ...common, subResource: path.split(/[/?]/)[path.includes('nodes') ? 5 : 7] })
  }
  const bad = await api.get(`${pods}/p/portforward?ports=70000`)
  const why = 'cannot convert to []int32: strconv.ParseUint: parsing "70000": value out of range'
  expect(bad.json()).toMatchObject({ code: 400, message: why })
  await api.delete(`${configs}/validatingwebhookconfigurations/connections`)
  expect((await api.get(`${pods}/p/exec`)).json()).toMatchObject({ code: 404, message: 'pods "p" not found' })
})
