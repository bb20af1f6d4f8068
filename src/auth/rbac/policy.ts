import type { KubeObject } from '../../meta/object.js'

/** rbac/v1, as stored: what is there has the right type. */
export interface PolicyRule {
  readonly verbs?: readonly string[] | null
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}

export interface Subject {
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

export interface RoleRef {
  readonly apiGroup?: string
  readonly kind: string
  readonly name: string
}

/** A Role or ClusterRole. */
export interface Role extends KubeObject {
  rules: readonly PolicyRule[] | null
  aggregationRule?: { readonly clusterRoleSelectors?: readonly object[] }
}

/** A RoleBinding or ClusterRoleBinding. */
export interface Binding extends KubeObject {
  subjects?: readonly Subject[]
  roleRef: RoleRef
}

export const rbacGroup = 'rbac.authorization.k8s.io'
