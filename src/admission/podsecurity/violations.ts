import { baselineChecks } from './baseline-checks.js'
import type { CheckedPod, Violation } from './pod.js'
import type { LevelVersion } from './policy.js'
import { restrictedChecks } from './restricted-checks.js'

/** The last minor version that changed a rule: later ones, and `latest`, mean it. */
const newest = 35

/** What a pod does that the Pod Security Standards of a level and version forbid. */
export function violationsOf(pod: CheckedPod, { level, version }: LevelVersion): Violation[] {
  if (level === 'privileged') return []
  const minor = version === 'latest' ? newest : Math.min(version, newest)
  const isMade = ({ since }: { since: number }) => since <= minor
  const restricted = level === 'restricted' ? restrictedChecks.filter(isMade) : []
  const replaced = new Set(restricted.map(({ insteadOf }) => insteadOf))
  const baseline = Object.entries(baselineChecks).filter(([id, check]) => isMade(check) && !replaced.has(id))
  return [...baseline.map(([, one]) => one), ...restricted].flatMap(({ check }) => check(pod, minor) ?? [])
}

export function violationText(violations: readonly Violation[]): string {
  return violations.map(({ reason, detail }) => `${reason} (${detail})`).join(', ')
}
