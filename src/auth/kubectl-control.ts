import { errors } from '../meta/status.js'
import type { UserInfo } from '../meta/user.js'
import { isEphemeral } from './tokens/ephemeral-tokens.js'

/** Whether kubectl is let in: as any client, not at all, or only with a token made for the moment. */
export type KubectlControl = 'allowed' | 'disabled' | 'ephemeral'

/**
 * A guard rail, not a wall: kubectl is who says so in its user agent, under whatever name it is installed
 * (`kubectl.1.33`), and everybody can say something else.
 * @throws StatusError Forbidden
 */
export function checkKubectl(control: KubectlControl, userAgent: string | undefined, requester: UserInfo): void {
  if (control === 'allowed' || !/^kubectl/i.test(userAgent ?? '')) return
  if (control === 'disabled') throw errors.forbiddenPath('kubectl is disabled on this server (--kubectl-disabled)')
  if (isEphemeral(requester)) return
  throw errors.forbiddenPath(
    'kubectl needs a token made for the moment (--kubectl-ephemeral-token): make one by `wukong-apiserver token create` ' +
      'or POST /wukong/token, and give it to kubectl by --token',
  )
}
