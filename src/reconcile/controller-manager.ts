import type { PlainLog } from '../meta/log.js'
import type { KubeObject } from '../meta/object.js'
import { EventRecorder } from '../work/event-recorder.js'
import { Client, type Connection } from './client.js'
import type { Controller } from './controller.js'
import { clientWriter } from './event-writer.js'
import { Informer, type InformerOptions } from './informer.js'
import { LeaderElection, type LeaderElectionOptions, type Lease, leases } from './leader-election.js'
import { ControllerMetrics } from './metrics.js'
import { ResourceClient, type ResourceRef } from './resource-client.js'
import { runController } from './runner.js'

/** Which controllers run, and against which server. */
export interface ControllerManagerOptions {
  readonly connection: Connection
  readonly controllers: readonly Controller[]
  /** Absent: this process is the only one. */
  readonly leaderElection?: LeaderElectionOptions
  readonly log: PlainLog
}

/** How `run` ended. */
export type ManagerEnd = 'stopped' | 'lost the lease'

/** Runs controllers against one server; informers of a kind are shared among them. */
export class ControllerManager {
  readonly metrics = new ControllerMetrics()
  private readonly informers = new Map<string, Informer>()
  private readonly resources = new Map<string, ResourceClient>()
  private readonly client: Client
  private ready = false

  constructor(private readonly options: ControllerManagerOptions) {
    this.client = new Client(options.connection)
  }

  /** It leads, or need not; informers are running. */
  get isRunning(): boolean {
    return this.ready
  }

  /**
   * Runs until `signal` aborts or the lease is lost; then nothing further is begun, what is under way ends, and what was
   * recorded is written. Called once. A process that lost its lease should end: another one is at work.
   */
  async run(signal: AbortSignal): Promise<ManagerEnd> {
    const { leaderElection, log } = this.options
    try {
      if (!leaderElection) {
        await this.runControllers(signal)
        return 'stopped'
      }
      const election = new LeaderElection(this.resource<Lease>(leases), leaderElection, log)
      if (!(await election.acquire(signal))) return 'stopped'
      log.info('leading', { lease: leaderElection.name, identity: leaderElection.identity })
      this.metrics.leads(leaderElection.name, true)
      const lost = new AbortController()
      const held = election.hold(signal).then(() => lost.abort())
      await this.runControllers(AbortSignal.any([signal, lost.signal]))
      await held
      this.metrics.leads(leaderElection.name, false)
      if (!signal.aborted) return 'lost the lease'
      await election.release()
      return 'stopped'
    } finally {
      this.client.close()
    }
  }

  private async runControllers(signal: AbortSignal): Promise<void> {
    const { controllers, log } = this.options
    const following: Promise<void>[] = []
    const informer = (ref: ResourceRef, select: InformerOptions = {}) => {
      const key = JSON.stringify([
        ref.apiVersion,
        ref.kind,
        select.namespace,
        select.labelSelector,
        select.fieldSelector,
      ])
      const known = this.informers.get(key)
      if (known) return known
      const made = new Informer(this.resource(ref), select, log)
      this.informers.set(key, made)
      following.push(made.run(signal))
      return made
    }
    const recorders: EventRecorder[] = []
    const running = controllers.map((controller) => {
      const lost = (error: unknown, reason: string) =>
        log.warn('an Event could not be written', { reason, error: String(error) })
      const events = new EventRecorder(clientWriter(this.client), controller.name, lost)
      recorders.push(events)
      const resources = <T extends KubeObject>(ref: ResourceRef) => this.resource<T>(ref)
      return runController(controller, { resources, informer, events, log, signal, metrics: this.metrics })
    })
    this.ready = true
    await Promise.all(running)
    this.ready = false
    await Promise.all([...following, ...recorders.map((events) => events.flush())])
  }

  private resource<T extends KubeObject>(ref: ResourceRef): ResourceClient<T> {
    const key = `${ref.apiVersion} ${ref.kind}`
    const known = this.resources.get(key) ?? new ResourceClient(this.client, ref)
    this.resources.set(key, known)
    return known as unknown as ResourceClient<T>
  }
}
