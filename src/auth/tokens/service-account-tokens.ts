import type { KubeObject } from '../../meta/object.js'
import type { UserInfo } from '../../meta/user.js'
import type { TokenAuthenticator, TokenRefusal, TokenUser } from '../bearer-tokens.js'
import { quoteList } from '../go-list.js'
import { serviceAccountGroups, serviceAccountUser } from '../service-account-name.js'
import type { SignedTokens, TokenClaims } from './signed-tokens.js'

interface NamedObject {
  readonly name: string
  readonly uid: string
}

/** What a service account's token says below `kubernetes.io`: whose it is, and what it ends with. */
export interface ServiceAccountClaims {
  readonly namespace: string
  readonly serviceaccount: NamedObject
  readonly pod?: NamedObject
  readonly secret?: NamedObject
  readonly node?: NamedObject
}

/** An object of a core resource as it is now. */
export type CoreLookup = (plural: string, namespace: string, name: string) => Promise<KubeObject | undefined>

/** Clocks may differ so much, in seconds; and what is being deleted counts as there for as long. */
const leeway = 60

/**
 * Knows tokens of service accounts (API-SEMANTICS A04, U06): good while the account and what the token is bound to are
 * there, the very same ones.
 */
export function serviceAccountTokens(tokens: SignedTokens, lookup: CoreLookup, now: () => Date): TokenAuthenticator {
  return {
    authenticateToken(token, audiences) {
      const verified = tokens.verify(token)
      if (!verified) return undefined
      const check = async (): Promise<TokenUser | TokenRefusal | undefined> => {
        const claims = await verified
        const account = claims['kubernetes.io']
        if (!isAccountClaims(account, claims)) return undefined
        checkAudiences(claims.aud, audiences)
        checkTimes(claims, now().getTime() / 1000)
        await checkObjects(account, lookup, now().getTime() / 1000)
        return { user: userOf(account, claims.jti), audiences: claims.aud }
      }
      return check().catch((error: Error) => ({ refused: error.message }))
    },
  }
}

function isAccountClaims(value: unknown, { sub }: TokenClaims): value is ServiceAccountClaims {
  if (typeof value !== 'object' || value === null) return false
  const { namespace, serviceaccount } = value as Partial<ServiceAccountClaims>
  return typeof namespace === 'string' && sub === serviceAccountUser(namespace, serviceaccount?.name ?? '')
}

function checkAudiences(own: readonly string[], wanted: readonly string[]): void {
  if (own.some((audience) => wanted.includes(audience))) return
  throw new Error(`token audiences ${quoteList(own)} is invalid for the target audiences ${quoteList(wanted)}`)
}

/** @throws Error in upstream's words */
function checkTimes({ exp, nbf, iat }: TokenClaims, now: number): void {
  if (now - leeway > exp) throw new Error('service account token has expired')
  if (now + leeway < nbf) throw new Error('service account token is not valid yet')
  if (now + leeway < iat) throw new Error('service account token is issued in the future')
}

async function checkObjects(claims: ServiceAccountClaims, lookup: CoreLookup, now: number): Promise<void> {
  const { namespace, serviceaccount, pod, secret, node } = claims
  const account = await lookup('serviceaccounts', namespace, serviceaccount.name)
  if (!account) throw new Error(`serviceaccounts "${serviceaccount.name}" not found`)
  if (account.metadata.uid !== serviceaccount.uid) {
    throw new Error(`service account UID (${account.metadata.uid}) does not match claim (${serviceaccount.uid})`)
  }
  if (isGone(account, now)) throw new Error(`service account ${namespace}/${serviceaccount.name} has been deleted`)
  const bound = [
    ['secrets', namespace, secret, 'secret UID', 'service account secret'],
    ['pods', namespace, pod, 'pod UID', 'service account pod'],
    // The node of a pod is only told of.
    ['nodes', '', pod ? undefined : node, 'node UID', 'service account node'],
  ] as const
  for (const [plural, where, claim, what, whose] of bound) {
    if (!claim) continue
    const object = await lookup(plural, where, claim.name)
    if (!object || isGone(object, now)) throw new Error('service account token has been invalidated')
    if (object.metadata.uid === claim.uid) continue
    throw new Error(`${what} (${object.metadata.uid}) does not match ${whose} ref claim (${claim.uid})`)
  }
}

function isGone({ metadata }: KubeObject, now: number): boolean {
  return metadata.deletionTimestamp !== undefined && Date.parse(metadata.deletionTimestamp) / 1000 < now - leeway
}

function userOf({ namespace, serviceaccount, pod, node }: ServiceAccountClaims, jti: string): UserInfo {
  const extra: Record<string, string[]> = { 'authentication.kubernetes.io/credential-id': [`JTI=${jti}`] }
  for (const [kind, bound] of [
    ['node', node],
    ['pod', pod],
  ] as const) {
    if (!bound) continue
    extra[`authentication.kubernetes.io/${kind}-name`] = [bound.name]
    if (bound.uid) extra[`authentication.kubernetes.io/${kind}-uid`] = [bound.uid]
  }
  const name = serviceAccountUser(namespace, serviceaccount.name)
  return { name, uid: serviceaccount.uid, groups: serviceAccountGroups(namespace), extra }
}
