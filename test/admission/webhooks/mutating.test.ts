import { describe, expect } from 'vitest'
import { allow, configMapRule, configs, test } from './hook-test.js'

describe('mutating webhooks', () => {
  const mutating = test.extend('kind', () => 'mutating' as const)
  const patchOf = (operations: unknown) => ({
    response: {
      allowed: true,
      patchType: 'JSONPatch',
      patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
    },
  })

  mutating('change what is written; what they make is validated', async ({ hook, hooks }) => {
    await hook.install()
    hooks.on(hook.path, () => patchOf([{ op: 'add', path: '/data/added', value: 'yes' }]))
    expect((await hook.create({ a: '1' })).json()).toMatchObject({ data: { a: '1', added: 'yes' } })
    hooks.on(hook.path, () => patchOf([{ op: 'add', path: '/data/b~1d', value: 'x' }]))
    const invalid = await hook.create({ a: '1' })
    expect([invalid.status, invalid.json<{ reason: string }>().reason]).toEqual([422, 'Invalid'])
    hooks.on(hook.path, () => patchOf([{ op: 'replace', path: '/no/where', value: 'x' }]))
    expect((await hook.create({ a: '1' })).status).toBe(500)
  })

  mutating(
    'are asked again after a later one changed something, when they want to be',
    async ({ hook, hooks, api }) => {
      const config = (name: string, path: string, reinvocationPolicy: string) => ({
        ...{ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration', metadata: { name } },
        webhooks: [
          {
            ...{
              name: `${name}.example.com`,
              sideEffects: 'None',
              admissionReviewVersions: ['v1'],
              rules: [configMapRule],
            },
            ...{ reinvocationPolicy, objectSelector: { matchLabels: { hook: hook.path.slice(1) } } },
            clientConfig: { url: `https://127.0.0.1:${hooks.port}${path}`, caBundle: hooks.caBundle },
          },
        ],
      })
      hooks.on('/first', () => allow)
      hooks.on('/never', () => allow)
      hooks.on('/second', ({ object }) => {
        const data = (object?.data ?? {}) as Record<string, string>
        return 'late' in data ? allow : patchOf([{ op: 'add', path: '/data/late', value: '1' }])
      })
      for (const [name, policy] of [
        ['first', 'IfNeeded'],
        ['never', 'Never'],
        ['second', 'Never'],
      ] as const) {
        await api.post(`${configs}/mutatingwebhookconfigurations`, config(name, `/${name}`, policy))
      }
      try {
        expect((await hook.create({ a: '1' })).json()).toMatchObject({ data: { late: '1' } })
        expect(['first', 'never', 'second'].map((name) => hooks.seen(`/${name}`).length)).toEqual([2, 1, 1])
      } finally {
        for (const name of ['first', 'never', 'second'])
          await api.delete(`${configs}/mutatingwebhookconfigurations/${name}`)
      }
    },
  )

  /** As recorded of kube-apiserver: what the server decides is not for webhooks to change. */
  const patches: [operation: object, code: number, said: unknown][] = [
    [{ op: 'add', path: '/unknown', value: 'x' }, 201, {}],
    [{ op: 'add', path: '/metadata/unknown', value: 1 }, 201, {}],
    [{ op: 'remove', path: '/kind' }, 201, { kind: 'ConfigMap' }],
    [{ op: 'replace', path: '/metadata/name', value: 'other' }, 201, { metadata: { name: 'other' } }],
    [{ op: 'add', path: '/metadata/uid', value: 'u' }, 201, { metadata: { uid: expect.stringMatching(/.{36}/) } }],
    [{ op: 'add', path: '/metadata/resourceVersion', value: '7' }, 201, {}],
    [
      { op: 'replace', path: '/metadata/namespace', value: 'other' },
      ...[400, 'the namespace of the provided object does not match the namespace sent on the request'],
    ] as [object, number, unknown],
    [
      { op: 'add', path: '/data', value: { a: 1 } },
      ...[
        500,
        'Internal error occurred: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
      ],
    ] as [object, number, unknown],
    [
      { op: 'replace', path: '/apiVersion', value: 'v2' },
      500,
      'Internal error occurred: no kind "ConfigMap" is registered for version "v2" in scheme "pkg/runtime/scheme.go:111"',
    ],
    [
      { op: 'test', path: '/kind', value: 'x' },
      ...[500, 'Internal error occurred: testing value /kind failed: test failed'],
    ] as [object, number, unknown],
    [{ op: 'foo', path: '/kind' }, 500, 'Internal error occurred: Unexpected kind: foo'],
    [
      { op: 'remove', path: '/data/none/deeper' },
      500,
      'Internal error occurred: remove operation does not apply: doc is missing path: "/data/none/deeper": missing value',
    ],
  ]
  mutating.for(patches)('patch %j: %d', async ([operation, code, said], { hook, hooks, namespace }) => {
    await hook.install()
    hooks.on(hook.path, () => patchOf([operation]))
    const answer = await hook.create({}, '?dryRun=All')
    expect(answer.status, answer.text).toBe(code)
    const body = answer.json<Record<string, unknown>>()
    if (typeof said === 'string') expect(body.message).toBe(said)
    else expect(body).toMatchObject({ kind: 'ConfigMap', ...(said as object) })
    if (code !== 201) return
    expect(body.metadata).toMatchObject({ namespace })
    expect(answer.text).not.toContain('unknown":')
  })

  mutating('can not make another object of the one that is written', async ({ hook, hooks, api, namespace }) => {
    const path = `/api/v1/namespaces/${namespace}/configmaps`
    hooks.on(hook.path, () => ({ response: { allowed: true } }))
    await hook.install()
    const { metadata } = (await hook.create()).json()
    const change = { metadata: { annotations: { a: 'b' } } }
    for (const [field, value] of [
      ['name', 'other'],
      ['uid', 'u'],
      ['creationTimestamp', '2001-01-01T00:00:00Z'],
    ] as const) {
      hooks.on(hook.path, () => patchOf([{ op: 'replace', path: `/metadata/${field}`, value }]))
      const answer = await api.patch(`${path}/${metadata.name}`, change)
      if (field === 'creationTimestamp') expect(answer.json()).toMatchObject({ metadata: { [field]: metadata[field] } })
      else expect(answer.json()).toMatchObject({ code: 422, message: expect.stringContaining(`metadata.${field}`) })
    }
    hooks.on(hook.path, () => ({ response: { allowed: true } }))
    expect((await api.get(`${path}/other`)).status).toBe(404)
  })
})
