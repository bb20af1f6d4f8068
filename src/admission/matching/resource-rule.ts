/** Operations and resources that a webhook or policy is about (admissionregistration.k8s.io/v1). */
export interface ResourceRule {
  readonly operations?: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly apiVersions?: readonly string[]
  /** `pods`, `pods/status`, `pods/*`, `*`, `*` with a subresource. */
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly scope?: string
}

/** What a write is about, in one of the versions it can be seen in. */
export interface RuleTarget {
  readonly operation: string
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
}

/** Whether a rule covers a write. A Namespace counts as cluster-scoped. */
export function ruleMatches(rule: ResourceRule, target: RuleTarget): boolean {
  return (
    includes(rule.operations, target.operation) &&
    includes(rule.apiGroups, target.group) &&
    includes(rule.apiVersions, target.version) &&
    (rule.resources ?? []).some((resource) => resourceMatches(resource, target)) &&
    ((rule.resourceNames ?? []).length === 0 || (rule.resourceNames ?? []).includes(target.name)) &&
    scopeMatches(rule.scope ?? '*', target)
  )
}

function includes(values: readonly string[] | undefined, value: string): boolean {
  return (values ?? []).some((one) => one === '*' || one === value)
}

function resourceMatches(resource: string, { plural, subresource }: RuleTarget): boolean {
  const [name = '', sub = ''] = resource.split('/', 2)
  return (name === '*' || name === plural) && (sub === '*' || sub === subresource)
}

function scopeMatches(scope: string, { group, plural, namespace }: RuleTarget): boolean {
  if (scope === '*') return true
  const namespaced = namespace !== '' && !(group === '' && plural === 'namespaces')
  return namespaced === (scope === 'Namespaced')
}
