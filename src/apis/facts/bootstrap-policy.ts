import type { JsonObject, KubeObject } from '../../meta/object.js'
import { readDataLines } from './data-file.js'

interface PolicyFacts extends JsonObject {
  readonly kind: string
  readonly namespace?: string
  readonly name: string
  readonly labels?: Readonly<Record<string, string>>
}

/**
 * The roles and bindings that a cluster with RBAC has from the start, cluster-wide ones first and roles before what
 * binds them, as upstream publishes them. Read anew each time: who asks does so once.
 */
export function bootstrapPolicy(): KubeObject[] {
  return (readDataLines('bootstrap-policy.jsonl') as PolicyFacts[]).map(
    ({ kind, namespace, name, labels, ...rest }) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind,
      metadata: {
        name,
        ...(namespace ? { namespace } : {}),
        labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
        annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
      },
      ...rest,
      ...(kind.endsWith('Role') ? { rules: rest.rules ?? null } : {}),
    }),
  )
}
