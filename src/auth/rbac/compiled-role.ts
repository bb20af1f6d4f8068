import type { AuthorizationAttributes } from '../../registry/authorizer.js'
import type { PolicyRule } from './policy.js'

/** The rules of a role, such that only those are looked at that name what is asked for (API-SEMANTICS A21). */
export class CompiledRole {
  // By the resources rules name: `pods`, `pods/log`, a star for any, a star and a subresource.
  private readonly byResource = new Map<string, CompiledRule[]>()
  private readonly byPath: CompiledRule[] = []

  constructor(readonly rules: readonly PolicyRule[]) {
    for (const rule of rules) {
      const compiled = new CompiledRule(rule)
      for (const resource of new Set(rule.resources)) {
        const known = this.byResource.get(resource)
        if (known) known.push(compiled)
        else this.byResource.set(resource, [compiled])
      }
      if (rule.nonResourceURLs?.length) this.byPath.push(compiled)
    }
  }

  allows(attributes: AuthorizationAttributes): boolean {
    if (!attributes.isResourceRequest) return this.byPath.some((rule) => rule.allowsPath(attributes))
    const { resource, subresource } = attributes
    return (
      this.allowed('*', attributes) ||
      this.allowed(subresource === '' ? resource : `${resource}/${subresource}`, attributes) ||
      (subresource !== '' && this.allowed(`*/${subresource}`, attributes))
    )
  }

  private allowed(resource: string, attributes: AuthorizationAttributes): boolean {
    const rules = this.byResource.get(resource)
    if (rules) for (const rule of rules) if (rule.allowsResource(attributes)) return true
    return false
  }
}

/** `undefined` where everything matches. */
class CompiledRule {
  private readonly verbs: readonly string[] | undefined
  private readonly groups: readonly string[] | undefined
  private readonly names: readonly string[] | undefined
  private readonly paths: readonly string[]
  private readonly pathPrefixes: readonly string[]

  constructor({ verbs, apiGroups = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule) {
    this.verbs = unlessAll(verbs ?? [])
    this.groups = unlessAll(apiGroups)
    this.names = resourceNames.length === 0 ? undefined : resourceNames
    this.paths = nonResourceURLs
    this.pathPrefixes = nonResourceURLs.filter((url) => url.endsWith('*')).map(withoutStars)
  }

  /** Of rules that name the resource. */
  allowsResource({ verb, group, name }: AuthorizationAttributes): boolean {
    return (
      (!this.verbs || this.verbs.includes(verb)) &&
      (!this.groups || this.groups.includes(group)) &&
      (!this.names || this.names.includes(name))
    )
  }

  allowsPath({ verb, path }: AuthorizationAttributes): boolean {
    if (this.verbs && !this.verbs.includes(verb)) return false
    return this.paths.includes(path) || this.pathPrefixes.some((prefix) => path.startsWith(prefix))
  }
}

function unlessAll(names: readonly string[]): readonly string[] | undefined {
  return names.includes('*') ? undefined : names
}

/** `/apis/*` covers what is below, `*` everything. */
export function withoutStars(url: string): string {
  return url.replace(/\*+$/, '')
}
