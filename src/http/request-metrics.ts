import type { RequestInfo } from '../meta/request-info.js'
import type { Registry } from '../registry/registry.js'
import type { Resource } from '../registry/resource.js'
import { subresourcesOf } from './discovery.js'

/** Upper bounds of what is counted together, in seconds; those of kube-apiserver. */
const bounds = [
  ...[0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3],
  ...[4, 5, 6, 8, 10, 15, 20, 30, 45, 60],
]

export type Labels = Readonly<Record<string, string>>

/** One value of a metric, in the form prom-client prints. */
export interface Sample {
  readonly labels: Labels
  readonly value: number
  /** Where it is not the metric's own name: `…_bucket`. */
  readonly metricName?: string
}

/** A metric whose values are read when somebody asks for them. */
export interface Metric {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  samples(): Sample[]
}

/** Requests that have all their labels in common. */
interface Series {
  readonly labels: Labels
  readonly code: string
  count: number
  seconds: number
  /** How many took how long; the last one is for more than the greatest bound. */
  readonly buckets: number[]
}

const verbs: Readonly<Record<string, string>> = {
  get: 'GET',
  list: 'LIST',
  watch: 'WATCH',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETECOLLECTION',
  post: 'POST',
  put: 'PUT',
}

/**
 * Counts requests under kube-apiserver's names (API-SEMANTICS D62). A request costs one look into a map. Labels come from
 * what is served, never from what a client has made up: there are only so many.
 */
export class RequestMetrics {
  private readonly series = new Map<string, Series>()
  private readonly subresources = new WeakMap<Resource, ReadonlySet<string>>()

  constructor(private readonly registry: Registry) {}

  /** To be called when a request is answered; `dryRun` as its query says. */
  count(info: RequestInfo, method: string, dryRun: string | null, code: number, seconds: number): void {
    const resource = info.isResourceRequest
      ? this.registry.resource(info.group, info.version, info.resource)
      : undefined
    const verb = method === 'HEAD' ? 'HEAD' : (verbs[info.verb] ?? 'other')
    const subresource = resource && this.hasSubresource(resource, info.subresource) ? info.subresource : ''
    const scope = info.name !== '' ? 'resource' : info.namespace !== '' ? 'namespace' : 'cluster'
    const dry = dryRun === 'All' ? dryRun : ''
    const key = `${code} ${verb} ${scope} ${dry} ${subresource} ${resource?.plural ?? ''} ${resource?.apiVersion ?? ''}`
    let series = this.series.get(key)
    if (!series) {
      const version = resource?.version.name ?? ''
      const of = { group: resource?.group ?? '', version, resource: resource?.plural ?? '', subresource }
      const labels = { verb, dry_run: dry, ...of, scope: resource ? scope : '', component: 'apiserver' }
      series = { labels, code: String(code), count: 0, seconds: 0, buckets: new Array(bounds.length + 1).fill(0) }
      this.series.set(key, series)
    }
    series.count++
    series.seconds += seconds
    const found = bounds.findIndex((bound) => seconds <= bound)
    const bucket = found < 0 ? bounds.length : found
    series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1
  }

  get metrics(): Metric[] {
    return [
      {
        name: 'apiserver_request_total',
        help: 'Requests answered, by verb, dry run, group, version, resource, scope, component and HTTP status code.',
        type: 'counter',
        samples: () =>
          [...this.series.values()].map(({ labels, code, count }) => ({ labels: { ...labels, code }, value: count })),
      },
      {
        name: 'apiserver_request_duration_seconds',
        help: 'How long requests took until they were answered.',
        type: 'histogram',
        samples: () => this.durations(),
      },
    ]
  }

  private hasSubresource(resource: Resource, name: string): boolean {
    if (name === '') return false
    let known = this.subresources.get(resource)
    if (!known) {
      known = new Set(subresourcesOf(resource).map((subresource) => subresource.name))
      this.subresources.set(resource, known)
    }
    return known.has(name)
  }

  private durations(): Sample[] {
    const name = 'apiserver_request_duration_seconds'
    return [...withoutCodes(this.series.values())].flatMap(({ labels, count, seconds, buckets }) => {
      let sum = 0
      const counted = bounds.map((le, i) => {
        sum += buckets[i] ?? 0
        return { labels: { ...labels, le: String(le) }, value: sum, metricName: `${name}_bucket` }
      })
      return [
        ...counted,
        { labels: { ...labels, le: '+Inf' }, value: count, metricName: `${name}_bucket` },
        { labels, value: seconds, metricName: `${name}_sum` },
        { labels, value: count, metricName: `${name}_count` },
      ]
    })
  }
}

function withoutCodes(all: Iterable<Series>): Iterable<Series> {
  const merged = new Map<string, Series>()
  for (const { labels, code, count, seconds, buckets } of all) {
    const key = Object.values(labels).join(' ')
    const known = merged.get(key)
    if (!known) merged.set(key, { labels, code, count, seconds, buckets: [...buckets] })
    else {
      known.count += count
      known.seconds += seconds
      for (const [i, value] of buckets.entries()) known.buckets[i] = (known.buckets[i] ?? 0) + value
    }
  }
  return merged.values()
}
