import { describe, expect } from 'vitest'
import { startWebhookServer, type WebhookServer } from '../../support/webhook-server.js'
import { allow, configMapRule, configs, test } from './hook-test.js'

const denied = (name: string, why: string) => `admission webhook "${name}" denied the request${why}`

describe('validating webhooks', () => {
  test('see the write as it is', async ({ hook, hooks, api, namespace }) => {
    await hook.install()
    hooks.on(hook.path, () => allow)
    const created = (await hook.create({ a: '1' }, '?fieldManager=me')).json()
    const { name } = created.metadata
    await api.patch(`/api/v1/namespaces/${namespace}/configmaps/${name}`, { data: { a: '2' } })
    await api.delete(`/api/v1/namespaces/${namespace}/configmaps/${name}`)
    const common = {
      ...{ namespace, name, dryRun: false, kind: { group: '', version: 'v1', kind: 'ConfigMap' } },
      resource: { group: '', version: 'v1', resource: 'configmaps' },
      userInfo: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
    }
    expect(hooks.seen(hook.path)).toMatchObject([
      {
        ...common,
        ...{
          operation: 'CREATE',
          oldObject: null,
          object: { data: { a: '1' }, metadata: { uid: created.metadata.uid } },
        },
        options: { kind: 'CreateOptions', fieldManager: 'me' },
      },
      {
        ...common,
        ...{ operation: 'UPDATE', oldObject: { data: { a: '1' } }, object: { data: { a: '2' } } },
        options: { kind: 'PatchOptions' },
      },
      {
        ...common,
        operation: 'DELETE',
        oldObject: { data: { a: '2' } },
        object: null,
        options: { kind: 'DeleteOptions' },
      },
    ])
  })

  test.for<[status: unknown, code: number, why: string, reason: string | undefined]>([
    [{ message: 'not today' }, 400, ': not today', undefined],
    [undefined, 400, ' without explanation', undefined],
    [{ reason: 'Busy', code: 200 }, 400, ': Busy', 'Busy'],
    [{ message: 'full', reason: 'Forbidden', code: 403 }, 403, ': full', 'Forbidden'],
  ])('deny with the status they give: %j', async ([status, code, why, reason], { hook, hooks }) => {
    await hook.install()
    hooks.on(hook.path, () => ({ response: { allowed: false, ...(status ? { status } : {}) } }))
    const answer = await hook.create()
    expect(answer.status).toBe(code)
    expect(answer.json()).toMatchObject({ status: 'Failure', message: denied(hook.name, why), code })
    expect(answer.json<{ reason?: string }>().reason).toBe(reason)
  })

  test('warn', async ({ hook, hooks }) => {
    await hook.install()
    hooks.on(hook.path, () => ({ response: { allowed: true, warnings: ['look out'] } }))
    const answer = await hook.create()
    expect([answer.status, answer.headers.warning]).toEqual([201, '299 - "look out"'])
  })

  test('that answer nonsense are failed calls', async ({ hook, hooks }) => {
    await hook.install()
    const invalid = 'received invalid webhook response: '
    const answers: [answer: Parameters<WebhookServer['on']>[1], why: string][] = [
      [() => ({ raw: {} }), `${invalid}webhook response was absent`],
      [(r) => ({ raw: { response: { uid: 'x', allowed: true, r: r.uid } } }), `${invalid}expected response.uid="`],
      [
        (r) => ({ raw: { apiVersion: 'v1', kind: 'Pod', response: { uid: r.uid } } }),
        'failed to call webhook: no kind "Pod" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"',
      ],
      [
        () => ({ response: { allowed: true, patch: 'W10=', patchType: 'JSONPatch' } }),
        `${invalid}validating webhook may not`,
      ],
      [(r) => ({ raw: { response: { uid: r.uid, allowed: true } } }), `${invalid}expected webhook response of`],
      [
        () => ({ response: { allowed: 'yes' } }),
        'failed to call webhook: json: cannot unmarshal string into Go struct field AdmissionResponse.response.allowed of',
      ],
      [
        () => ({ status: 500, raw: 'oops' }),
        'failed to call webhook: an error on the server ("unknown") has prevented',
      ],
      [() => ({ status: 302 }), 'failed to call webhook: the server responded with the status code 302 but did not'],
      [
        () => ({ status: 409, raw: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'not now' } }),
        'failed to call webhook: not now',
      ],
      [() => ({ raw: 'no json' }), "failed to call webhook: couldn't get version/kind; json parse error: json: cannot"],
      [() => ({ raw: '' }), 'failed to call webhook: 0-length response with status code: 200 and content type: applic'],
    ]
    for (const [answer, why] of answers) {
      hooks.on(hook.path, answer)
      const { message, ...rest } = (await hook.create()).json<{ message: string }>()
      expect(rest).toMatchObject({ code: 500, reason: 'InternalError' })
      expect(message).toContain(`Internal error occurred: failed calling webhook "${hook.name}": ${why}`)
    }
  })

  test('that can not be reached fail the write, or not, as failurePolicy says', async ({ hook, hooks, api }) => {
    const clientConfig = { url: 'https://127.0.0.1:1/x', caBundle: hooks.caBundle }
    await hook.install({ clientConfig, timeoutSeconds: 3 })
    const { message } = (await hook.create()).json<{ message: string }>()
    const post = 'Post "https://127.0.0.1:1/x?timeout=3s": dial tcp 127.0.0.1:1: connect: connection refused'
    expect(message).toBe(
      `Internal error occurred: failed calling webhook "${hook.name}": failed to call webhook: ${post}`,
    )
    const path = `${configs}/validatingwebhookconfigurations/${hook.path.slice(1)}`
    await api.patch(path, [{ op: 'add', path: '/webhooks/0/failurePolicy', value: 'Ignore' }])
    expect((await hook.create()).status).toBe(201)
  })

  test('must have a certificate of the bundle, and answer in time', async ({ hook, hooks, api }) => {
    const stranger = await startWebhookServer()
    try {
      const url = `https://127.0.0.1:${stranger.port}${hook.path}`
      await hook.install({ clientConfig: { url, caBundle: hooks.caBundle }, timeoutSeconds: 1 })
      const unknown = (await hook.create()).json<{ message: string }>().message
      expect(unknown).toContain('tls: failed to verify certificate: x509: certificate signed by unknown authority')
      stranger.on(hook.path, () => new Promise(() => {}))
      const path = `${configs}/validatingwebhookconfigurations/${hook.path.slice(1)}`
      await api.patch(path, [{ op: 'replace', path: '/webhooks/0/clientConfig/caBundle', value: stranger.caBundle }])
      const late = (await hook.create()).json<{ message: string }>().message
      expect(late).toContain(`Post "${url}?timeout=1s": context deadline exceeded`)
    } finally {
      await stranger.close()
    }
  })

  test('are asked in dry runs', async ({ hook, hooks }) => {
    await hook.install({ sideEffects: 'NoneOnDryRun' })
    hooks.on(hook.path, () => allow)
    expect((await hook.create({}, '?dryRun=All')).status).toBe(201)
    expect(hooks.seen(hook.path)).toMatchObject([{ dryRun: true }])
  })

  test('are asked when their matchConditions hold', async ({ hook, hooks }) => {
    const matchConditions = [
      { name: 'big', expression: "has(object.data) && object.data.size == 'big'" },
      { name: 'admin', expression: "'system:masters' in request.userInfo.groups" },
    ]
    await hook.install({ matchConditions })
    hooks.on(hook.path, () => ({ response: { allowed: false } }))
    expect((await hook.create({ size: 'small' })).status).toBe(201)
    expect((await hook.create({ size: 'big' })).status).toBe(400)
    const failed = (await hook.create({ other: 'x' })).json<{ message: string }>()
    const source = "has(object.data) && object.data.size == 'big'"
    expect(failed.message).toContain(`is forbidden: expression '${source}' resulted in error: no such key: size`)
  })

  test('are found by Services', async ({ hook, hooks, api }) => {
    const service = { namespace: 'default', name: 'hook', path: hook.path, port: hooks.port }
    await hook.install({ clientConfig: { service, caBundle: hooks.caBundle } })
    hooks.on(hook.path, () => ({ response: { allowed: false, status: { message: 'found' } } }))
    const missing = (await hook.create()).json<{ message: string }>().message
    const post = `Post "https://hook.default.svc:${hooks.port}${hook.path}?timeout=10s": service "hook" not found`
    expect(missing).toContain(`failed to call webhook: ${post}`)
    const made = await api.post('/api/v1/namespaces/default/services', {
      ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'hook' } },
      spec: { type: 'ExternalName', externalName: 'localhost' },
    })
    expect(made.status, made.text).toBe(201)
    expect((await hook.create()).json()).toMatchObject({ message: denied(hook.name, ': found') })
  })

  test('are not asked about what configures them', async ({ hook, hooks, api }) => {
    await hook.install({
      rules: [{ ...configMapRule, apiGroups: ['*'], resources: ['*'] }],
      objectSelector: {},
      namespaceSelector: { matchLabels: { no: 'where' } },
    })
    hooks.on(hook.path, () => ({ response: { allowed: false } }))
    const path = `${configs}/validatingwebhookconfigurations/${hook.path.slice(1)}`
    expect((await api.patch(path, { metadata: { labels: { a: 'b' } } })).status).toBe(200)
    expect(
      (await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { generateName: 'n-' } }))
        .status,
    ).toBe(201)
  })
})
