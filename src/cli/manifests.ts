import { lifetime, lifetimes } from '../certs/certificates.js'
import { issueAuthority, issueCertificate } from '../certs/issue.js'
import { stringifyYaml } from '../codec/yaml-writer.js'
import { loadGroups } from '../sdk/load.js'
import { manifestObjects } from './manifest-objects.js'

export interface ManifestsFlags {
  readonly apis: readonly string[]
  readonly image: string
  readonly name: string
  readonly namespace: string
  /** Objects are in etcd; without: on a volume. */
  readonly etcdServers?: readonly string[]
  readonly storage: string
}

/**
 * What a kube-apiserver is to be given so that API groups are served behind it, as one YAML stream: `kubectl apply -f -`.
 * The serving certificate is made anew each time, and its authority, whose key is kept nowhere.
 * @throws Error naming a module that can't be loaded, or groups without a version
 */
export async function manifests(flags: ManifestsFlags, folder: string): Promise<string> {
  const { name, namespace } = flags
  const groups = await loadGroups(flags.apis, folder)
  const served = groups
    .flatMap(({ resources }) => resources)
    .flatMap(({ group, versions }) => versions.filter((v) => v.served).map((v) => ({ group, version: v.name })))
  const groupVersions = new Map(served.map((one) => [`${one.version}.${one.group}`, one]))
  if (groupVersions.size === 0) throw new Error('--apis: nothing is served')
  const now = new Date()
  const authority = await issueAuthority(`${name}-ca`, lifetime(now, lifetimes.authority))
  const dnsNames = [`${name}.${namespace}.svc`, `${name}.${namespace}`, name, 'localhost']
  const use = { server: { commonName: name, dnsNames, addresses: [] } }
  const serving = await issueCertificate(authority, use, lifetime(now, lifetimes.certificate))
  const objects = manifestObjects({ ...flags, groupVersions: [...groupVersions.values()], serving, ca: authority.cert })
  return objects.map(stringifyYaml).join('---\n')
}
