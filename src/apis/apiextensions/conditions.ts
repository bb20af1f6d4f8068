import type { CustomResourceCondition, CustomResourceDefinition } from './custom-resource-definition.js'

/** A condition as it shall be; when it came to be so is found out. */
export interface NewCondition {
  readonly type: string
  readonly status: CustomResourceCondition['status']
  readonly reason: string
  readonly message: string
}

function findCondition(crd: CustomResourceDefinition, type: string): CustomResourceCondition | undefined {
  return crd.status.conditions?.find((condition) => condition.type === type)
}

export function isTrue(crd: CustomResourceDefinition, type: string): boolean {
  return findCondition(crd, type)?.status === 'True'
}

/** Sets a condition, in place; its time is that of the last change of its status. `now` is RFC 3339. */
export function setCondition(crd: CustomResourceDefinition, condition: NewCondition, now: string): void {
  const { type, status, reason, message } = condition
  const old = findCondition(crd, type)
  if (!old) {
    crd.status.conditions = [
      ...(crd.status.conditions ?? []),
      { type, status, lastTransitionTime: now, reason, message },
    ]
    return
  }
  if (old.status !== status || !old.lastTransitionTime) old.lastTransitionTime = now
  Object.assign(old, condition)
}
