import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What controllers count, under controller-runtime's names. */
export class ControllerMetrics {
  readonly registry = new Registry()
  private readonly total = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Reconciliations, by how they ended.',
    labelNames: ['controller', 'result'],
    registers: [this.registry],
  })
  private readonly errors = new Counter({
    name: 'controller_runtime_reconcile_errors_total',
    help: 'Reconciliations that failed.',
    labelNames: ['controller'],
    registers: [this.registry],
  })
  private readonly time = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'How long reconciliations took.',
    labelNames: ['controller'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60],
    registers: [this.registry],
  })
  private readonly leading = new Gauge({
    name: 'leader_election_master_status',
    help: '1 where this process leads.',
    labelNames: ['name'],
    registers: [this.registry],
  })
  private readonly depths = new Map<string, () => number>()

  constructor() {
    const { depths } = this
    new Gauge({
      name: 'workqueue_depth',
      help: 'Objects that wait to be reconciled.',
      labelNames: ['name'],
      registers: [this.registry],
      collect() {
        for (const [name, depth] of depths) this.set({ name }, depth())
      },
    })
  }

  reconciled(controller: string, result: 'success' | 'error' | 'requeue_after', seconds: number): void {
    this.total.inc({ controller, result })
    if (result === 'error') this.errors.inc({ controller })
    this.time.observe({ controller }, seconds)
  }

  queue(controller: string, depth: () => number): void {
    this.depths.set(controller, depth)
  }

  leads(name: string, is: boolean): void {
    this.leading.set({ name }, is ? 1 : 0)
  }
}
