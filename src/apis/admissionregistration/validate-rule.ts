import { type FieldError, fieldError } from '../../meta/field-error.js'
import { checkChoice, each } from '../field-checks.js'
import type { Rule } from './webhook-spec.js'

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']
const scopes = ['*', 'Cluster', 'Namespaced']

/** What requests a webhook or a policy is about. `subresources`: they may be named too. */
export function validateRule(rule: Rule, path: string): FieldError[] {
  return [
    ...checkList(rule.operations, `${path}.operations`, 'operations', (operation, at) =>
      operations.includes(operation) ? [] : [fieldError.notSupported(at, operation, operations)],
    ),
    ...checkList(rule.apiGroups, `${path}.apiGroups`, 'API groups', () => []),
    ...checkList(rule.apiVersions, `${path}.apiVersions`, 'API versions', (version, at) =>
      version === '' ? [fieldError.required(at)] : [],
    ),
    ...validateResources(rule.resources ?? [], `${path}.resources`),
    ...checkChoice(rule.scope, scopes, `${path}.scope`),
  ]
}

function checkList(
  items: readonly string[] = [],
  path: string,
  what: string,
  check: (item: string, path: string) => FieldError[],
): FieldError[] {
  if (items.length === 0) return [fieldError.required(path)]
  const why = `if '*' is present, must not specify other ${what}`
  return [
    ...(items.includes('*') && items.length > 1 ? [fieldError.invalid(path, items, why)] : []),
    ...each(items, path, check),
  ]
}

/** `pods`, `pods/status`, `pods/*`, a star for all, `*\/*` for all with their subresources. */
function validateResources(resources: readonly string[], path: string): FieldError[] {
  if (resources.length === 0) return [fieldError.required(path)]
  const [ofAll, allOf] = [new Set<string>(), new Set<string>()]
  let [everything, nothingElse] = [false, false]
  const found = each(resources, path, (text, at) => {
    const wrong: FieldError[] = []
    const add = (why: string) => wrong.push(fieldError.invalid(at, text, why))
    if (text === '') return [fieldError.required(at)]
    const [resource = '', subresource] = text.split('/')
    if (text === '*/*') everything = true
    else if (subresource === undefined) {
      if (text === '*') nothingElse = true
      return wrong
    }
    if (subresource !== undefined && ofAll.has(resource)) {
      add(`if '${resource}/*' is present, must not specify ${text}`)
    }
    if (subresource !== undefined && allOf.has(subresource)) {
      add(`if '*/${subresource}' is present, must not specify ${text}`)
    }
    if (resource === '*' && subresource) allOf.add(subresource)
    if (subresource === '*') ofAll.add(resource)
    return wrong
  })
  if (everything && resources.length > 1) {
    found.push(fieldError.invalid(path, resources, "if '*/*' is present, must not specify other resources"))
  }
  const others = resources.some((text) => text !== '*' && !text.includes('/'))
  if (nothingElse && others) {
    const why = "if '*' is present, must not specify other resources without subresources"
    found.push(fieldError.invalid(path, resources, why))
  }
  return found
}
