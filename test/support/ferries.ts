import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadAll } from 'js-yaml'
import { issueAuthority, issueCertificate } from '../../src/certs/issue.js'
import type { KubeObject } from '../../src/meta/object.js'
import { freePort } from './free-port.js'
import { projectFolder } from './project-folder.js'
import { temporaryFolder } from './temporary-folder.js'

interface Webhooks extends KubeObject {
  readonly webhooks: readonly { readonly clientConfig: { readonly service: { readonly path: string } } }[]
}

/** The operator of test/clients/controller-runtime/ferries as one installs it. */
export interface Ferries {
  /** What controller-gen made, with the address of the webhooks in it, as kustomize would put it there. */
  readonly definition: KubeObject
  readonly webhooks: readonly KubeObject[]
  /** Flags of the program. */
  readonly args: readonly string[]
  readonly port: number
}

const config = join(projectFolder, 'test', 'clients', 'controller-runtime', 'ferries', 'config')
const read = (name: string) => loadAll(readFileSync(join(config, name), 'utf8')) as KubeObject[]

/** Certificates and a port for the operator's webhooks. */
export async function ferries(): Promise<Ferries> {
  const [certs, port] = [temporaryFolder(), await freePort()]
  const validity = { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + 86_400_000) }
  const authority = await issueAuthority('ferries', validity)
  const use = { server: { commonName: 'ferries', dnsNames: [], addresses: ['127.0.0.1'] } }
  const { cert, key } = await issueCertificate(authority, use, validity)
  writeFileSync(join(certs, 'tls.crt'), cert)
  writeFileSync(join(certs, 'tls.key'), key)
  const caBundle = Buffer.from(authority.cert).toString('base64')
  const at = (path: string) => ({ url: `https://127.0.0.1:${port}${path}`, caBundle })

  const [crd] = read('harbour.wukong.com_ferries.yaml') as [KubeObject & { spec: object }]
  const webhook = { conversionReviewVersions: ['v1'], clientConfig: at('/convert') }
  const definition = { ...crd, spec: { ...crd.spec, conversion: { strategy: 'Webhook', webhook } } }
  const webhooks = (read('manifests.yaml') as Webhooks[]).map((configuration) => ({
    ...configuration,
    webhooks: configuration.webhooks.map((hook) => ({ ...hook, clientConfig: at(hook.clientConfig.service.path) })),
  }))
  return { definition, webhooks, args: [`--ferries=${port}`, `--certs=${certs}`], port }
}

export const ferryPath = (namespace: string, version: string, name = '') =>
  `/apis/harbour.wukong.com/${version}/namespaces/${namespace}/ferries${name === '' ? '' : `/${name}`}`

export const ferry = (version: string, name: string, spec: object): KubeObject => ({
  ...{ apiVersion: `harbour.wukong.com/${version}`, kind: 'Ferry', metadata: { name } },
  spec,
})

/** How messages name the conversion of objects in that version. */
export const conversionOf = (version: string) => `conversion webhook for harbour.wukong.com/${version}, Kind=Ferry`

const invalid = 'Ferry.harbour.wukong.com "b" is invalid:'

/** What is refused when it is created as `b`, by whom, and how a kube-apiserver says so. */
export const refusedFerries: readonly { why: string; version: string; spec: object; message: string }[] = [
  {
    why: 'conversion, for an admission webhook that wants v2',
    version: 'v1',
    spec: { route: 'nowhere' },
    message: `Internal error occurred: Internal error occurred: ${conversionOf('v1')} failed: route "nowhere" has one end`,
  },
  {
    why: 'the validating webhook, which sees v2',
    version: 'v1',
    spec: { route: 'x-atlantis' },
    message: 'admission webhook "vferry.wukong.com" denied the request: nobody knows the way to atlantis',
  },
  {
    why: 'the mutating webhook, which can not read it',
    version: 'v2',
    spec: { from: 'x', to: 'y', stops: [{ place: 'b', stay: 5 }] },
    message:
      'admission webhook "mferry.wukong.com" denied the request: json: cannot unmarshal number into Go struct field Stop.spec.stops.stay of type string',
  },
  {
    why: 'a rule',
    version: 'v2',
    spec: { from: 'x', to: 'x' },
    message: `${invalid} spec: Invalid value: a ferry must go somewhere else`,
  },
  {
    why: 'the schema',
    version: 'v2',
    spec: { from: 'x', to: 'y', boats: 10 },
    message: `${invalid} spec.boats: Invalid value: 10: spec.boats in body should be less than or equal to 9`,
  },
  {
    why: 'keys of a list',
    version: 'v2',
    spec: { from: 'x', to: 'y', stops: [{ place: 'b' }, { place: 'b' }] },
    message: `${invalid} spec.stops[1]: Duplicate value: {"place":"b"}`,
  },
]
