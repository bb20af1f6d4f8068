import { formatGroupResource } from '../meta/gvk.js'
import type { Backend } from '../registry/backend.js'
import type { Metric, Sample } from './request-metrics.js'
import type { Watches } from './watches.js'

/** What is stored and who watches, counted when somebody asks (API-SEMANTICS D62). */
export function stateMetrics({ registry, cache }: Backend, watches: Watches): Metric[] {
  const counts = () =>
    registry.allGroups().flatMap((group) => {
      const resources = group.versions.flatMap((version) => group.resources(version).filter((r) => r.isStorage))
      return resources.map(({ groupResource, definition }) => {
        const stored = registry.stored(definition.group, groupResource.resource)
        return { ...groupResource, value: stored ? cache.peekAll(stored.prefix('')).length : 0 }
      })
    })
  return [
    {
      name: 'apiserver_storage_objects',
      help: 'Objects stored, by resource.',
      type: 'gauge',
      samples: () => counts().map(({ value, ...gr }) => ({ labels: { resource: formatGroupResource(gr) }, value })),
    },
    {
      name: 'apiserver_resource_objects',
      help: 'Objects stored, by group and resource.',
      type: 'gauge',
      samples: () => counts().map(({ value, group, resource }): Sample => ({ labels: { group, resource }, value })),
    },
    {
      name: 'apiserver_longrunning_requests',
      help: 'Watches under way, by group, version and resource.',
      type: 'gauge',
      samples: () =>
        watches.open().map(({ value, ...of }) => ({
          labels: { verb: 'WATCH', ...of, subresource: '', scope: '', component: 'apiserver' },
          value,
        })),
    },
    {
      name: 'apiserver_watch_events_total',
      help: 'Events told to watchers, by group, version and resource.',
      type: 'counter',
      samples: () => watches.told().map(({ value, ...labels }) => ({ labels, value })),
    },
  ]
}
