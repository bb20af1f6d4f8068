import type { PodSpec, Volume } from './pod-spec.js'

/** What the checks of a container need to know of its pod. */
export interface ContainerContext {
  /** Volumes that mounts and devices may use: those that are right themselves, by name. */
  readonly volumes: ReadonlyMap<string, Volume>
  /** Names of the pod's resource claims, sorted. */
  readonly claims: readonly string[]
  readonly restartPolicy: string | undefined
  readonly graceSeconds: number | undefined
}

export function containerContext(spec: PodSpec, volumes: ReadonlyMap<string, Volume>): ContainerContext {
  const names = (spec.resourceClaims ?? []).map(({ name }) => name).filter((name) => name !== '')
  return {
    volumes,
    claims: [...new Set(names)].sort(),
    restartPolicy: spec.restartPolicy,
    graceSeconds: spec.terminationGracePeriodSeconds,
  }
}
