import type { Authorizer } from '../../registry/authorizer.js'
import type { CompiledCondition } from '../../schema/admission/compile-conditions.js'
import type { Declared } from '../../schema/admission/variables.js'
import { Evaluation, type Subject } from './evaluation.js'

/** What all matchConditions of a webhook or policy may cost about one write. */
const conditionsBudget = 2_500_000

/**
 * Whether all hold: one that does not decides, even when another one fails. With failurePolicy Ignore a failure is as
 * good as one that does not hold. @throws Error with the text of what failed
 */
export async function conditionsHold(
  conditions: readonly CompiledCondition[],
  subject: Subject,
  authorizer: Authorizer,
  declared: Declared,
  failurePolicy: 'Fail' | 'Ignore',
): Promise<boolean> {
  const errors: string[] = []
  const evaluation = new Evaluation(subject, authorizer, new Map(), declared, conditionsBudget)
  try {
    for (const { expression } of conditions) {
      const result = await evaluation.run(expression)
      if ('error' in result) errors.push(result.error)
      else if (result.value === false) return false
    }
  } catch (error) {
    errors.splice(0, errors.length, (error as Error).message)
  }
  if (errors.length === 0) return true
  if (failurePolicy === 'Ignore') return false
  throw new Error(errors.length === 1 ? errors[0] : `[${[...new Set(errors)].join(', ')}]`)
}
