import { type Amounts, type Metric, type MetricSource, type MetricStatus, metricSources } from './hpa-spec.js'

const shownMetrics = 2
const unknown = '<unknown>'

/** The column Targets: what each metric is now and what it should be, `cpu: 12%/80%`. */
export function formatMetrics(metrics: readonly Metric[], statuses: readonly MetricStatus[]): string {
  if (metrics.length === 0) return '<none>'
  const shown = metrics.slice(0, shownMetrics).map((metric, i) => formatMetric(metric, statuses[i]))
  const more = metrics.length - shownMetrics
  return shown.join(', ') + (more > 0 ? ` + ${more} more...` : '')
}

function formatMetric(metric: Metric, status: MetricStatus | undefined): string {
  const source = metricSources.find((name) => name.toLowerCase() === metric.type.toLowerCase())
  if (!source) return '<unknown type>'
  const target = metric[source]?.target ?? {}
  const current = status?.[source]?.current
  if (source === 'resource' || source === 'containerResource') {
    return `${metric[source]?.name}: ${formatResource(target, current)}`
  }
  return formatAmounts(source, target, current)
}

function formatResource({ averageValue, averageUtilization }: Amounts, current: Amounts | undefined): string {
  if (averageValue !== undefined) return `${current ? (current.averageValue ?? '<nil>') : unknown}/${averageValue}`
  const percent = (value: number | undefined, none: string) => (value === undefined ? none : `${value}%`)
  return `${percent(current?.averageUtilization, unknown)}/${percent(averageUtilization, '<auto>')}`
}

function formatAmounts(source: MetricSource, target: Amounts, current: Amounts | undefined): string {
  if (source === 'pods')
    return `${current ? (current.averageValue ?? '<nil>') : unknown}/${target.averageValue ?? '<nil>'}`
  if (target.averageValue !== undefined) return `${current?.averageValue ?? unknown}/${target.averageValue} (avg)`
  return `${current ? (current.value ?? '<nil>') : unknown}/${target.value ?? '<nil>'}`
}
