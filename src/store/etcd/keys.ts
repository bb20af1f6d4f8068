/** Where kube-apiserver keeps what is not under its resource's own name (its SpecialDefaultResourcePrefixes). */
const specialPaths: ReadonlyMap<string, string> = new Map([
  ['core/endpoints', 'services/endpoints'],
  ['core/nodes', 'minions'],
  ['core/replicationcontrollers', 'controllers'],
  ['core/services', 'services/specs'],
  ['networking.k8s.io/ingresses', 'ingress'],
])

/** Resources that kube-apiserver keeps under their plain names although their group is not the core one. */
const plainResources: Readonly<Record<string, string>> = {
  'admissionregistration.k8s.io':
    'mutatingadmissionpolicies mutatingadmissionpolicybindings mutatingwebhookconfigurations ' +
    'validatingadmissionpolicies validatingadmissionpolicybindings validatingwebhookconfigurations',
  apps: 'controllerrevisions daemonsets deployments replicasets statefulsets',
  autoscaling: 'horizontalpodautoscalers',
  batch: 'cronjobs jobs',
  'certificates.k8s.io': 'certificatesigningrequests clustertrustbundles podcertificaterequests',
  'coordination.k8s.io': 'leasecandidates leases',
  'discovery.k8s.io': 'endpointslices',
  'flowcontrol.apiserver.k8s.io': 'flowschemas prioritylevelconfigurations',
  'internal.apiserver.k8s.io': 'storageversions',
  'networking.k8s.io': 'ingressclasses ipaddresses networkpolicies servicecidrs',
  'node.k8s.io': 'runtimeclasses',
  policy: 'poddisruptionbudgets',
  'rbac.authorization.k8s.io': 'clusterrolebindings clusterroles rolebindings roles',
  'resource.k8s.io': 'deviceclasses devicetaintrules resourceclaims resourceclaimtemplates resourceslices',
  'scheduling.k8s.io': 'podgroups priorityclasses workloads',
  'storage.k8s.io': 'csidrivers csinodes csistoragecapacities storageclasses volumeattachments volumeattributesclasses',
  'storagemigration.k8s.io': 'storageversionmigrations',
}

const pathByCollection = new Map(specialPaths)
for (const [group, resources] of Object.entries(plainResources)) {
  for (const resource of resources.split(' ')) pathByCollection.set(`${group}/${resource}`, resource)
}
const collectionByPath = new Map([...pathByCollection].map(([collection, path]) => [path, collection]))

/**
 * The keys of a store as keys of etcd, laid out as kube-apiserver lays out its own: `<prefix>/pods/<namespace>/<name>`,
 * `<prefix>/deployments/…` for built-in kinds; `<prefix>/<group>/<resource>/…` for all others, CustomResourceDefinitions
 * among them. A group without a dot gets one at its end, or it could be taken for a resource.
 */
export class EtcdKeys {
  /** With a closing slash. */
  readonly #root: string

  /** `prefix` begins with a slash. */
  constructor(prefix: string) {
    this.#root = `${prefix.replace(/\/+$/, '')}/`
  }

  /** Of an object, or of a collection or a part of it with its closing slash; '' is everything. */
  toEtcd(key: string): Buffer {
    const [collection, rest] = splitBehind(key, 2)
    if (rest === undefined) return Buffer.from(this.#root)
    return Buffer.from(`${this.#root}${pathOf(collection)}/${rest}`)
  }

  /** Undefined: not the key of an object. */
  fromEtcd(bytes: Uint8Array): string | undefined {
    const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
    if (!key.startsWith(this.#root)) return undefined
    const path = key.slice(this.#root.length)
    const [first, behindFirst] = splitBehind(path, 1)
    if (!behindFirst) return undefined
    const [firstTwo, behindTwo] = splitBehind(path, 2)
    const special = collectionByPath.get(firstTwo)
    if (special !== undefined) return behindTwo ? `${special}/${behindTwo}` : undefined
    if (!first.includes('.')) return `${collectionByPath.get(first) ?? `core/${first}`}/${behindFirst}`
    return behindTwo ? `${first.replace(/\.$/, '')}/${path.slice(first.length + 1)}` : undefined
  }

  /** A key below the prefix that is no object's. */
  ownKey(name: string): Buffer {
    return Buffer.from(`${this.#root}.${name}`)
  }
}

/** Range end of everything that begins with these bytes; they end with a slash. */
export function endOf(prefix: Buffer): Buffer {
  const end = Buffer.from(prefix)
  end[end.length - 1] = '/'.charCodeAt(0) + 1
  return end
}

/** Group and resource, or less where there is less, and what is behind their slash. */
function splitBehind(path: string, slashes: number): [string, string | undefined] {
  let at = -1
  for (let n = 0; n < slashes; n++) {
    at = path.indexOf('/', at + 1)
    if (at < 0) return [path, undefined]
  }
  return [path.slice(0, at), path.slice(at + 1)]
}

function pathOf(collection: string): string {
  const path = pathByCollection.get(collection)
  if (path !== undefined) return path
  const [group = '', resource = ''] = collection.split('/')
  if (group === 'core') return resource
  return group.includes('.') ? collection : `${group}./${resource}`
}
