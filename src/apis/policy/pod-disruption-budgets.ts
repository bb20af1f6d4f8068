import { type FieldError, fieldError } from '../../meta/field-error.js'
import type { KubeObject } from '../../meta/object.js'
import { type SelectorObject, validateSelector } from '../../meta/selector-object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkChoice, checkCountOrPercent, checkNotNegative } from '../field-checks.js'
import { goShape } from '../go-shape.js'
import { type Condition, validateConditions } from '../validate-conditions.js'

interface Spec {
  readonly minAvailable?: number | string
  readonly maxUnavailable?: number | string
  readonly selector?: SelectorObject
  readonly unhealthyPodEvictionPolicy?: string
}

const counts = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const
const specOf = (budget: KubeObject) => (budget.spec ?? {}) as Spec
const statusOf = (budget: KubeObject) => (budget.status ?? {}) as Readonly<Record<string, number>>
const conditionsOf = ({ status }: KubeObject) => (status as { conditions?: Condition[] } | undefined)?.conditions
const shown = (amount: number | string | undefined) => (amount === undefined ? 'N/A' : String(amount))

/** policy/v1 PodDisruptionBudget. */
export const podDisruptionBudgets: BuiltinKind = {
  strategy: {
    validate: (budget, update) =>
      update?.subresource === 'status'
        ? [
            ...validateConditions(conditionsOf(budget), 'status.conditions'),
            ...counts.flatMap((name) => checkNotNegative(statusOf(budget)[name], `status.${name}`)),
          ]
        : validateSpec(specOf(budget)),
  },
  cells: {
    'Min Available': (budget) => shown(specOf(budget).minAvailable),
    'Max Unavailable': (budget) => shown(specOf(budget).maxUnavailable),
    'Allowed Disruptions': (budget) => statusOf(budget).disruptionsAllowed ?? 0,
    Age: age,
  },
}

function validateSpec(spec: Spec): FieldError[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = spec
  const found: FieldError[] = []
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const shownSpec = goShape(spec, 'policy.v1.PodDisruptionBudgetSpec')
    found.push(fieldError.invalid('spec', shownSpec, 'minAvailable and maxUnavailable cannot be both set'))
  }
  for (const [name, amount] of Object.entries({ minAvailable, maxUnavailable })) {
    found.push(...checkCountOrPercent(amount, `spec.${name}`))
    if (typeof amount !== 'string' || !/^\d+%$/.test(amount) || Number.parseInt(amount, 10) <= 100) continue
    found.push(fieldError.invalid(`spec.${name}`, amount, 'must not be greater than 100%'))
  }
  if (selector) found.push(...validateSelector(selector, 'spec.selector'))
  const policies = ['AlwaysAllow', 'IfHealthyBudget']
  return [...found, ...checkChoice(unhealthyPodEvictionPolicy, policies, 'spec.unhealthyPodEvictionPolicy')]
}
