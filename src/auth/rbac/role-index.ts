import { parseJson } from '../../codec/json.js'
import { quoteGo } from '../../meta/go-quote.js'
import type { UserInfo } from '../../meta/user.js'
import type { Backend } from '../../registry/backend.js'
import { serviceAccountUser } from '../service-account-name.js'
import { CompiledRole } from './compiled-role.js'
import { type Binding, type PolicyRule, type Role, type RoleRef, rbacGroup, type Subject } from './policy.js'

/** Where roles and bindings are. */
export interface RoleSource {
  readonly cache: Pick<Backend['cache'], 'list' | 'watch'>
  /** The key of an object of the group; without a name, the prefix of all of a namespace, or of all. */
  key(plural: string, namespace: string, name?: string): string
}

/** Told of each role that is granted; `true` ends the visit. */
export interface GrantVisitor {
  /** `reason`: `ClusterRoleBinding "b" of ClusterRole "r" to User "u"`. */
  role(role: CompiledRole, reason: () => string): boolean
  /** A role that is bound and does not exist. */
  error(message: string): void
}

/** A role that is there, or is only bound; compiled when it is first asked. */
interface RoleEntry {
  json: Buffer | undefined
  compiled: CompiledRole | undefined
}

/** A binding and the role it names, found once. */
interface Grant {
  readonly binding: Binding
  readonly role: RoleEntry
}

/** What subjects are granted in one namespace, or by ClusterRoleBindings. */
interface Scope {
  readonly users: Map<string, Grant[]>
  readonly groups: Map<string, Grant[]>
}

/**
 * Who is granted which roles, kept up to date with every change of a role or binding. A look-up costs by the groups of
 * the user and the grants they have, not by the bindings there are, and makes no text.
 */
export class RoleIndex {
  /** By namespace, '' for ClusterRoleBindings. */
  private readonly scopes = new Map<string, Scope>()
  private readonly grants = new Map<string, Grant>()
  /** By key. */
  private readonly roles = new Map<string, RoleEntry>()

  private constructor(private readonly source: RoleSource) {}

  /** Reads all roles and bindings and follows them; `stop` ends that. */
  static async open(source: RoleSource): Promise<{ index: RoleIndex; stop: () => void }> {
    const index = new RoleIndex(source)
    const stops: (() => void)[] = []
    for (const plural of ['clusterroles', 'roles', 'clusterrolebindings', 'rolebindings']) {
      const prefix = source.key(plural, '')
      const set = plural.endsWith('roles') ? index.setRole.bind(index) : index.setBinding.bind(index)
      const { items, revision } = await source.cache.list({ prefix, limit: 0 })
      for (const { key, json } of items) set(key, json)
      const stop = source.cache.watch(prefix, revision, ({ type, stored }) => {
        set(stored.key, type === 'delete' ? undefined : stored.json)
      })
      stops.push(stop)
    }
    return {
      index,
      stop: () => {
        for (const stop of stops) stop()
      },
    }
  }

  /** What a user is granted everywhere, then, with a namespace, what in it. */
  visit(user: UserInfo, namespace: string, visitor: GrantVisitor): void {
    if (this.visitScope(user, '', visitor) || namespace === '') return
    this.visitScope(user, namespace, visitor)
  }

  /** All rules a user has, and what could not be found of them. */
  rulesOf(user: UserInfo, namespace: string): { rules: PolicyRule[]; errors: string[] } {
    const rules: PolicyRule[] = []
    const errors: string[] = []
    const role = (granted: CompiledRole) => {
      rules.push(...granted.rules)
      return false
    }
    this.visit(user, namespace, { role, error: (message) => void errors.push(message) })
    return { rules, errors }
  }

  /** The role that a binding of that namespace ('' for a ClusterRoleBinding) names. */
  roleOf(ref: RoleRef, namespace: string): CompiledRole | undefined {
    const entry = this.roles.get(this.keyOf(ref, namespace))
    return entry && compiledOf(entry)
  }

  private visitScope(user: UserInfo, name: string, visitor: GrantVisitor): boolean {
    const scope = this.scopes.get(name)
    if (!scope) return false
    if (visitGrants(scope.users.get(user.name), user, name, visitor)) return true
    for (const group of user.groups) if (visitGrants(scope.groups.get(group), user, name, visitor)) return true
    return false
  }

  private setRole(key: string, json: Buffer | undefined): void {
    const entry = this.entry(key)
    entry.json = json
    entry.compiled = undefined
  }

  private setBinding(key: string, json: Buffer | undefined): void {
    const old = this.grants.get(key)
    if (old) this.drop(key, old)
    if (!json) return
    const binding = parseJson(json) as Binding
    const name = binding.metadata.namespace ?? ''
    const grant = { binding, role: this.entry(this.keyOf(binding.roleRef, name)) }
    const scope = this.scopes.get(name) ?? { users: new Map<string, Grant[]>(), groups: new Map<string, Grant[]>() }
    this.scopes.set(name, scope)
    this.grants.set(key, grant)
    for (const [kind, who] of subjectsOf(binding, name)) {
      const known = scope[kind].get(who)
      if (known) known.push(grant)
      else scope[kind].set(who, [grant])
    }
  }

  private drop(key: string, grant: Grant): void {
    this.grants.delete(key)
    const name = grant.binding.metadata.namespace ?? ''
    const scope = this.scopes.get(name)
    if (!scope) return
    for (const [kind, who] of subjectsOf(grant.binding, name)) {
      const left = (scope[kind].get(who) ?? []).filter((other) => other !== grant)
      if (left.length > 0) scope[kind].set(who, left)
      else scope[kind].delete(who)
    }
    if (scope.users.size + scope.groups.size === 0) this.scopes.delete(name)
  }

  private entry(key: string): RoleEntry {
    let entry = this.roles.get(key)
    if (!entry) {
      entry = { json: undefined, compiled: undefined }
      this.roles.set(key, entry)
    }
    return entry
  }

  private keyOf({ kind, name }: RoleRef, namespace: string): string {
    return kind === 'ClusterRole'
      ? this.source.key('clusterroles', '', name)
      : this.source.key('roles', namespace, name)
  }
}

function compiledOf(entry: RoleEntry): CompiledRole | undefined {
  if (entry.json) entry.compiled ??= new CompiledRole((parseJson(entry.json) as Role).rules ?? [])
  return entry.compiled
}

function visitGrants(grants: readonly Grant[] | undefined, user: UserInfo, scope: string, visitor: GrantVisitor) {
  if (!grants) return false
  for (const { binding, role: entry } of grants) {
    const role = compiledOf(entry)
    if (!role) visitor.error(notFound(binding.roleRef))
    else if (visitor.role(role, () => describe(binding, user, scope))) return true
  }
  return false
}

/** Each once: a service account is the user of its name. */
function subjectsOf({ subjects = [] }: Binding, scope: string): [kind: 'users' | 'groups', name: string][] {
  const found = new Map(
    subjects.flatMap((subject) => subjectOf(subject, scope) ?? []).map((one) => [one.join(' '), one]),
  )
  return [...found.values()]
}

function subjectOf({ kind, name, namespace }: Subject, scope: string): [['users' | 'groups', string]] | undefined {
  if (kind === 'User') return [['users', name]]
  if (kind === 'Group') return [['groups', name]]
  const home = namespace || scope
  return kind === 'ServiceAccount' && home !== '' ? [['users', serviceAccountUser(home, name)]] : undefined
}

/** As upstream says by what somebody is allowed: the first subject of the binding that they are counts. */
function describe(binding: Binding, user: UserInfo, scope: string): string {
  const { roleRef, metadata, subjects = [] } = binding
  const subject = subjects.find((candidate) => {
    const [[kind, name] = []] = subjectOf(candidate, scope) ?? []
    return kind === 'users' ? name === user.name : kind === 'groups' && user.groups.includes(name ?? '')
  })
  const kind = scope === '' ? 'ClusterRoleBinding' : 'RoleBinding'
  const name = scope === '' ? metadata.name : `${metadata.name}/${scope}`
  const who = subject?.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace || scope}` : subject?.name
  return `${kind} ${quoteGo(name ?? '')} of ${roleRef.kind} ${quoteGo(roleRef.name)} to ${subject?.kind} ${quoteGo(who ?? '')}`
}

function notFound({ kind, name }: RoleRef): string {
  return `${kind.toLowerCase()}.${rbacGroup} ${quoteGo(name)} not found`
}
