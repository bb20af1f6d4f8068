import { type FieldError, fieldError } from '../../meta/field-error.js'
import { jsonEquals } from '../../meta/json-equal.js'
import { qualifiedNameErrors } from '../../meta/names.js'
import type { KubeObject } from '../../meta/object.js'
import { parseQuantity } from '../../meta/quantity.js'
import { countedResources } from '../amounts.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkNotNegativeAmount, invalidBy } from '../field-checks.js'

type Amounts = Readonly<Record<string, string>>

/** core/v1 ResourceQuotaSpec. */
export interface QuotaSpec {
  readonly hard?: Amounts
  readonly scopes?: readonly string[]
  readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] }
}

export interface ScopeRequirement {
  readonly scopeName: string
  readonly operator: string
  readonly values?: readonly string[]
}

const podResources = [...['pods', 'cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory']]
const claimResources = ['persistentvolumeclaims', 'requests.storage']
/** Which resources a quota of a scope may be about. */
const scopes: Readonly<Record<string, readonly string[]>> = {
  Terminating: podResources,
  NotTerminating: podResources,
  BestEffort: ['pods'],
  NotBestEffort: podResources,
  PriorityClass: podResources,
  CrossNamespacePodAffinity: podResources,
  VolumeAttributesClass: claimResources,
}
const opposites = [
  ['BestEffort', 'NotBestEffort'],
  ['NotTerminating', 'Terminating'],
]
const standard = new Set([
  ...['cpu', 'memory', 'ephemeral-storage', 'storage', 'requests.cpu', 'requests.memory', 'requests.storage'],
  ...['requests.ephemeral-storage', 'limits.cpu', 'limits.memory', 'limits.ephemeral-storage', ...countedResources],
])

const specOf = (quota: KubeObject) => (quota.spec ?? {}) as QuotaSpec
const statusOf = (quota: KubeObject) => (quota.status ?? {}) as { hard?: Amounts; used?: Amounts }

/** core/v1 ResourceQuota. */
export const resourceQuotas: BuiltinKind = {
  strategy: {
    validate: (quota, update) =>
      update?.subresource === 'status'
        ? [
            ...validateAmounts(statusOf(quota).hard, 'status.hard'),
            ...validateAmounts(statusOf(quota).used, 'status.used'),
          ]
        : validateSpec(specOf(quota)),
    validateUpdate: (quota, old, subresource) => {
      const [now, before] = [specOf(quota).scopes ?? [], specOf(old).scopes ?? []]
      const same = subresource === 'status' || jsonEquals([...now].sort(), [...before].sort())
      return same ? [] : [fieldError.invalid('spec.scopes', specOf(quota).scopes, 'field is immutable')]
    },
  },
  cells: {
    Request: (quota) => usage(quota, (name) => !name.startsWith('limits.')),
    Limit: (quota) => usage(quota, (name) => name.startsWith('limits.')),
    Age: age,
  },
}

function usage(quota: KubeObject, selects: (name: string) => boolean): string {
  const { hard = {}, used = {} } = statusOf(quota)
  const names = Object.keys(hard).filter(selects).sort()
  return names.map((name) => `${name}: ${used[name] ?? '0'}/${hard[name]}`).join(', ')
}

function isStandard(name: string): boolean {
  return standard.has(name) || name.startsWith('hugepages-') || name.startsWith('requests.hugepages-')
}

function validateAmounts(amounts: Amounts = {}, path: string): FieldError[] {
  return Object.entries(amounts).flatMap(([name, amount]) => {
    const at = `${path}[${name}]`
    const found = invalidBy(at, name, qualifiedNameErrors(name))
    if (!name.includes('/') && !isStandard(name)) {
      found.push(fieldError.invalid(at, name, 'must be a standard resource for quota'))
    }
    found.push(...checkNotNegativeAmount(amount, at))
    const { scale, unscaled } = parseQuantity(amount)
    const isWhole = scale >= 0 || unscaled % 10n ** BigInt(-scale) === 0n
    const mustBeWhole = countedResources.includes(name) || name.includes('/')
    return mustBeWhole && !isWhole ? [...found, fieldError.invalid(at, amount, 'must be an integer')] : found
  })
}

function validateSpec(spec: QuotaSpec): FieldError[] {
  const { hard = {}, scopes: named = [], scopeSelector } = spec
  const found = validateAmounts(hard, 'spec.hard')
  const wrong = (why: string) => found.push(fieldError.invalid('spec.scopes', named, why))
  for (const scope of named) {
    if (!Object.hasOwn(scopes, scope)) wrong('unsupported scope')
    for (const _ of misplaced(scope, hard)) wrong('unsupported scope applied to resource')
  }
  for (const pair of opposites) if (pair.every((scope) => named.includes(scope))) wrong('conflicting scopes')
  return scopeSelector ? [...found, ...validateSelector(spec)] : found
}

function misplaced(scope: string, hard: Amounts): string[] {
  const allowed = Object.hasOwn(scopes, scope) ? scopes[scope] : undefined
  return allowed ? Object.keys(hard).filter((name) => isStandard(name) && !allowed.includes(name)) : []
}

function validateSelector({ hard = {}, scopes: named, scopeSelector }: QuotaSpec): FieldError[] {
  const path = 'spec.scopeSelector.matchExpressions'
  const { matchExpressions = [] } = scopeSelector ?? {}
  // Upstream shows the struct as Go names its fields.
  const shown = {
    MatchExpressions: matchExpressions.map(({ scopeName, operator, values = null }) => ({
      ScopeName: scopeName,
      Operator: operator,
      Values: values,
    })),
  }
  const found = matchExpressions.flatMap((requirement) => [
    ...(Object.hasOwn(scopes, requirement.scopeName)
      ? []
      : [fieldError.invalid(`${path}.scopeName`, requirement.scopeName, 'unsupported scope')]),
    ...misplaced(requirement.scopeName, hard).map(() =>
      fieldError.invalid(path, shown, 'unsupported scope applied to resource'),
    ),
    ...validateRequirement(requirement, path),
  ])
  const all = matchExpressions.map(({ scopeName }) => scopeName)
  for (const pair of opposites) {
    if (pair.every((scope) => all.includes(scope))) found.push(fieldError.invalid(path, named, 'conflicting scopes'))
  }
  return found
}

function validateRequirement({ scopeName, operator, values = [] }: ScopeRequirement, path: string): FieldError[] {
  const found: FieldError[] = []
  const plain = Object.hasOwn(scopes, scopeName) && !['PriorityClass', 'VolumeAttributesClass'].includes(scopeName)
  if (plain && operator !== 'Exists') {
    const why =
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, " +
      'ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity'
    found.push(fieldError.invalid(`${path}.operator`, operator, why))
  }
  if (operator === 'In' || operator === 'NotIn') {
    const why = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
    if (values.length === 0) found.push(fieldError.required(`${path}.values`, why))
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    const why = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
    if (values.length > 0) found.push(fieldError.invalid(`${path}.values`, values, why))
  } else found.push(fieldError.invalid(`${path}.operator`, operator, 'not a valid selector operator'))
  return found
}
