import type { Cell } from '../../builtin-kind.js'
import { age, since } from '../../cells.js'
import { asPod, type ContainerStatus, type Pod } from './pod.js'

/** The columns of pods, as upstream fills them. */
export const podCells: Readonly<Record<string, Cell>> = {
  Ready: (object) => {
    const { ready, total } = summaryOf(asPod(object))
    return `${ready}/${total}`
  },
  Status: (object) => summaryOf(asPod(object)).reason,
  Restarts: (object, now) => {
    const { restarts, lastRestart } = summaryOf(asPod(object))
    return restarts > 0 && lastRestart !== '' ? `${restarts} (${since(lastRestart, now)} ago)` : `${restarts}`
  },
  Age: age,
  IP: (object) => asPod(object).status?.podIPs?.[0]?.ip || none,
  Node: (object) => asPod(object).spec.nodeName || none,
  'Nominated Node': (object) => asPod(object).status?.nominatedNodeName || none,
  'Readiness Gates': (object) => {
    const { spec, status } = asPod(object)
    const gates = spec.readinessGates ?? []
    const isTrue = (wanted: string) => status?.conditions?.find(({ type }) => type === wanted)?.status === 'True'
    return gates.length === 0
      ? none
      : `${gates.filter(({ conditionType }) => isTrue(conditionType)).length}/${gates.length}`
  },
}

const none = '<none>'

interface Summary {
  reason: string
  ready: number
  total: number
  restarts: number
  /** RFC 3339; '' for never. */
  lastRestart: string
}

/** Kept while a row is made: three of its cells come out of it. */
const known = new WeakMap<Pod, Summary>()

function summaryOf(pod: Pod): Summary {
  const made = known.get(pod) ?? summarize(pod)
  known.set(pod, made)
  return made
}

function summarize(pod: Pod): Summary {
  const { metadata, spec, status = {} } = pod
  const { phase = '', conditions = [] } = status
  const sidecars = new Set((spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always').map((c) => c.name))
  const summary: Summary = {
    reason: status.reason || phase,
    ready: 0,
    total: (spec.containers ?? []).length + sidecars.size,
    restarts: 0,
    lastRestart: '',
  }
  const gated = conditions.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated')
  if (gated) summary.reason = 'SchedulingGated'
  const ofSidecars = { ...summary }
  const initializing = addInitContainers(summary, ofSidecars, pod, sidecars)
  if (!initializing || conditions.some(({ type, status: is }) => type === 'Initialized' && is === 'True')) {
    summary.restarts = ofSidecars.restarts
    summary.lastRestart = ofSidecars.lastRestart
    addContainers(summary, pod)
  }
  if (metadata.deletionTimestamp !== undefined) {
    if (status.reason === 'NodeLost') summary.reason = 'Unknown'
    else if (phase !== 'Succeeded' && phase !== 'Failed') summary.reason = 'Terminating'
  }
  return summary
}

/** Whether the pod is still at one of them, or has failed there. */
function addInitContainers(all: Summary, ofSidecars: Summary, pod: Pod, sidecars: ReadonlySet<string>): boolean {
  for (const [i, container] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const isSidecar = sidecars.has(container.name)
    addRestarts(all, container)
    if (isSidecar) addRestarts(ofSidecars, container)
    const { terminated, waiting } = container.state ?? {}
    if (terminated && !terminated.exitCode) continue
    if (isSidecar && container.started) {
      if (container.ready) all.ready++
      continue
    }
    if (terminated) all.reason = `Init:${endedBecause(terminated)}`
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') all.reason = `Init:${waiting.reason}`
    else all.reason = `Init:${i}/${pod.spec.initContainers?.length ?? 0}`
    return true
  }
  return false
}

function addContainers(summary: Summary, { status }: Pod): void {
  let running = false
  let failure = ''
  for (const container of [...(status?.containerStatuses ?? [])].reverse()) {
    addRestarts(summary, container)
    const { waiting, terminated, running: runs } = container.state ?? {}
    if (waiting?.reason) summary.reason = waiting.reason
    else if (terminated) {
      summary.reason = endedBecause(terminated)
      if (terminated.exitCode) failure = summary.reason
    } else if (container.ready && runs) {
      running = true
      summary.ready++
    }
  }
  if (summary.reason !== 'Completed') return
  const ready = status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True')
  if (running && ready) summary.reason = 'Running'
  else if (failure !== '') summary.reason = failure
  else if (running) summary.reason = 'NotReady'
}

function addRestarts(summary: Summary, { restartCount = 0, lastState }: ContainerStatus): void {
  summary.restarts += restartCount
  const ended = lastState?.terminated?.finishedAt ?? ''
  if (ended > summary.lastRestart) summary.lastRestart = ended
}

function endedBecause({
  reason,
  signal,
  exitCode = 0,
}: {
  reason?: string
  signal?: number
  exitCode?: number
}): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`)
}
