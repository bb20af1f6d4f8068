import { type Admission, onlyOf } from '../../registry/admission.js'
import type { KnownObjects } from '../known-objects.js'
import type { Pod } from './pod.js'

const copied = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region']

/** PodTopologyLabels: a pod on a node is labelled with where the node is. */
export function podTopologyLabels(known: KnownObjects): Admission {
  return {
    concerns: onlyOf('/pods'),
    mutate({ operation, resource, subresource, object }) {
      if (resource.group !== '' || resource.plural !== 'pods' || object === undefined) return
      if (operation === 'DELETE' || !(subresource === '' ? operation === 'CREATE' : subresource === 'binding')) return
      const { metadata, spec } = object as Pod
      const { labels = {} } = (spec.nodeName && known.get('', 'nodes', '', spec.nodeName)?.metadata) || {}
      const found = Object.entries(labels).filter(([name]) => copied.includes(name))
      if (found.length > 0) metadata.labels = { ...metadata.labels, ...Object.fromEntries(found) }
    },
  }
}
