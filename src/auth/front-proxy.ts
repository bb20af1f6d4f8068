import type { UserInfo } from '../meta/user.js'
import type { AuthenticationRequest } from './authentication-request.js'
import { extraBelow, headersBelow } from './raw-headers.js'

/** Which headers a front proxy says in for whom it asks; names in any case. */
export interface FrontProxyOptions {
  /** Common names of its certificate; none: any that its authority signed. */
  readonly allowedNames: readonly string[]
  readonly usernameHeaders: readonly string[]
  readonly uidHeaders: readonly string[]
  readonly groupHeaders: readonly string[]
  readonly extraHeaderPrefixes: readonly string[]
}

/**
 * For whom a front proxy asks (API-SEMANTICS A05): only who shows a good certificate of the front proxies' authority is
 * believed. Undefined: no front proxy, or it says nothing.
 */
export function frontProxyUser(
  { clientCertificate, rawHeaders }: AuthenticationRequest,
  options: FrontProxyOptions,
  now: number,
): UserInfo | undefined {
  if (!clientCertificate?.authorized || !clientCertificate.authorities.has('front proxy')) return undefined
  const { commonName, validFrom, validTo } = clientCertificate
  if (now < validFrom || now > validTo) return undefined
  if (options.allowedNames.length > 0 && !options.allowedNames.includes(commonName)) return undefined
  const valuesOf = (names: readonly string[]) => {
    for (const name of names) {
      const values = (headersBelow(name.toLowerCase(), rawHeaders).get('') ?? []).filter((value) => value !== '')
      if (values.length > 0) return values
    }
    return []
  }
  const [name] = valuesOf(options.usernameHeaders)
  if (name === undefined) return undefined
  const [uid] = valuesOf(options.uidHeaders)
  const groups = options.groupHeaders
    .flatMap((header) => headersBelow(header.toLowerCase(), rawHeaders).get('') ?? [])
    .filter((value) => value !== '')
  const extra: Record<string, string[]> = Object.create(null)
  for (const prefix of options.extraHeaderPrefixes) {
    for (const [key, values] of Object.entries(extraBelow(prefix.toLowerCase(), rawHeaders))) {
      extra[key] = [...(extra[key] ?? []), ...values]
    }
  }
  return {
    name,
    ...(uid === undefined ? {} : { uid }),
    groups,
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  }
}
