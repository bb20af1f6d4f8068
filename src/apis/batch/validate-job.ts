import { type FieldError, fieldError } from '../../meta/field-error.js'
import { qualifiedNameErrors } from '../../meta/names.js'
import { validatePodTemplate } from '../core/pods/validate-pod-template.js'
import { checkChoice, checkDomainPrefixedPath, checkNotNegative, each, invalidBy, repeated } from '../field-checks.js'
import type { FailureRule, JobSpec, SuccessRule } from './job-spec.js'

const counts = [
  ...(['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished'] as const),
  ...(['backoffLimitPerIndex', 'maxFailedIndexes'] as const),
]
const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore']
const statuses = ['False', 'True', 'Unknown']
const manyIndexes = 100_000
const fewerIndexes = 10_000
const mostRules = 20
const quoted = (words: readonly string[]) => `[${words.map((word) => JSON.stringify(word)).join(' ')}]`
const needsIndexed = 'requires indexed completion mode'

/** What is wrong with a job, or with the template of one; its selector is looked at elsewhere. */
export function validateJobSpec(spec: JobSpec, path: string): FieldError[] {
  const found = counts.flatMap((name) => checkNotNegative(spec[name], `${path}.${name}`))
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    found.push(fieldError.required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'))
  }
  if (spec.managedBy !== undefined) {
    found.push(...checkDomainPrefixedPath(spec.managedBy, `${path}.managedBy`))
    if (Buffer.byteLength(spec.managedBy) > 63) found.push(fieldError.tooLong(`${path}.managedBy`, 63))
  }
  found.push(...validateMode(spec, path))
  if (spec.podFailurePolicy) found.push(...validateFailurePolicy(spec, `${path}.podFailurePolicy.rules`))
  if (spec.successPolicy && spec.completionMode !== 'Indexed') {
    // Upstream shows the struct as Go names its fields.
    const rules = (spec.successPolicy.rules ?? []).map(({ succeededIndexes = null, succeededCount = null }) => ({
      SucceededIndexes: succeededIndexes,
      SucceededCount: succeededCount,
    }))
    found.push(fieldError.invalid(`${path}.successPolicy`, { Rules: rules.length > 0 ? rules : null }, needsIndexed))
  } else if (spec.successPolicy) found.push(...validateSuccessPolicy(spec, `${path}.successPolicy.rules`))
  const policies = spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed']
  return [
    ...found,
    ...checkChoice(spec.podReplacementPolicy, policies, `${path}.podReplacementPolicy`),
    ...validatePodTemplate(spec.template ?? {}, `${path}.template`),
    ...validateRestartPolicy(spec, `${path}.template.spec.restartPolicy`),
  ]
}

function validateMode(spec: JobSpec, path: string): FieldError[] {
  const { completionMode, completions, parallelism = 0, maxFailedIndexes, backoffLimitPerIndex } = spec
  const found = checkChoice(completionMode, ['NonIndexed', 'Indexed'], `${path}.completionMode`)
  const wrong = (field: string, value: unknown, why: string) =>
    found.push(fieldError.invalid(`${path}.${field}`, value, why))
  if (completionMode === undefined || completionMode === 'NonIndexed') {
    if (backoffLimitPerIndex !== undefined) wrong('backoffLimitPerIndex', backoffLimitPerIndex, needsIndexed)
    if (maxFailedIndexes !== undefined) wrong('maxFailedIndexes', maxFailedIndexes, needsIndexed)
  }
  if (completionMode !== 'Indexed') return found
  if (completions === undefined) {
    found.push(fieldError.required(`${path}.completions`, 'when completion mode is Indexed'))
  }
  if (parallelism > manyIndexes) {
    const why = `must be less than or equal to ${manyIndexes} when completion mode is Indexed`
    wrong('parallelism', parallelism, why)
  }
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions) {
    wrong('maxFailedIndexes', maxFailedIndexes, 'must be less than or equal to completions')
  }
  if (maxFailedIndexes !== undefined && maxFailedIndexes > manyIndexes) {
    wrong('maxFailedIndexes', maxFailedIndexes, `must be less than or equal to ${manyIndexes}`)
  }
  if (completions === undefined || completions <= manyIndexes || backoffLimitPerIndex === undefined) return found
  const fewer =
    `must be less than or equal to ${fewerIndexes} when completions are above ${manyIndexes} and used with backoff ` +
    'limit per index'
  if (maxFailedIndexes === undefined) {
    const why = `must be specified when completions is above ${manyIndexes}`
    found.push(fieldError.required(`${path}.maxFailedIndexes`, why))
  }
  if (parallelism > fewerIndexes) wrong('parallelism', parallelism, fewer)
  if ((maxFailedIndexes ?? 0) > fewerIndexes) wrong('maxFailedIndexes', maxFailedIndexes, fewer)
  return found
}

function validateRestartPolicy({ template, podFailurePolicy }: JobSpec, path: string): FieldError[] {
  const { restartPolicy = '' } = template?.spec ?? {}
  const allowed = ['OnFailure', 'Never']
  if (restartPolicy === 'Always' || restartPolicy === '') {
    return [fieldError.required(path, 'valid values: "OnFailure", "Never"')]
  }
  if (!allowed.includes(restartPolicy)) return [fieldError.notSupported(path, restartPolicy, allowed)]
  if (!podFailurePolicy || restartPolicy === 'Never') return []
  return [fieldError.invalid(path, restartPolicy, 'only "Never" is supported when podFailurePolicy is specified')]
}

function validateFailurePolicy(spec: JobSpec, path: string): FieldError[] {
  const { rules = [] } = spec.podFailurePolicy ?? {}
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {}
  const names = new Set([...containers, ...initContainers].map(({ name }) => name))
  return [
    ...(rules.length > mostRules ? [fieldError.tooMany(path, rules.length, mostRules)] : []),
    ...each(rules, path, (rule, at) => validateFailureRule(rule, spec, names, at)),
  ]
}

function validateFailureRule(rule: FailureRule, spec: JobSpec, names: ReadonlySet<string>, path: string): FieldError[] {
  const { action = '', onExitCodes, onPodConditions = [] } = rule
  const at = `${path}.action`
  const found: FieldError[] = []
  if (action === '') found.push(fieldError.required(at, `valid values: ${quoted(actions)}`))
  else if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined) {
    found.push(fieldError.invalid(at, action, 'requires the backoffLimitPerIndex to be set'))
  } else if (!actions.includes(action)) found.push(fieldError.notSupported(at, action, actions))
  if (onExitCodes) found.push(...validateExitCodes(onExitCodes, names, `${path}.onExitCodes`))
  if (onPodConditions.length > mostRules) {
    found.push(fieldError.tooMany(`${path}.onPodConditions`, onPodConditions.length, mostRules))
  }
  found.push(
    ...each(onPodConditions, `${path}.onPodConditions`, ({ type, status = '' }, p) => [
      ...invalidBy(`${p}.type`, type, qualifiedNameErrors(type)),
      ...(status === ''
        ? [fieldError.required(`${p}.status`, `valid values: ${quoted(statuses)}`)]
        : checkChoice(status, statuses, `${p}.status`)),
    ]),
  )
  const what = 'OnExitCodes and OnPodConditions is'
  if (onExitCodes && onPodConditions.length > 0) {
    found.push(fieldError.wrong(path, `specifying both ${what} not supported`))
  } else if (!onExitCodes && onPodConditions.length === 0) {
    found.push(fieldError.wrong(path, `specifying one of ${what} required`))
  }
  return found
}

function validateExitCodes(
  { containerName, operator = '', values = [] }: NonNullable<FailureRule['onExitCodes']>,
  names: ReadonlySet<string>,
  path: string,
): FieldError[] {
  const operators = ['In', 'NotIn']
  const found =
    operator === ''
      ? [fieldError.required(`${path}.operator`, `valid values: ${quoted(operators)}`)]
      : checkChoice(operator, operators, `${path}.operator`)
  if (containerName !== undefined && !names.has(containerName)) {
    const why = 'must be one of the container or initContainer names in the pod template'
    found.push(fieldError.invalid(`${path}.containerName`, containerName, why))
  }
  const at = `${path}.values`
  if (values.length === 0) found.push(fieldError.invalid(at, values, 'at least one value is required'))
  else if (values.length > 255) found.push(fieldError.tooMany(at, values.length, 255))
  const again = repeated(values, String)
  for (const [i, value] of values.entries()) {
    const isZero = operator === 'In' && value === 0
    if (isZero) found.push(fieldError.invalid(`${at}[${i}]`, value, 'must not be 0 for the In operator'))
    if (again[i]) found.push(fieldError.duplicate(`${at}[${i}]`, value))
  }
  const ordered = values.every((value, i) => i === 0 || (values[i - 1] ?? 0) <= value)
  return ordered ? found : [...found, fieldError.invalid(at, values, 'must be ordered')]
}

function validateSuccessPolicy({ successPolicy, completions = 0 }: JobSpec, path: string): FieldError[] {
  const { rules = [] } = successPolicy ?? {}
  if (rules.length === 0) {
    const why = 'at least one rules must be specified when the successPolicy is specified'
    return [fieldError.required(path, why)]
  }
  return [
    ...(rules.length > mostRules ? [fieldError.tooMany(path, rules.length, mostRules)] : []),
    ...each(rules, path, (rule, at) => validateSuccessRule(rule, completions, at)),
  ]
}

function validateSuccessRule(rule: SuccessRule, completions: number, path: string): FieldError[] {
  const { succeededCount: count, succeededIndexes: indexes } = rule
  const found: FieldError[] = []
  if (count === undefined && indexes === undefined) {
    found.push(fieldError.required(path, 'at least one of succeededCount or succeededIndexes must be specified'))
  }
  const total = indexes === undefined ? 0 : countIndexes(indexes, completions)
  if (typeof total === 'string') {
    const why = `error parsing succeededIndexes: ${total}`
    found.push(fieldError.invalid(`${path}.succeededIndexes`, indexes, why))
  }
  if (count === undefined) return found
  const at = `${path}.succeededCount`
  found.push(...checkNotNegative(count, at))
  if (count > completions) {
    const why = `must be less than or equal to ${completions} (the number of specified completions)`
    found.push(fieldError.invalid(at, count, why))
  }
  const known = typeof total === 'string' ? 0 : total
  if (indexes === undefined || count <= known) return found
  const why = `must be less than or equal to ${known} (the number of indexes in the specified succeededIndexes field)`
  return [...found, fieldError.invalid(at, count, why)]
}

/** How many indexes `0-2,5` names, or what is wrong with it. */
function countIndexes(text: string, completions: number): number | string {
  if (text === '') return 0
  let total = 0
  let last = -1
  for (const interval of text.split(',')) {
    const limits = interval.split('-')
    if (limits.length > 2) {
      const rule = "violates the requirement that an index interval can have at most two parts separated by '-'"
      return `the fragment ${JSON.stringify(interval)} ${rule}`
    }
    for (const limit of limits) {
      if (!/^[+-]?\d+$/.test(limit)) return `cannot convert string to integer for index: ${JSON.stringify(limit)}`
      if (Number(limit) >= completions) return `too large index: ${JSON.stringify(limit)}`
    }
    const [x = 0, y = x] = limits.map(Number)
    if (limits.length === 2 && x >= y) return `non-increasing order, previous: ${x}, current: ${y}`
    if (last >= x) return `non-increasing order, previous: ${last}, current: ${x}`
    total += y - x + 1
    last = y
  }
  return total
}
