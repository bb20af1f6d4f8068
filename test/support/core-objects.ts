import type { KubeObject } from '../../src/meta/object.js'
import type { Answer, HttpClient } from './http.js'

/** Paths of Kubernetes' own collections. */
export const core = {
  configMaps: (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`,
  secrets: (namespace: string) => `/api/v1/namespaces/${namespace}/secrets`,
  serviceAccounts: (namespace: string) => `/api/v1/namespaces/${namespace}/serviceaccounts`,
  deployments: (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments`,
  leases: (namespace: string) => `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`,
}

export interface ConfigMap extends KubeObject {
  data?: Record<string, string>
}

export function configMap(name: string, data?: Record<string, string>, metadata: object = {}): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, ...(data ? { data } : {}) }
}

export function secret(name: string, more: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, ...more }
}

export function lease(name: string, spec: object = { holderIdentity: 'me' }): KubeObject {
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name }, spec }
}

export interface Container {
  name: string
  image?: string
  env?: { name: string; value: string }[]
}

export interface Deployment extends KubeObject {
  spec: {
    replicas?: number
    selector: unknown
    template: { metadata: { labels: Record<string, string> }; spec: { containers: Container[] } }
  }
}

export function deployment(name: string, containers: Container[] = [{ name: 'c', image: 'i:1' }]): Deployment {
  const labels = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  }
}

/** Server-side apply of `body`; `query` begins with the field manager. */
export function apply(api: HttpClient, path: string, query: string, body: unknown): Promise<Answer> {
  const type = { 'content-type': 'application/apply-patch+yaml' }
  return api.request('PATCH', `${path}?fieldManager=${query}`, body, type)
}

/** A strategic merge patch. */
export function strategic(api: HttpClient, path: string, body: unknown): Promise<Answer> {
  return api.request('PATCH', path, body, { 'content-type': 'application/strategic-merge-patch+json' })
}
