import { expect } from 'vitest'
import type { Answer, HttpClient } from '../../support/http.js'
import { test as base } from '../../support/server-test.js'
import { startWebhookServer, type WebhookServer } from '../../support/webhook-server.js'

export const configs = '/apis/admissionregistration.k8s.io/v1'
export const configMapRule = {
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  apiGroups: [''],
  apiVersions: ['v1'],
  resources: ['configmaps'],
}
let count = 0

/** A test's own webhook: a path on the server, about ConfigMaps with one label. */
export interface Hook {
  readonly path: string
  readonly name: string
  /** Makes the configuration; `change` is merged into its webhook. */
  install(change?: Record<string, unknown>): Promise<void>
  /** Creates a ConfigMap that the webhook is about. */
  create(data?: Record<string, string>, query?: string): Promise<Answer>
}

/** Tests with a webhook server for their file and a webhook for each test; validating unless it is overridden. */
export const test = base
  .extend('hooks', { scope: 'file' }, async ({ server: _ }, { onCleanup }): Promise<WebhookServer> => {
    const hooks = await startWebhookServer(['hook.default.svc'])
    onCleanup(() => hooks.close())
    return hooks
  })
  .extend('kind', () => 'validating' as 'validating' | 'mutating')
  .extend('hook', async ({ api, hooks, namespace, kind }, { onCleanup }): Promise<Hook> => {
    return setup(api, hooks, namespace, kind, onCleanup)
  })

async function setup(
  api: HttpClient,
  hooks: WebhookServer,
  namespace: string,
  kind: 'validating' | 'mutating',
  onCleanup: (step: () => Promise<void>) => void,
): Promise<Hook> {
  const id = `t${++count}`
  const [path, name] = [`/${id}`, `${id}.hooks.example.com`]
  const plural = `${kind}webhookconfigurations`
  const labels = { hook: id }
  onCleanup(async () => {
    await api.delete(`${configs}/${plural}/${id}`)
  })
  return {
    path,
    name,
    install: async (change = {}) => {
      const webhook = {
        ...{ name, sideEffects: 'None', admissionReviewVersions: ['v1'], rules: [configMapRule] },
        objectSelector: { matchLabels: labels },
        clientConfig: { url: `https://127.0.0.1:${hooks.port}${path}`, caBundle: hooks.caBundle },
        ...change,
      }
      const object = {
        kind: `${kind === 'validating' ? 'Validating' : 'Mutating'}WebhookConfiguration`,
        metadata: { name: id },
      }
      const answer = await api.post(`${configs}/${plural}`, {
        ...{ apiVersion: 'admissionregistration.k8s.io/v1', ...object },
        webhooks: [webhook],
      })
      expect(answer.status, answer.text).toBe(201)
    },
    create: (data = {}, query = '') =>
      api.post(`/api/v1/namespaces/${namespace}/configmaps${query}`, {
        ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'c-', labels }, data },
      }),
  }
}

export const allow = { response: { allowed: true } }
