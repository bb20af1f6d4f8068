import type { Authorizer } from '../../registry/authorizer.js'
import type { CompiledPolicy, CompiledValidation } from '../../schema/admission/compile-policy.js'
import { Evaluation, type Subject } from '../expressions/evaluation.js'
import { conditionsHold } from '../expressions/match-conditions.js'

/** What all expressions of a policy may cost for one binding and one param. */
const policyBudget = 10_000_000
const maxMessage = 5 * 1024
/** Bytes of what a policy notes in the audit log. */
const maxNote = 10 * 1024

/** What a policy has against a write. */
export interface Denial {
  readonly message: string
  /** Of the answer's status; `Invalid` where the policy names none. */
  readonly reason: string
  /** Which of the policy's validations it is. */
  readonly index: number
}

/** What a policy says of a write, for one param. */
export interface Verdict {
  readonly denials: readonly Denial[]
  /** For the audit log, by the policy's keys. */
  readonly notes: readonly { readonly key: string; readonly value: string }[]
  /** Why notes could not be made: the write is refused, whatever a binding wants done of denials. */
  readonly failures: readonly string[]
}

const nothing: Verdict = { denials: [], notes: [], failures: [] }

/** What fails counts against the write too, unless failurePolicy says not. */
export async function decide(
  policy: CompiledPolicy,
  failurePolicy: 'Fail' | 'Ignore',
  subject: Subject,
  authorizer: Authorizer,
): Promise<Verdict> {
  const { declared, conditions, variables, validations } = policy
  const failed = (error: unknown, index: number): Denial[] =>
    failurePolicy === 'Ignore' ? [] : [{ message: (error as Error).message, reason: 'Invalid', index }]
  const denials: Denial[] = []
  try {
    if (conditions.length > 0) {
      const known = { params: declared.params === true, authorizer: true }
      if (!(await conditionsHold(conditions, subject, authorizer, known, failurePolicy))) return nothing
    }
    const evaluation = new Evaluation(subject, authorizer, variables, declared, policyBudget)
    for (const [index, one] of validations.entries()) {
      const result = await evaluation.run(one.expression)
      if ('error' in result) denials.push(...failed(new Error(result.error), index))
      else if (result.value !== true) {
        denials.push({ message: await messageOf(one, evaluation), reason: one.validation.reason ?? 'Invalid', index })
      }
    }
    return { denials, ...(await notesOf(policy, failurePolicy, evaluation)) }
  } catch (error) {
    return { ...nothing, denials: failed(error, 0) }
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

async function notesOf(
  { annotations }: CompiledPolicy,
  failurePolicy: 'Fail' | 'Ignore',
  evaluation: Evaluation,
): Promise<Pick<Verdict, 'notes' | 'failures'>> {
  const notes: { key: string; value: string }[] = []
  const failures: string[] = []
  for (const { key, expression } of annotations) {
    const result = await evaluation.run(expression)
    if ('error' in result) {
      if (failurePolicy === 'Fail') failures.push(result.error)
    } else if (typeof result.value === 'string' && result.value.trim() !== '') {
      notes.push({ key, value: Buffer.from(result.value.trim()).subarray(0, maxNote).toString() })
    }
  }
  return { notes, failures }
}
