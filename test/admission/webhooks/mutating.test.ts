import { describe, expect } from 'vitest'
import { allow, configMapRule, configs, test } from './hook-test.js'

describe('mutating webhooks', () => {
  const mutating = test.override('kind', () => 'mutating' as const)
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
})
