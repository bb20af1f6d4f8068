import type { IncomingMessage } from 'node:http'
import { quoteGo } from '../meta/go-quote.js'
import { errors } from '../meta/status.js'
import { groupUnauthenticated, type UserInfo } from '../meta/user.js'
import { type AuthorizationAttributes, type Authorizer, resourceAttributes } from '../registry/authorizer.js'
import { authenticated } from './bearer-tokens.js'
import { forbiddenError } from './forbidden.js'
import { extraBelow, hasHeaderBelow, headersBelow } from './raw-headers.js'
import { serviceAccountGroups, serviceAccountOf } from './service-account-name.js'

/** Whom a request wants to act as, as its headers say it. */
interface WantedUser {
  readonly name: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

/**
 * The user a request acts as (API-SEMANTICS A06): `requester` itself, or whom its `Impersonate-*` headers name, if the
 * requester may impersonate each thing they say. Answers at once where there are no such headers.
 * @throws StatusError BadRequest, Forbidden
 */
export function actingUser(
  message: Pick<IncomingMessage, 'headers' | 'rawHeaders'>,
  requester: UserInfo,
  authorizer: Authorizer,
): UserInfo | Promise<UserInfo> {
  if (!hasHeaderBelow('impersonate-', message.headers)) return requester
  const wanted = wantedUser(message.rawHeaders)
  return wanted ? impersonate(wanted, requester, authorizer) : requester
}

function wantedUser(rawHeaders: readonly string[]): WantedUser | undefined {
  const headers = headersBelow('impersonate-', rawHeaders)
  const wanted = {
    name: headers.get('user')?.[0]?.trim() ?? '',
    uid: headers.get('uid')?.[0] ?? '',
    groups: headers.get('group') ?? [],
    extra: extraBelow('impersonate-extra-', rawHeaders),
  }
  if (wanted.name !== '') return wanted
  if (wanted.uid === '' && wanted.groups.length === 0 && Object.keys(wanted.extra).length === 0) return undefined
  throw errors.badRequest(`requested ${goSyntax(wanted)} without impersonating a user name`)
}

async function impersonate(wanted: WantedUser, requester: UserInfo, authorizer: Authorizer): Promise<UserInfo> {
  const account = serviceAccountOf(wanted.name)
  const check = async (resource: string, name: string, more: Partial<AuthorizationAttributes> = {}) => {
    const whom = { user: requester, verb: 'impersonate', group: '', version: 'v1', resource, name }
    const attributes = resourceAttributes({ ...whom, ...more })
    const { allowed, reason } = await authorizer.authorize(attributes)
    if (!allowed) throw forbiddenError(attributes, reason)
  }
  if (account) await check('serviceaccounts', account.name, { namespace: account.namespace })
  else await check('users', wanted.name)
  for (const group of wanted.groups) await check('groups', group)
  const authentication = { group: 'authentication.k8s.io' }
  for (const [key, values] of Object.entries(wanted.extra)) {
    for (const value of values) await check('userextras', value, { ...authentication, subresource: key })
  }
  if (wanted.uid !== '') await check('uids', wanted.uid, authentication)
  return withStanding({
    name: wanted.name,
    ...(wanted.uid === '' ? {} : { uid: wanted.uid }),
    groups: wanted.groups.length > 0 ? wanted.groups : groupsOfName(wanted.name),
    ...(Object.keys(wanted.extra).length === 0 ? {} : { extra: wanted.extra }),
  })
}

/** Service accounts and nodes are in groups by their names, where none are given. */
function groupsOfName(name: string): readonly string[] {
  const account = serviceAccountOf(name)
  if (account) return serviceAccountGroups(account.namespace)
  return name.startsWith('system:node:') ? ['system:nodes'] : []
}

/** Everybody is known or not: a group that says so is added where none is given. */
function withStanding(user: UserInfo): UserInfo {
  if (user.name !== 'system:anonymous') return authenticated(user)
  return user.groups.includes(groupUnauthenticated) ? user : { ...user, groups: [...user.groups, groupUnauthenticated] }
}

/** As Go's %#v prints upstream's user.DefaultInfo. */
function goSyntax({ uid, groups, extra }: WantedUser): string {
  const list = (values: readonly string[]) => `[]string{${values.map(quoteGo).join(', ')}}`
  const keys = Object.keys(extra).sort()
  const entries = keys.map((key) => `${quoteGo(key)}:${list(extra[key] ?? [])}`)
  const shown = [
    ...['Name:""', `UID:${quoteGo(uid)}`, `Groups:${groups.length === 0 ? '[]string(nil)' : list(groups)}`],
    `Extra:map[string][]string${keys.length === 0 ? '(nil)' : `{${entries.join(', ')}}`}`,
  ]
  return `&user.DefaultInfo{${shown.join(', ')}}`
}
