import type { CacheEvent } from '../../cache/watchers.js'
import { ipNumber, ipText } from '../../meta/number-range.js'
import type { JsonObject } from '../../meta/object.js'
import { timestamp } from '../../registry/backend.js'
import { deleteObject } from '../../registry/delete.js'
import { decodeStored } from '../../store/encode.js'
import type { Controller, ControllerContext } from '../controller.js'
import { ignoringNotFound } from '../write.js'
import { type Condition, membersOf, type Subject, simulation, withConditions, writeStatus } from './simulation.js'

/** The network of addresses that providers share (RFC 6598), 100.64.0.0/10: nothing outside is reached by them. */
const network = ipNumber('100.64.0.0') ?? 0
const size = 2 ** 22 - 2

/** Gives each pod an address of its own. */
class PodAddresses {
  readonly #used = new Map<number, string>()
  readonly #stop: () => void

  constructor({ backend: { cache, registry } }: ControllerContext) {
    const prefix = registry.stored('', 'pods')?.prefix('') ?? ''
    const note = ({ type, stored }: Pick<CacheEvent, 'type' | 'stored'>) => {
      const { metadata, status } = decodeStored(stored)
      const address = ipNumber(String(membersOf(status).podIP ?? ''))
      if (address === undefined) return
      if (type !== 'delete') this.#used.set(address, metadata.uid ?? '')
      else if (this.#used.get(address) === metadata.uid) this.#used.delete(address)
    }
    this.#stop = cache.watch(prefix, cache.revision, note)
    for (const stored of cache.peekAll(prefix)) note({ type: 'update', stored })
  }

  /** The same pod asking again, before it was given the first one, gets that one. */
  take(uid: string): string {
    const wished = Number.parseInt(uid.replaceAll('-', '').slice(0, 12), 16) || 0
    for (let step = 0; ; step++) {
      const address = network + 1 + ((wished + step) % size)
      if ((this.#used.get(address) ?? uid) !== uid) continue
      this.#used.set(address, uid)
      return ipText(address)
    }
  }

  close(): void {
    this.#stop()
  }
}

/** Pods run, are ready and have an address as soon as they are made, and are gone when they are deleted. */
export const podController: Controller = {
  async start(context) {
    const addresses = new PodAddresses(context)
    const stop = await simulation({
      name: 'simulated-pod-controller',
      group: '',
      plural: 'pods',
      evenDeleted: true,
      look: (subject) => look(subject, addresses),
    }).start(context)
    return async () => {
      await stop()
      addresses.close()
    }
  },
}

async function look(subject: Subject, addresses: PodAddresses): Promise<void> {
  const { context, resource, namespace, name, object } = subject
  const { deletionTimestamp, uid = '' } = object.metadata
  if (deletionTimestamp !== undefined) {
    // What is held by finalizers has no time left to wait for.
    if (object.metadata.deletionGracePeriodSeconds === 0) return
    const options = { dryRun: false, gracePeriodSeconds: 0, preconditions: { uid } }
    const { backend, caller } = context
    await ignoringNotFound(deleteObject(backend, caller, { resource, namespace, name }, options))
    return
  }
  const { phase = 'Pending' } = membersOf(object.status)
  const spec = membersOf(object.spec)
  const waits = Array.isArray(spec.schedulingGates) && spec.schedulingGates.length > 0
  if (waits || (phase !== 'Pending' && !(phase === 'Running' && Array.isArray(spec.readinessGates)))) return
  const now = timestamp(context.backend.now())
  await writeStatus(subject, (status) => {
    const conditions = withConditions(status.conditions, conditionsOf(spec, status), now)
    if (membersOf(status).phase === 'Running') return { ...status, conditions }
    const ip = addresses.take(uid)
    return {
      ...status,
      phase: 'Running',
      conditions,
      startTime: now,
      podIP: ip,
      podIPs: [{ ip }],
      containerStatuses: containersIn(spec.containers).map((container) => running(container, now)),
      ...(Array.isArray(spec.initContainers) ? { initContainerStatuses: initStatuses(spec.initContainers, now) } : {}),
    }
  })
}

const conditionTypes = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled']

/** A pod with readiness gates is ready once what they name is true. */
function conditionsOf(spec: JsonObject, status: JsonObject): Condition[] {
  const gates = (Array.isArray(spec.readinessGates) ? spec.readinessGates : []).map(membersOf)
  const known = (Array.isArray(status.conditions) ? status.conditions : []).map(membersOf)
  const isTrue = (type: unknown) => known.some((one) => one.type === type && one.status === 'True')
  const closed = gates.map(({ conditionType }) => conditionType).filter((type) => !isTrue(type))
  return conditionTypes.map((type): Condition => {
    if (type !== 'Ready' || closed.length === 0) return { type, status: 'True', reason: '', message: '' }
    const message = closed.map((gate) => `corresponding condition of pod readiness gate "${gate}" does not exist.`)
    return { type, status: 'False', reason: 'ReadinessGatesNotReady', message: message.join(', ') }
  })
}

const containersIn = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.map(membersOf) : [])

function running({ name, image = '' }: JsonObject, startedAt: string): JsonObject {
  const state = { running: { startedAt } }
  return { name, image, imageID: '', ready: true, started: true, restartCount: 0, state }
}

/** Those that only prepare have done so; sidecars go on. */
function initStatuses(containers: unknown, now: string): JsonObject[] {
  return containersIn(containers).map((container) => {
    if (container.restartPolicy === 'Always') return running(container, now)
    const state = { terminated: { exitCode: 0, reason: 'Completed', startedAt: now, finishedAt: now } }
    return { ...running(container, now), started: false, state }
  })
}
