import { errors } from '../meta/status.js'
import { anonymousUser, type UserInfo } from '../meta/user.js'
import type { AuthenticationRequest } from './authentication-request.js'
import { authenticated, type TokenAnswer, type TokenAuthentication } from './bearer-tokens.js'
import { authenticateCertificate } from './client-certificate.js'
import { type FrontProxyOptions, frontProxyUser } from './front-proxy.js'
import { isLocalAdmin, localAdmin } from './localhost.js'

export interface AuthenticationOptions {
  readonly tokens: TokenAuthentication
  /** Undefined: nobody is believed for whom they ask. */
  readonly frontProxy?: () => FrontProxyOptions | undefined
  /** Who shows no credentials at all may be the anonymous user. */
  readonly allowAnonymous: boolean
  /** A request from this machine without credentials is the local admin (see localhost.ts). */
  readonly allowLocalhost: boolean
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/**
 * Answers at once where it need not wait.
 * @throws StatusError Unauthorized, when credentials were given and none of them is good
 */
export type Authenticator = (request: AuthenticationRequest) => UserInfo | Promise<UserInfo>

/**
 * Who sends a request, in upstream's order: front proxy, client certificate, bearer token (API-SEMANTICS A01 to A05).
 * One good credential is enough; bad ones only are 401; none at all is the anonymous user, or the local admin.
 */
export function createAuthenticator(options: AuthenticationOptions): Authenticator {
  const { tokens, frontProxy, allowLocalhost, allowAnonymous, now } = options
  return (request) => {
    const proxies = frontProxy?.()
    const behindProxy = proxies && frontProxyUser(request, proxies, now())
    if (behindProxy) return authenticated(behindProxy)
    const certificate = request.clientCertificate && authenticateCertificate(request.clientCertificate, now())
    if (certificate?.user) return authenticated(certificate.user)
    const token = bearerToken(request.headers.authorization)
    if (token !== undefined) {
      const found = tokens.authenticate(token)
      return found instanceof Promise ? found.then(userOf) : userOf(found)
    }
    if (certificate?.refused) throw errors.unauthorized()
    if (allowLocalhost && isLocalAdmin(request)) return localAdmin
    if (!allowAnonymous) throw errors.unauthorized()
    return anonymousUser
  }
}

/** The token as upstream reads it: any case of the scheme, what follows a further space is left out. */
function bearerToken(authorization: string | undefined): string | undefined {
  const [scheme, token] = (authorization ?? '').trim().split(' ', 2)
  return scheme?.toLowerCase() === 'bearer' && token ? token : undefined
}

function userOf(answer: TokenAnswer): UserInfo {
  if ('error' in answer) throw errors.unauthorized()
  return answer.user
}
