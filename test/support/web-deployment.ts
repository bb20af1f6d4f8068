import type { KubeObject } from '../../src/meta/object.js'
import type { HttpClient } from './http.js'

/** Paths of collections. */
export const deployments = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments`
export const configMaps = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`

interface Deployment extends KubeObject {
  readonly spec: {
    readonly replicas: number
    readonly template: { readonly spec: { readonly containers: readonly Container[] } }
  }
}

interface Container {
  readonly name: string
  readonly image: string
  readonly env?: readonly unknown[]
}

/** YAML of a deployment named web, with an image for each container; `extra`: lines for its spec. */
export const webManifest = (images: Readonly<Record<string, string>>, replicas = 2, extra = '') => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: ${replicas}
${extra}  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
${Object.entries(images)
  .map(([name, image]) => `      - {name: ${name}, image: '${image}'}\n`)
  .join('')}`

/** The deployment named web, as it is served. */
export async function readWeb(api: HttpClient, namespace: string): Promise<Deployment> {
  return (await api.get(`${deployments(namespace)}/web`)).json<Deployment>()
}

/** `name=image` of each container, in order. */
export function containersOf({ spec }: Deployment): string[] {
  return spec.template.spec.containers.map(({ name, image }) => `${name}=${image}`)
}

/** Manager and operation of each entry of managedFields. */
export function managersOf({ metadata }: KubeObject): string[] {
  return (metadata.managedFields ?? []).map(({ manager, operation }) => `${manager} ${operation}`)
}
