import type { KubeObject } from '../../meta/object.js'

/** core/v1 ScopedResourceSelectorRequirement. */
export interface ScopeRequirement {
  readonly scopeName: string
  readonly operator: string
  readonly values?: readonly string[]
}

/** The scopes an object is in. Those that are about a class have the names of its classes. */
export type Scopes = Readonly<Record<string, readonly string[]>>

const ofClasses = ['PriorityClass', 'VolumeAttributesClass']

interface ScopedSpec {
  readonly scopes?: readonly string[]
  readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] }
}

/** What a quota wants of objects that count. */
export function requirementsOf({ spec = {} }: KubeObject): readonly ScopeRequirement[] {
  const { scopes = [], scopeSelector = {} } = spec as ScopedSpec
  const named = scopes.map((scopeName) => ({ scopeName, operator: 'Exists' }))
  return [...named, ...(scopeSelector.matchExpressions ?? [])]
}

/** Whether an object in these scopes counts; one that can be in no scope counts only where none is wanted. */
export function meets(scopes: Scopes | undefined, requirements: readonly ScopeRequirement[]): boolean {
  return requirements.every((requirement) => scopes !== undefined && meetsOne(scopes, requirement))
}

function meetsOne(scopes: Scopes, { scopeName, operator, values = [] }: ScopeRequirement): boolean {
  const names = Object.hasOwn(scopes, scopeName) ? scopes[scopeName] : undefined
  if (!ofClasses.includes(scopeName)) return names !== undefined
  // A class scope that the kind does not know has no names at all, which is not the same as none given.
  if (!names) return false
  switch (operator) {
    case 'In':
      return names.some((name) => values.includes(name))
    case 'NotIn':
      return names.length === 0 || names.some((name) => !values.includes(name))
    case 'DoesNotExist':
      return names.length === 0
    default:
      return names.length > 0
  }
}
