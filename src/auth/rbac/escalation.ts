import { quoteGo } from '../../meta/go-quote.js'
import { jsonEquals } from '../../meta/json-equal.js'
import type { KubeObject } from '../../meta/object.js'
import { errors, type StatusError } from '../../meta/status.js'
import { groupMasters } from '../../meta/user.js'
import type { Admission, AdmissionRequest } from '../../registry/admission.js'
import { type Authorizer, resourceAttributes } from '../../registry/authorizer.js'
import { quoteList } from '../go-list.js'
import { describeRules, uncovered } from './covers.js'
import { type Binding, type PolicyRule, type Role, type RoleRef, rbacGroup } from './policy.js'
import type { RoleIndex } from './role-index.js'

const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
]

/**
 * Nobody may grant what they do not have: who writes a role needs all that it grants, or the verb `escalate`; who writes
 * a binding needs all that the role grants, or the verb `bind` (API-SEMANTICS A22). Looked at last, when nothing changes
 * the object any more.
 */
export function roleEscalation(index: RoleIndex, authorizer: Authorizer): Admission {
  return {
    concerns: ({ group }) => group === rbacGroup,
    async validate(request) {
      const { resource, object, old, user } = request
      if (resource.group !== rbacGroup || !object || user.groups.includes(groupMasters)) return
      if (old && onlyCollectorFieldsChanged(object, old)) return
      const { plural } = resource
      if (plural === 'roles' || plural === 'clusterroles') await checkRole(index, authorizer, request, object as Role)
      else await checkBinding(index, authorizer, request, (object as Binding).roleRef)
    },
  }
}

async function checkRole(index: RoleIndex, authorizer: Authorizer, request: AdmissionRequest, role: Role) {
  const { resource, name, namespace, old } = request
  // A new object's name is not part of the path, so no rule with resourceNames lets it pass.
  const inPath = old ? name : ''
  if (await mayDo(authorizer, request, 'escalate', resource.plural, namespace, inPath)) return
  refuseUncovered(index, request, role.rules ?? [])
  const aggregates = [role, old as Role | undefined].some((one) => one?.aggregationRule?.clusterRoleSelectors?.length)
  if (aggregates && missing(index, request, everything).length > 0) {
    throw forbidden(request, 'must have cluster-admin privileges to use the aggregationRule')
  }
}

async function checkBinding(index: RoleIndex, authorizer: Authorizer, request: AdmissionRequest, role: RoleRef) {
  const { namespace } = request
  const plural = role.kind === 'ClusterRole' ? 'clusterroles' : 'roles'
  if (await mayDo(authorizer, request, 'bind', plural, namespace, role.name)) return
  const granted = index.roleOf(role, namespace)
  if (!granted) throw errors.notFound({ group: rbacGroup, resource: plural }, role.name)
  refuseUncovered(index, request, granted.rules)
}

async function mayDo(
  authorizer: Authorizer,
  { user }: AdmissionRequest,
  verb: string,
  resource: string,
  namespace: string,
  name: string,
): Promise<boolean> {
  const attributes = resourceAttributes({ user, verb, group: rbacGroup, resource, namespace, name })
  const { allowed } = await authorizer.authorize(attributes)
  return allowed
}

function missing(index: RoleIndex, { user, namespace }: AdmissionRequest, wanted: readonly PolicyRule[]) {
  return uncovered(index.rulesOf(user, namespace).rules, wanted)
}

function refuseUncovered(index: RoleIndex, request: AdmissionRequest, wanted: readonly PolicyRule[]): void {
  const lacking = missing(index, request, wanted)
  if (lacking.length === 0) return
  const { user, namespace } = request
  const { errors: unresolved } = index.rulesOf(user, namespace)
  const who = `user ${quoteGo(user.name)} (groups=${quoteList(user.groups)})`
  const what = `is attempting to grant RBAC permissions not currently held:\n${describeRules(lacking).join('\n')}`
  const resolution = unresolved.length === 0 ? '' : `; resolution errors: [${[...new Set(unresolved)].join(', ')}]`
  throw forbidden(request, `${who} ${what}${resolution}`)
}

function forbidden({ resource, name }: AdmissionRequest, why: string): StatusError {
  return errors.forbidden(resource.groupResource, name, why)
}

/** The garbage collector may take finalizers and owners away from roles that grant more than it has. */
function onlyCollectorFieldsChanged(object: KubeObject, old: KubeObject): boolean {
  const without = ({ metadata, ...rest }: KubeObject) => {
    const { ownerReferences: _o, finalizers: _f, managedFields: _m, ...others } = metadata
    return { ...rest, metadata: others }
  }
  return jsonEquals(without(object), without(old))
}
