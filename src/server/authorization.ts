import { certificateSigners } from '../admission/certificate-signers.js'
import { bootstrapPolicy } from '../apis/facts/bootstrap-policy.js'
import { allowAuthenticated, createAuthorizer } from '../auth/authorizers.js'
import type { WatchCache } from '../cache/watch-cache.js'
import type { Admission } from '../registry/admission.js'
import type { Authorizer } from '../registry/authorizer.js'
import type { Backend } from '../registry/backend.js'
import type { AuthorizationMode, ServerOptions } from '../server-options.js'
import { storeKey } from '../store/keys.js'
import { ownCaller, ownWrite } from './own-objects.js'

/** Who may do what. */
export interface Authorization {
  readonly authorizer: Authorizer
  /** What it has to say to writes. */
  readonly admission: readonly Admission[]
  /** Makes what must be there from the start, once namespaces are. */
  prepare(backend: Backend, log: ServerOptions['log']): Promise<void>
}

/** Of the modes, or of who decides in their place; what RBAC needs is loaded only with it. */
export async function newAuthorization(
  modes: readonly AuthorizationMode[],
  delegated: readonly Authorizer[] | undefined,
  cache: WatchCache,
  undo: (() => Promise<void>)[],
): Promise<Authorization> {
  if (delegated || !modes.includes('RBAC')) {
    const authorizer = createAuthorizer(delegated ?? [allowAuthenticated])
    return { authorizer, admission: [certificateSigners(authorizer)], prepare: async () => {} }
  }
  const [{ RoleIndex }, { rbacAuthorizer }, { roleEscalation }, { reconcilePolicy }, { rbacGroup }] = await Promise.all(
    [
      import('../auth/rbac/role-index.js'),
      import('../auth/rbac/rbac-authorizer.js'),
      import('../auth/rbac/escalation.js'),
      import('../auth/rbac/reconcile.js'),
      import('../auth/rbac/policy.js'),
    ],
  )
  const key = (plural: string, namespace: string, name?: string) => storeKey(rbacGroup, plural, namespace, name)
  const { index, stop } = await RoleIndex.open({ cache, key })
  undo.push(async () => stop())
  const rbac = rbacAuthorizer(index)
  const authorizer = createAuthorizer(modes.map((mode) => (mode === 'RBAC' ? rbac : allowAuthenticated)))
  return {
    authorizer,
    admission: [roleEscalation(index, authorizer), certificateSigners(authorizer)],
    prepare: async (backend, log) => {
      await reconcilePolicy(backend, ownCaller, bootstrapPolicy(), ownWrite, ({ kind, metadata }, { message }) =>
        log.error('a role or binding that should be there from the start could not be made', {
          kind,
          name: metadata.name,
          reason: message,
        }),
      )
      await backend.cache.fresh()
    },
  }
}
