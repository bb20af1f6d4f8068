import type { Registry as Prometheus } from 'prom-client'
import type { Answer } from './call.js'
import type { Metric } from './request-metrics.js'

/** `/metrics`: what is counted, and what Node tells of the process, in Prometheus' text format (API-SEMANTICS D62). */
export class MetricsPage {
  private prometheus: Promise<Prometheus> | undefined

  constructor(private readonly metrics: readonly Metric[]) {}

  async answer(): Promise<Answer> {
    this.prometheus ??= this.open()
    return {
      code: 200,
      type: 'text/plain; version=0.0.4; charset=utf-8',
      body: await (await this.prometheus).metrics(),
    }
  }

  /** The library is loaded, and begins to look at garbage collection and the event loop, when metrics are first wanted. */
  private async open(): Promise<Prometheus> {
    const { collectDefaultMetrics, Registry } = (await import('prom-client')).default
    const prometheus = new Registry()
    collectDefaultMetrics({ register: prometheus })
    for (const { name, help, type, samples } of this.metrics) {
      const get = async () => ({ name, help, type, values: samples(), aggregator: 'sum' })
      prometheus.registerMetric({ name, help, get, reset() {} } as unknown as Parameters<
        Prometheus['registerMetric']
      >[0])
    }
    return prometheus
  }
}
