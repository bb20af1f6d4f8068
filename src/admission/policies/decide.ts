import type { Authorizer } from '../../registry/authorizer.js'
import { Evaluation, type Subject } from '../expressions/evaluation.js'
import { conditionsHold } from '../expressions/match-conditions.js'
import type { CompiledPolicy, CompiledValidation } from './compile-policy.js'

/** What all expressions of a policy may cost for one binding and one param. */
const policyBudget = 10_000_000
const maxMessage = 5 * 1024

/** What a policy has against a write. */
export interface Denial {
  readonly message: string
  /** Of the answer's status; `Invalid` where the policy names none. */
  readonly reason: string
}

/** What a policy has against a write, for one param. What fails counts against it too, unless failurePolicy says not. */
export async function decide(
  policy: CompiledPolicy,
  subject: Subject,
  authorizer: Authorizer,
): Promise<readonly Denial[]> {
  const { spec, declared, conditions, variables, validations, annotations } = policy
  const failurePolicy = spec.failurePolicy ?? 'Fail'
  const failed = (message: string): Denial[] => (failurePolicy === 'Ignore' ? [] : [{ message, reason: 'Invalid' }])
  try {
    if (conditions.length > 0) {
      const known = { params: declared.params === true, authorizer: true }
      if (!(await conditionsHold(conditions, subject, authorizer, known, failurePolicy))) return []
    }
    const denials: Denial[] = []
    const evaluation = new Evaluation(subject, authorizer, variables, declared, policyBudget)
    for (const one of validations) {
      const result = await evaluation.run(one.expression)
      if ('error' in result) denials.push(...failed(result.error))
      else if (result.value !== true) {
        denials.push({ message: await messageOf(one, evaluation), reason: one.validation.reason ?? 'Invalid' })
      }
    }
    for (const { expression } of annotations) {
      const result = await evaluation.run(expression, false)
      if ('error' in result) denials.push(...failed(result.error))
    }
    return denials
  } catch (error) {
    return failed((error as Error).message)
  }
}

async function messageOf({ validation, message }: CompiledValidation, evaluation: Evaluation): Promise<string> {
  if (message?.program) {
    const result = await evaluation.run(message, false)
    const text = 'value' in result && typeof result.value === 'string' ? result.value.trim() : ''
    if (text !== '' && Buffer.byteLength(text) <= maxMessage && !text.includes('\n')) return text
  }
  return validation.message?.trim() || `failed expression: ${validation.expression.trim()}`
}
