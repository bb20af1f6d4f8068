import { jsonEquals } from '../../meta/json-equal.js'
import type { KubeObject } from '../../meta/object.js'
import { StatusError } from '../../meta/status.js'
import type { Backend, Caller } from '../../registry/backend.js'
import { create } from '../../registry/create.js'
import { deleteObject } from '../../registry/delete.js'
import type { WriteOptions } from '../../registry/options.js'
import { update } from '../../registry/update.js'
import { uncovered } from './covers.js'
import { type Binding, type Role, rbacGroup } from './policy.js'

type Expected = Role | Binding

/** The resource a kind of policy object belongs to. */
const plurals: Readonly<Record<string, string>> = {
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  Role: 'roles',
  RoleBinding: 'rolebindings',
}

const autoUpdate = 'rbac.authorization.kubernetes.io/autoupdate'

/** Somebody else was at the same object; the next look decides anew. */
const attempts = 5

/**
 * Sees to it that roles and bindings of `policy` exist and grant at least what they should: what is missing in them is
 * added, what was added by others stays, and what says `autoupdate: "false"` is left alone, as upstream's at each start
 * (API-SEMANTICS A23). Objects are made side by side, so that they share syncs. One that can't be made is told to
 * `failed`, and does not keep the others from being made.
 */
export async function reconcilePolicy(
  backend: Backend,
  caller: Caller,
  policy: readonly KubeObject[],
  options: WriteOptions,
  failed: (object: KubeObject, error: Error) => void,
): Promise<void> {
  const isBinding = ({ kind }: KubeObject) => kind.endsWith('Binding')
  // Roles first: a binding to a role that is not there would be an error to whoever asks meanwhile.
  for (const objects of [policy.filter((o) => !isBinding(o)), policy.filter(isBinding)]) {
    const made = objects.map((object) =>
      reconcile(backend, caller, object as Expected, options).catch((error: Error) => failed(object, error)),
    )
    await Promise.all(made)
  }
}

async function reconcile(backend: Backend, caller: Caller, expected: Expected, options: WriteOptions): Promise<void> {
  const resource = backend.registry.stored(rbacGroup, plurals[expected.kind] ?? '')
  if (!resource) return
  const { name = '', namespace = '' } = expected.metadata
  const target = { resource, namespace, name, subresource: '' } as const
  for (let attempt = 1; ; attempt++) {
    try {
      await update(backend, caller, target, options, (current) => reconciled(current as Expected, expected))
      return
    } catch (error) {
      if (error instanceof OtherRole)
        await deleteObject(backend, caller, { resource, namespace, name }, { dryRun: false })
      else if (!(error instanceof StatusError) || error.code !== 404 || attempt > attempts) throw error
    }
    try {
      await create(backend, caller, { resource, namespace }, structuredClone(expected), options)
      return
    } catch (error) {
      if (!(error instanceof StatusError) || error.code !== 409 || attempt > attempts) throw error
    }
  }
}

/** A binding can't be made to name another role: it is made anew. */
class OtherRole extends Error {}

/** `current` with what it lacks of `expected`; itself when it lacks nothing. */
function reconciled(current: Expected, expected: Expected): KubeObject {
  const { labels, annotations } = current.metadata
  if (isBindingOf(current) && isBindingOf(expected) && !jsonEquals(current.roleRef, expected.roleRef)) {
    if (annotations?.[autoUpdate] !== 'false') throw new OtherRole(current.metadata.name)
  }
  if (annotations?.[autoUpdate] === 'false') return current
  const metadata = {
    ...current.metadata,
    labels: { ...expected.metadata.labels, ...labels },
    annotations: { ...expected.metadata.annotations, ...annotations },
  }
  if (isBindingOf(current)) return { ...current, metadata, ...withSubjects(current, expected as Binding) }
  const role = { ...current, metadata, ...withRules(current, expected as Role) }
  if (!(expected as Role).aggregationRule) delete role.aggregationRule
  return role
}

function isBindingOf(object: Expected): object is Binding {
  return object.kind.endsWith('Binding')
}

function withSubjects({ subjects = [] }: Binding, expected: Binding): Pick<Binding, 'subjects'> {
  const missing = (expected.subjects ?? []).filter((subject) => !subjects.some((known) => jsonEquals(known, subject)))
  return missing.length === 0 ? {} : { subjects: [...subjects, ...missing] }
}

function withRules(current: Role, expected: Role): Partial<Role> {
  const missing = uncovered(current.rules ?? [], expected.rules ?? [])
  const rules = missing.length === 0 ? {} : { rules: [...(current.rules ?? []), ...missing] }
  const known = current.aggregationRule?.clusterRoleSelectors ?? []
  const wanted = expected.aggregationRule?.clusterRoleSelectors ?? []
  const lacking = wanted.filter((selector) => !known.some((own) => jsonEquals(own, selector)))
  if (lacking.length === 0) return rules
  return { ...rules, aggregationRule: { clusterRoleSelectors: [...known, ...lacking] } }
}
