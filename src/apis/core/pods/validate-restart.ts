import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { checkChoice, each, repeated } from '../../field-checks.js'
import type { Container } from './pod-spec.js'

const policies = ['Always', 'Never', 'OnFailure']
const actions = ['Restart', 'RestartAllContainers']
const operators = ['In', 'NotIn']
const resizable = ['cpu', 'memory']
const onResize = ['NotRequired', 'RestartContainer']
const [mostRules, mostExitCodes] = [20, 255]

/** Whether a container is started again after it has ended, and by which exit codes. */
export function validateRestart(container: Container, path: string): FieldError[] {
  const { restartPolicy, restartPolicyRules: rules = [] } = container
  const at = `${path}.restartPolicy`
  const found = checkChoice(restartPolicy, policies, at)
  if (restartPolicy === undefined && rules.length > 0) {
    found.push(fieldError.required(at, 'must specify restartPolicy when restart rules are used'))
  }
  if (rules.length > mostRules) {
    found.push(fieldError.tooMany(`${path}.restartPolicyRules`, rules.length, mostRules))
  }
  return [
    ...found,
    ...each(rules, `${path}.restartPolicyRules`, ({ action = '', exitCodes }, p) => {
      const wrong = checkChoice(action, actions, `${p}.action`)
      if (!exitCodes) return [...wrong, fieldError.required(`${p}.exitCodes`, 'must be specified')]
      const { operator = '', values = [] } = exitCodes
      wrong.push(...checkChoice(operator, operators, `${p}.exitCodes.operator`))
      if (values.length > mostExitCodes) {
        wrong.push(fieldError.tooMany(`${p}.exitCodes.values`, values.length, mostExitCodes))
      }
      return wrong
    }),
  ]
}

/** What a change of resources does to a container. Upstream tells of the whole list at once. */
export function validateResizePolicy(
  { resizePolicy = [] }: Container,
  podRestartPolicy: string | undefined,
  path: string,
): FieldError[] {
  const check = (word: string, allowed: readonly string[]) =>
    word === '' ? [fieldError.required(path)] : checkChoice(word, allowed, path)
  const again = repeated(resizePolicy, ({ resourceName = '' }) => resourceName)
  return each(resizePolicy, path, ({ resourceName = '', restartPolicy = '' }, at, i) => {
    const found = again[i] ? [fieldError.duplicate(at, resourceName)] : []
    found.push(...check(resourceName, resizable), ...check(restartPolicy, onResize))
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      const why = "must be 'NotRequired' when pod `restartPolicy` is 'Never'"
      found.push(fieldError.invalid(path, restartPolicy, why))
    }
    return found
  })
}
