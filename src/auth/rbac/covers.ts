import { quoteList } from '../go-list.js'
import { withoutStars } from './compiled-role.js'
import type { PolicyRule } from './policy.js'

/** A rule with one verb, and one resource and perhaps one name, or one URL. */
interface SimpleRule {
  readonly verbs: readonly [string]
  readonly apiGroups?: readonly [string]
  readonly resources?: readonly [string]
  readonly resourceNames?: readonly [string]
  readonly nonResourceURLs?: readonly [string]
}

/** What of `wanted` is not covered by `held`, in its simplest parts. */
export function uncovered(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakDown).filter((simple) => !held.some((rule) => covers(rule, simple)))
}

function breakDown({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule) {
  const rules: SimpleRule[] = []
  const all = verbs ?? []
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of all) {
        const rule = { apiGroups: [group], resources: [resource], verbs: [verb] } as const
        if (resourceNames.length === 0) rules.push(rule)
        else rules.push(...resourceNames.map((name) => ({ ...rule, resourceNames: [name] }) as const))
      }
    }
  }
  for (const url of nonResourceURLs) for (const verb of all) rules.push({ nonResourceURLs: [url], verbs: [verb] })
  return rules
}

function covers(held: PolicyRule, wanted: SimpleRule): boolean {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = held
  const has = (list: readonly string[], item: string) => list.includes('*') || list.includes(item)
  if (!has(verbs ?? [], wanted.verbs[0])) return false
  if (wanted.nonResourceURLs) {
    const [url] = wanted.nonResourceURLs
    return nonResourceURLs.some((own) => own === url || (own.endsWith('*') && url.startsWith(withoutStars(own))))
  }
  const [group = ''] = wanted.apiGroups ?? []
  const [resource = ''] = wanted.resources ?? []
  const slash = resource.indexOf('/')
  const anyOf = slash < 0 ? undefined : `*/${resource.slice(slash + 1)}`
  if (!has(apiGroups, group)) return false
  if (!has(resources, resource) && !(anyOf !== undefined && resources.includes(anyOf))) return false
  if (resourceNames.length === 0) return true
  return wanted.resourceNames !== undefined && resourceNames.includes(wanted.resourceNames[0])
}

/** Rules of one resource and one name as one, with all their verbs; what is left is in the order of its text. */
export function describeRules(rules: readonly PolicyRule[]): string[] {
  const simple = new Map<string, PolicyRule>()
  const others: PolicyRule[] = []
  for (const rule of rules) {
    const { verbs, ...rest } = rule
    if (rule.nonResourceURLs) {
      others.push(rule)
      continue
    }
    const key = JSON.stringify(rest)
    const known = simple.get(key)
    simple.set(key, known ? { ...rest, verbs: [...(known.verbs ?? []), ...(verbs ?? [])] } : rule)
  }
  return [...new Set([...others, ...simple.values()].map(describe))].sort()
}

const parts = [
  ['APIGroups', 'apiGroups'],
  ['Resources', 'resources'],
  ['NonResourceURLs', 'nonResourceURLs'],
  ['ResourceNames', 'resourceNames'],
  ['Verbs', 'verbs'],
] as const

function describe(rule: PolicyRule): string {
  const shown = parts.flatMap(([name, key]) => {
    const values = rule[key] ?? []
    return values.length === 0 ? [] : [`${name}:${quoteList(values)}`]
  })
  return `{${shown.join(', ')}}`
}
