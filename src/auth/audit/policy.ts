import { isJsonObject, type JsonObject } from '../../meta/object.js'
import type { AuthorizationAttributes } from '../../registry/authorizer.js'

export const auditLevels = ['None', 'Metadata', 'Request', 'RequestResponse'] as const
export type AuditLevel = (typeof auditLevels)[number]
export const auditStages = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const
export type AuditStage = (typeof auditStages)[number]

/** How one request is noted. */
export interface AuditConfig {
  readonly level: AuditLevel
  readonly omitStages: readonly AuditStage[]
  readonly omitManagedFields: boolean
}

interface GroupResources {
  readonly group?: string
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
}

interface PolicyRule {
  readonly level: AuditLevel
  readonly users?: readonly string[]
  readonly userGroups?: readonly string[]
  readonly verbs?: readonly string[]
  readonly resources?: readonly GroupResources[]
  readonly namespaces?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
  readonly omitStages?: readonly AuditStage[]
  readonly omitManagedFields?: boolean
}

/** audit.k8s.io/v1 Policy: the first rule that fits says how (API-SEMANTICS A40). */
export interface AuditPolicy {
  readonly rules: readonly PolicyRule[]
  readonly omitStages?: readonly AuditStage[]
  readonly omitManagedFields?: boolean
}

export function auditConfig(policy: AuditPolicy, attributes: AuthorizationAttributes): AuditConfig {
  const { omitStages: always = [], omitManagedFields = false } = policy
  const rule = policy.rules.find((candidate) => matches(candidate, attributes))
  if (!rule) return { level: 'None', omitStages: always, omitManagedFields }
  return {
    level: rule.level,
    omitStages: [...always, ...(rule.omitStages ?? [])],
    omitManagedFields: rule.omitManagedFields ?? omitManagedFields,
  }
}

function matches(rule: PolicyRule, attributes: AuthorizationAttributes): boolean {
  const { user, verb, isResourceRequest, path } = attributes
  const { users = [], userGroups = [], verbs = [], resources = [], namespaces = [], nonResourceURLs = [] } = rule
  if (users.length > 0 && !users.includes(user.name)) return false
  if (userGroups.length > 0 && !userGroups.some((group) => user.groups.includes(group))) return false
  if (verbs.length > 0 && !verbs.includes(verb)) return false
  if (namespaces.length > 0 || resources.length > 0) return isResourceRequest && matchesResource(rule, attributes)
  if (nonResourceURLs.length === 0) return true
  return !isResourceRequest && nonResourceURLs.some((url) => matchesPath(url, path))
}

function matchesPath(url: string, path: string): boolean {
  return url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, '')))
}

function matchesResource({ namespaces = [], resources = [] }: PolicyRule, attributes: AuthorizationAttributes) {
  const { namespace, group, resource, subresource, name } = attributes
  if (namespaces.length > 0 && !namespaces.includes(namespace)) return false
  if (resources.length === 0) return true
  const combined = subresource === '' ? resource : `${resource}/${subresource}`
  const fits = (pattern: string) =>
    pattern === combined ||
    pattern === '*' ||
    (subresource !== '' && pattern === `*/${subresource}`) ||
    pattern === `${resource}/*`
  return resources.some(({ group: of = '', resources: names = [], resourceNames = [] }) => {
    if (of !== group && of !== '*') return false
    if (names.length === 0) return true
    return (resourceNames.length === 0 || resourceNames.includes(name)) && names.some(fits)
  })
}

/** What a parsed file says. @throws Error with the path of what is wrong */
export function checkPolicy(value: unknown): AuditPolicy {
  if (!isJsonObject(value)) throw new Error('it holds no object')
  const { apiVersion, kind, rules, omitStages, omitManagedFields } = value
  if (apiVersion !== 'audit.k8s.io/v1' || kind !== 'Policy') throw new Error('it is no Policy of audit.k8s.io/v1')
  if (!Array.isArray(rules) || rules.length === 0) throw new Error('rules: there must be at least one')
  checkStages(omitStages, 'omitStages')
  checkType(omitManagedFields, 'boolean', 'omitManagedFields')
  for (const [i, rule] of rules.entries()) checkRule(rule, `rules[${i}]`)
  return value as unknown as AuditPolicy
}

function checkRule(rule: unknown, path: string): void {
  if (!isJsonObject(rule)) throw new Error(`${path}: must be an object`)
  const { level, resources, nonResourceURLs, namespaces, omitStages, omitManagedFields } = rule
  if (!auditLevels.includes(level as AuditLevel)) throw new Error(`${path}.level: must be ${auditLevels.join(', ')}`)
  for (const name of ['users', 'userGroups', 'verbs', 'namespaces', 'nonResourceURLs']) {
    checkTexts(rule[name], `${path}.${name}`)
  }
  checkStages(omitStages, `${path}.omitStages`)
  checkType(omitManagedFields, 'boolean', `${path}.omitManagedFields`)
  for (const url of (nonResourceURLs ?? []) as string[]) {
    const wrong = url !== '*' && (!url.startsWith('/') || url.slice(0, -1).includes('*'))
    if (wrong) throw new Error(`${path}.nonResourceURLs: ${url}: must begin with / and have a * only at its end`)
  }
  if (nonResourceURLs && (resources || namespaces)) {
    throw new Error(`${path}.nonResourceURLs: rules cannot apply to both regular resources and non-resource URLs`)
  }
  if (resources === undefined || resources === null) return
  if (!Array.isArray(resources)) throw new Error(`${path}.resources: must be a list`)
  for (const [i, one] of resources.entries()) checkGroup(one, `${path}.resources[${i}]`)
}

function checkGroup(value: unknown, path: string): void {
  if (!isJsonObject(value)) throw new Error(`${path}: must be an object`)
  checkType(value.group, 'string', `${path}.group`)
  checkTexts(value.resources, `${path}.resources`)
  checkTexts(value.resourceNames, `${path}.resourceNames`)
  if (isFilled(value, 'resourceNames') && !isFilled(value, 'resources')) {
    throw new Error(`${path}.resourceNames: using resourceNames requires at least one resource`)
  }
}

const isFilled = (object: JsonObject, name: string) => ((object[name] ?? []) as unknown[]).length > 0

function checkTexts(value: unknown, path: string): void {
  if (value === undefined || value === null) return
  if (!Array.isArray(value) || value.some((one) => typeof one !== 'string')) throw new Error(`${path}: must be texts`)
}

function checkStages(value: unknown, path: string): void {
  checkTexts(value, path)
  const wrong = ((value ?? []) as AuditStage[]).find((stage) => !auditStages.includes(stage))
  if (wrong !== undefined) throw new Error(`${path}: ${wrong}: allowed stages are ${auditStages.join(',')}`)
}

function checkType(value: unknown, type: 'boolean' | 'string', path: string): void {
  if (value !== undefined && value !== null && typeof value !== type) throw new Error(`${path}: must be a ${type}`)
}
