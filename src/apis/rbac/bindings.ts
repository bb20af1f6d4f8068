import { type FieldError, fieldError } from '../../meta/field-error.js'
import { jsonEquals } from '../../meta/json-equal.js'
import { subdomainErrors } from '../../meta/names.js'
import type { JsonObject, KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkPathSegment, each, invalidBy } from '../field-checks.js'
import { goShape } from '../go-shape.js'

interface Binding extends KubeObject {
  readonly roleRef: { readonly apiGroup?: string; readonly kind?: string; readonly name?: string }
  readonly subjects?: readonly Subject[]
}

interface Subject {
  readonly kind: string
  readonly apiGroup?: string
  readonly name: string
  readonly namespace?: string
}

const group = 'rbac.authorization.k8s.io'
const subjectKinds = ['ServiceAccount', 'User', 'Group']
const asBinding = (object: KubeObject) => object as Binding

/** rbac.authorization.k8s.io/v1 RoleBinding. */
export const roleBindings = bindingKind(['Role', 'ClusterRole'])

/** rbac.authorization.k8s.io/v1 ClusterRoleBinding. */
export const clusterRoleBindings = bindingKind(['ClusterRole'])

function bindingKind(roleKinds: readonly string[]): BuiltinKind {
  const isNamespaced = roleKinds.includes('Role')
  return {
    defaults: {
      [`rbac.v1.${isNamespaced ? 'RoleBinding' : 'ClusterRoleBinding'}`]: { set: setRoleGroup },
      'rbac.v1.Subject': { set: setSubjectGroup },
    },
    strategy: {
      validate: (binding) => validateBinding(asBinding(binding), roleKinds),
      validateUpdate: (binding, old) => {
        const { roleRef } = asBinding(binding)
        const why = 'cannot change roleRef'
        return jsonEquals(roleRef, asBinding(old).roleRef)
          ? []
          : [fieldError.invalid('roleRef', goShape(roleRef, 'rbac.v1.RoleRef'), why)]
      },
    },
    cells: {
      Role: (binding) => `${asBinding(binding).roleRef.kind}/${asBinding(binding).roleRef.name}`,
      Age: age,
      Users: (binding) => subjectNames(asBinding(binding), 'User'),
      Groups: (binding) => subjectNames(asBinding(binding), 'Group'),
      ServiceAccounts: (binding) => subjectNames(asBinding(binding), 'ServiceAccount'),
    },
  }
}

function setRoleGroup(binding: JsonObject): void {
  const { roleRef } = binding as unknown as { roleRef?: { apiGroup?: string } }
  if (roleRef) roleRef.apiGroup ||= group
}

function setSubjectGroup(subject: JsonObject): void {
  if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= group
}

function validateBinding({ roleRef, subjects }: Binding, roleKinds: readonly string[]): FieldError[] {
  const { apiGroup = '', kind = '', name } = roleRef
  return [
    ...(apiGroup === group ? [] : [fieldError.notSupported('roleRef.apiGroup', apiGroup, [group])]),
    ...(roleKinds.includes(kind) ? [] : [fieldError.notSupported('roleRef.kind', kind, roleKinds)]),
    ...checkPathSegment(name, 'roleRef.name'),
    ...each(subjects, 'subjects', (subject, path) => validateSubject(subject, roleKinds.includes('Role'), path)),
  ]
}

function validateSubject(
  { kind, apiGroup = '', name, namespace }: Subject,
  isNamespaced: boolean,
  path: string,
): FieldError[] {
  const found = name === '' ? [fieldError.required(`${path}.name`)] : []
  if (!subjectKinds.includes(kind)) return [...found, fieldError.notSupported(`${path}.kind`, kind, subjectKinds)]
  const wanted = kind === 'ServiceAccount' ? '' : group
  if (kind === 'ServiceAccount' && name !== '') found.push(...invalidBy(`${path}.name`, name, subdomainErrors(name)))
  if (apiGroup !== wanted) found.push(fieldError.notSupported(`${path}.apiGroup`, apiGroup, [wanted]))
  if (kind === 'ServiceAccount' && !isNamespaced && !namespace) found.push(fieldError.required(`${path}.namespace`))
  return found
}

function subjectNames({ subjects = [] }: Binding, kind: string): string {
  return subjects
    .filter((subject) => subject.kind === kind)
    .map(({ name, namespace }) => (kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name))
    .join(', ')
}
