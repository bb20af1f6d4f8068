import { isJsonObject, type KubeObject } from '../meta/object.js'
import type { SelectableField } from '../registry/definition.js'
import type { ResourceFacts } from './facts/resource-facts.js'

/** A path in the stored object, or what its text is where that is not the value as it stands. */
type Fields = Readonly<Record<string, string | ((stored: KubeObject) => unknown)>>

const involved = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']

function involvedAs(name: string): Fields {
  return Object.fromEntries(involved.map((part) => [`${name}.${part}`, `involvedObject.${part}`]))
}

function same(...paths: string[]): Fields {
  return Object.fromEntries(paths.map((path) => [path, path]))
}

/**
 * What field selectors may name beside metadata.name and metadata.namespace (API-SEMANTICS L32), by `<group>/<plural>`.
 * Booleans and numbers that are not there are false and 0, as Go prints them.
 */
const selectable: Readonly<Record<string, Fields>> = {
  '/events': {
    ...involvedAs('involvedObject'),
    ...same('reason', 'reportingComponent', 'type'),
    source: (event) => valueAt(event, 'source.component') || valueAt(event, 'reportingComponent'),
  },
  '/namespaces': { ...same('status.phase'), name: 'metadata.name' },
  '/nodes': { 'spec.unschedulable': (node) => valueAt(node, 'spec.unschedulable') ?? false },
  '/pods': {
    ...same('spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName'),
    ...same('status.phase', 'status.podIP', 'status.nominatedNodeName'),
    'spec.hostNetwork': (pod) => valueAt(pod, 'spec.hostNetwork') ?? false,
    'status.podIPs': () => '',
  },
  '/replicationcontrollers': { 'status.replicas': (rc) => valueAt(rc, 'status.replicas') ?? 0 },
  '/secrets': same('type'),
  '/services': same('spec.clusterIP', 'spec.type'),
  'batch/jobs': { 'status.successful': (job) => valueAt(job, 'status.succeeded') ?? 0 },
  'certificates.k8s.io/certificatesigningrequests': same('spec.signerName'),
  'events.k8s.io/events': {
    ...involvedAs('regarding'),
    ...same('reason', 'type'),
    reportingController: 'reportingComponent',
  },
  'resource.k8s.io/resourceslices': same('spec.nodeName', 'spec.driver'),
}

export function selectableFields({ group, name }: ResourceFacts): SelectableField[] {
  return Object.entries(selectable[`${group}/${name}`] ?? {}).map(([field, from]) => ({
    name: field,
    value: (stored) => String((typeof from === 'string' ? valueAt(stored, from) : from(stored)) ?? ''),
  }))
}

function valueAt(object: KubeObject, path: string): unknown {
  return path.split('.').reduce<unknown>((value, part) => (isJsonObject(value) ? value[part] : undefined), object)
}
