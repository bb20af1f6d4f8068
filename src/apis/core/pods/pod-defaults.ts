import type { JsonObject } from '../../../meta/object.js'
import type { DefaultsTable } from '../../type-defaults.js'

interface Container {
  ports?: { containerPort: number; hostPort?: number }[]
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> }
}

interface Spec {
  containers?: Container[]
  initContainers?: Container[]
  hostNetwork?: boolean
  enableServiceLinks?: boolean
}

/** What pods get and templates of pods don't. */
export const ownPodDefaults: DefaultsTable = { 'core.v1.Pod': { set: setPodDefaults } }

function setPodDefaults(pod: JsonObject): void {
  const spec = (pod.spec ?? {}) as Spec
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    const { resources, ports = [] } = container
    if (resources?.limits && Object.keys(resources.limits).length > 0) {
      resources.requests = { ...resources.limits, ...resources.requests }
    }
    if (spec.hostNetwork) for (const port of ports) port.hostPort ??= port.containerPort
  }
  spec.enableServiceLinks ??= true
}
