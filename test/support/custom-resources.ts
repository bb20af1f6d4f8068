import type { KubeObject } from '../../src/meta/object.js'
import { eventually } from './eventually.js'
import type { HttpClient } from './http.js'

export const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
}

/** A definition of a namespaced kind with one version, `v1`; `schema` is that of `spec`. */
export function definitionOf(
  kind: string,
  group: string,
  schema: object,
  more: { readonly spec?: object; readonly version?: object } = {},
): KubeObject {
  const plural = `${kind.toLowerCase()}s`
  const openAPIV3Schema = { type: 'object', properties: { spec: schema, status: anyObject } }
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema }, ...more.version }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: { group, scope: 'Namespaced', names: { plural, kind }, versions: [version], ...more.spec },
  }
}

export const anyObject = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const

export function conditionsOf(crd: KubeObject): Readonly<Record<string, Condition>> {
  const { conditions } = (crd.status ?? {}) as { conditions?: Condition[] | null }
  return Object.fromEntries((conditions ?? []).map((condition) => [condition.type, condition]))
}

/** Creates a definition and waits until it is established; answers with it as it is then. */
export async function establish(api: HttpClient, crd: KubeObject): Promise<KubeObject> {
  const answer = await api.post(definitionsPath, crd)
  if (answer.status !== 201) throw new Error(answer.text)
  return established(api, crd.metadata.name ?? '')
}

export async function established(api: HttpClient, name: string): Promise<KubeObject> {
  return eventually(`${name} is established`, async () => {
    const crd = (await api.get(`${definitionsPath}/${name}`)).json()
    return conditionsOf(crd).Established?.status === 'True' ? crd : undefined
  })
}
