import { type FieldError, fieldError } from '../../meta/field-error.js'
import { isEmptySelector, type SelectorObject, selectorMatches, validateSelector } from '../../meta/selector-object.js'
import type { PodTemplate } from '../core/pods/pod-spec.js'
import { checkNotNegative } from '../field-checks.js'

/** What the kinds that make pods of a template, and keep them running, have in common. */
export interface WorkloadSpec {
  readonly selector?: SelectorObject
  readonly template?: PodTemplate
}

const mismatch = '`selector` does not match template `labels`'

/** `invalid` is what upstream adds where a selector can't be read; undefined where it adds nothing. */
export function validateWorkloadSelector(
  selector: SelectorObject | undefined,
  kind: string,
  invalid: string | undefined,
): FieldError[] {
  const path = 'spec.selector'
  if (!selector) return [fieldError.required(path)]
  const found = validateSelector(selector, path)
  if (found.length > 0) return invalid === undefined ? found : [...found, fieldError.invalid(path, selector, invalid)]
  return isEmptySelector(selector) ? [fieldError.invalid(path, selector, `empty selector is invalid for ${kind}`)] : []
}

/** Whether the selector can be read at all: what follows from it is not told otherwise. */
export function isReadable(selector: SelectorObject | undefined): boolean {
  return !selector || validateSelector(selector, '').length === 0
}

export function validateTemplateLabels(
  selector: SelectorObject | undefined,
  template: PodTemplate,
  path = 'spec.template',
): FieldError[] {
  const { labels } = template.metadata ?? {}
  if (selectorMatches(selector, labels ?? {})) return []
  return [fieldError.invalid(`${path}.metadata.labels`, labels, mismatch)]
}

/** What pods that are to run for ever can't be told. */
export function validateLastingTemplate(
  { spec = {} }: PodTemplate,
  kind: string,
  { restartPolicyRequired = false, path = 'spec.template' } = {},
): FieldError[] {
  const found: FieldError[] = []
  const { restartPolicy = '' } = spec
  if (restartPolicy === '' ? restartPolicyRequired : restartPolicy !== 'Always') {
    found.push(fieldError.notSupported(`${path}.spec.restartPolicy`, restartPolicy, ['Always']))
  }
  if (spec.activeDeadlineSeconds !== undefined) {
    const why = `activeDeadlineSeconds in ${kind} is not Supported`
    found.push(fieldError.forbidden(`${path}.spec.activeDeadlineSeconds`, why))
  }
  return found
}

/** None of a status's counts is negative, and none of `parts` is more than all there are. */
export function validateCounts(
  status: Readonly<Record<string, unknown>>,
  counts: readonly string[],
  parts: readonly string[] = [],
): FieldError[] {
  const { replicas = 0 } = status as { replicas?: number }
  return [
    ...counts.flatMap((name) => checkNotNegative(status[name] as number | undefined, `status.${name}`)),
    ...parts.flatMap((name) => {
      const count = (status[name] ?? 0) as number
      const why = 'cannot be greater than status.replicas'
      return count > replicas ? [fieldError.invalid(`status.${name}`, count, why)] : []
    }),
  ]
}

/** A count that keeps names of generated objects apart only ever grows. */
export function validateCollisions(
  status: { collisionCount?: number },
  old: { collisionCount?: number },
): FieldError[] {
  const [now, before] = [status.collisionCount ?? 0, old.collisionCount]
  if (before === undefined || now >= before) return []
  return [fieldError.invalid('status.collisionCount', now, 'cannot be decremented')]
}
