import { computedResources } from '../apis/computed-resources.js'
import type { Auditor } from '../auth/audit/auditor.js'
import { type Authenticator, createAuthenticator } from '../auth/authentication.js'
import { createTokenAuthentication, type TokenAuthenticator } from '../auth/bearer-tokens.js'
import type { KubectlControl } from '../auth/kubectl-control.js'
import { reviews } from '../auth/reviews/reviews.js'
import { openTokenFile } from '../auth/token-file.js'
import { jsonWebKeys, type OpenIdDocuments, openIdConfiguration } from '../auth/tokens/openid.js'
import type { Authorizer } from '../registry/authorizer.js'
import { type Backend, timestamp } from '../registry/backend.js'
import type { ServerOptions } from '../server-options.js'
import { newAuditor } from './audit.js'
import type { Delegation } from './delegation.js'
import type { Tokens } from './tokens.js'

/** Who may call, and what they may do. */
export interface Access {
  readonly authenticate: Authenticator
  readonly authorizer: Authorizer
  readonly openId: OpenIdDocuments
  readonly kubectl: KubectlControl
  readonly auditor: Auditor | undefined
  readonly issueToken: Tokens['issue']
}

/** Who else knows tokens. */
interface FurtherAccess {
  readonly extensions: { readonly authenticators: readonly TokenAuthenticator[] }
  readonly delegation: Delegation
}

/** Reviews, which tell of both, are served from then on. @throws Error naming the file that is wrong */
export async function newAccess(
  options: ServerOptions,
  backend: Backend,
  authorizer: Authorizer,
  own: Tokens,
  { extensions, delegation }: FurtherAccess,
  undo: (() => Promise<void>)[],
): Promise<Access> {
  const { tokenAuthFile, authnAllowLocalhost, anonymousAuth, log } = options
  const sources: TokenAuthenticator[] = []
  if (tokenAuthFile) {
    const file = await openTokenFile(tokenAuthFile, log)
    undo.push(async () => file.stop())
    sources.push(file)
  }
  if (!tokenAuthFile) log.info('no token file: client certificates and, if allowed, this machine are let in')
  sources.push(own.serviceAccounts, own.ephemeral, ...extensions.authenticators, ...delegation.authenticators)
  const tokens = createTokenAuthentication(sources, own.audiences)
  const now = () => timestamp(backend.now())
  for (const definition of computedResources(reviews({ authorizer, tokens, now }))) backend.registry.add(definition)
  return {
    authenticate: createAuthenticator({
      tokens,
      frontProxy: delegation.frontProxy,
      now: Date.now,
      allowLocalhost: authnAllowLocalhost,
      allowAnonymous: anonymousAuth,
    }),
    authorizer,
    kubectl: options.kubectl,
    auditor: await newAuditor(options, undo),
    issueToken: own.issue,
    openId: {
      configuration: (address) => openIdConfiguration(own.signed, address),
      keys: () => jsonWebKeys(own.signed),
    },
  }
}
