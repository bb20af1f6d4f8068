import { quoteGo } from '../../codec/go-text.js'
import { parseJson } from '../../codec/json.js'
import type { UserInfo } from '../../meta/user.js'
import type { Backend } from '../../registry/backend.js'
import { serviceAccountUser } from '../service-account-name.js'
import { CompiledRole } from './compiled-role.js'
import { type Binding, type PolicyRule, type Role, type RoleRef, rbacGroup, type Subject } from './policy.js'

/** Where roles and bindings are. */
export interface RoleSource {
  readonly cache: Pick<Backend['cache'], 'peek' | 'list' | 'watch'>
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

/** One subject of one binding. */
interface Grant {
  readonly binding: Binding
  readonly key: string
}

/**
 * Who is granted which roles, kept up to date with every change of a role or binding. A look-up costs by the groups of
 * the user and the grants they have, not by the bindings there are.
 */
export class RoleIndex {
  /** By namespace, '' for ClusterRoleBindings, then by subject. */
  private readonly grants = new Map<string, Map<string, Grant[]>>()
  private readonly bindings = new Map<string, Binding>()
  /** By what is stored, so that each is read once. */
  private readonly compiled = new WeakMap<object, CompiledRole>()

  private constructor(private readonly source: RoleSource) {}

  /** Reads all bindings and follows them; `stop` ends that. */
  static async open(source: RoleSource): Promise<{ index: RoleIndex; stop: () => void }> {
    const index = new RoleIndex(source)
    const stops: (() => void)[] = []
    for (const plural of ['clusterrolebindings', 'rolebindings']) {
      const prefix = source.key(plural, '')
      const { items, revision } = await source.cache.list({ prefix, limit: 0 })
      for (const { key, json } of items) index.set(key, parseJson(json) as Binding)
      const stop = source.cache.watch(prefix, revision, ({ type, stored }) => {
        index.set(stored.key, type === 'delete' ? undefined : (parseJson(stored.json) as Binding))
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
  roleOf({ kind, name }: RoleRef, namespace: string): CompiledRole | undefined {
    const plural = kind === 'ClusterRole' ? 'clusterroles' : 'roles'
    const stored = this.source.cache.peek(this.source.key(plural, kind === 'ClusterRole' ? '' : namespace, name))
    if (!stored) return undefined
    let role = this.compiled.get(stored)
    if (!role) {
      role = new CompiledRole((parseJson(stored.json) as Role).rules ?? [])
      this.compiled.set(stored, role)
    }
    return role
  }

  private visitScope(user: UserInfo, scope: string, visitor: GrantVisitor): boolean {
    const bySubject = this.grants.get(scope)
    if (!bySubject) return false
    if (this.visitGrants(bySubject.get(`User ${user.name}`), user, scope, visitor)) return true
    for (const group of user.groups) {
      if (this.visitGrants(bySubject.get(`Group ${group}`), user, scope, visitor)) return true
    }
    return false
  }

  private visitGrants(grants: readonly Grant[] | undefined, user: UserInfo, scope: string, visitor: GrantVisitor) {
    if (!grants) return false
    for (const { binding } of grants) {
      const role = this.roleOf(binding.roleRef, scope)
      if (!role) visitor.error(notFound(binding.roleRef))
      else if (visitor.role(role, () => describe(binding, user, scope))) return true
    }
    return false
  }

  private set(key: string, binding: Binding | undefined): void {
    const old = this.bindings.get(key)
    if (old) this.drop(key, old)
    if (!binding) {
      this.bindings.delete(key)
      return
    }
    this.bindings.set(key, binding)
    const scope = binding.metadata.namespace ?? ''
    const bySubject = this.grants.get(scope) ?? new Map<string, Grant[]>()
    this.grants.set(scope, bySubject)
    for (const who of subjectsOf(binding, scope)) {
      const known = bySubject.get(who)
      if (known) known.push({ binding, key })
      else bySubject.set(who, [{ binding, key }])
    }
  }

  private drop(key: string, binding: Binding): void {
    const scope = binding.metadata.namespace ?? ''
    const bySubject = this.grants.get(scope)
    if (!bySubject) return
    for (const who of subjectsOf(binding, scope)) {
      const left = (bySubject.get(who) ?? []).filter((grant) => grant.key !== key)
      if (left.length > 0) bySubject.set(who, left)
      else bySubject.delete(who)
    }
    if (bySubject.size === 0) this.grants.delete(scope)
  }
}

/** Each once: a service account is the user of its name. */
function subjectsOf({ subjects = [] }: Binding, scope: string): Set<string> {
  return new Set(subjects.flatMap((subject) => subjectKey(subject, scope) ?? []))
}

function subjectKey({ kind, name, namespace }: Subject, scope: string): string | undefined {
  if (kind === 'User' || kind === 'Group') return `${kind} ${name}`
  const home = namespace || scope
  return kind === 'ServiceAccount' && home !== '' ? `User ${serviceAccountUser(home, name)}` : undefined
}

/** As upstream says by what somebody is allowed: the first subject of the binding that they are counts. */
function describe(binding: Binding, user: UserInfo, scope: string): string {
  const { roleRef, metadata, subjects = [] } = binding
  const keys = new Set([`User ${user.name}`, ...user.groups.map((group) => `Group ${group}`)])
  const subject = subjects.find((candidate) => keys.has(subjectKey(candidate, scope) ?? ''))
  const kind = scope === '' ? 'ClusterRoleBinding' : 'RoleBinding'
  const name = scope === '' ? metadata.name : `${metadata.name}/${scope}`
  const who = subject?.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace || scope}` : subject?.name
  return `${kind} ${quoteGo(name ?? '')} of ${roleRef.kind} ${quoteGo(roleRef.name)} to ${subject?.kind} ${quoteGo(who ?? '')}`
}

function notFound({ kind, name }: RoleRef): string {
  return `${kind.toLowerCase()}.${rbacGroup} ${quoteGo(name)} not found`
}
